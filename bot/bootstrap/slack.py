"""How Slack is reached, or reaches us: what is set, what is missing, and the port that it calls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.bootstrap.operating import port_taken
from bot.ports import ChatAdapter
from bot.settings import Settings, SettingsError

WITHOUT_BOT = (
    "PAPERBOY_SLACK_BOT_TOKEN is missing: at api.slack.com/apps open your app, choose Install App, and set the Bot "
    "User OAuth Token, which begins with xoxb-"
)
WITHOUT_WAY = (
    "PAPERBOY_SLACK_APP_TOKEN is missing: at api.slack.com/apps open your app, choose Basic Information, and make an "
    "App-Level Token with the scope connections:write; or set PAPERBOY_SLACK_SIGNING_SECRET, for Slack to call us"
)
NO_FORM = "{}: what is set does not begin with {}; copy it again from {} of your app at api.slack.com/apps"


def way_to_slack(settings: Settings) -> str:
    """In words. Raises SettingsError where what is set does not do, with the one thing to set."""
    secrets = settings.slack
    if not secrets.bot_token:
        raise SettingsError(WITHOUT_BOT)
    _begins("PAPERBOY_SLACK_BOT_TOKEN", secrets.bot_token, "xoxb-", "Install App")
    if secrets.app_token:
        _begins("PAPERBOY_SLACK_APP_TOKEN", secrets.app_token, "xapp-", "Basic Information")
        return "over a socket (Socket Mode), in one workspace"
    if not secrets.signing_secret:
        raise SettingsError(WITHOUT_WAY)
    return f"Slack calls {settings.slack_host}:{settings.slack_port}, from one workspace"


def _begins(variable: str, value: str, start: str, where: str) -> None:
    if not value.startswith(start):
        raise SettingsError(NO_FORM.format(variable, start, where))


@asynccontextmanager
async def open_for_slack(settings: Settings, adapter: ChatAdapter | None) -> AsyncIterator[None]:
    """Listen for Slack's calls, where it calls us, to the end of the block. Raises SettingsError."""
    from adapters.web import WebServer, create_app

    if adapter is None or settings.slack.app_token:
        yield
        return
    from adapters.slack import SlackAdapter

    assert isinstance(adapter, SlackAdapter)
    try:
        server = WebServer(create_app(adapter.routes()), settings.slack_host, settings.slack_port)
    except OSError as error:
        raise SettingsError(
            port_taken("PAPERBOY_SLACK_PORT", settings.slack_host, settings.slack_port, error)
        ) from None
    await server.start()
    try:
        yield
    finally:
        await server.close()
