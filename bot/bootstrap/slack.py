"""How Slack is reached, or reaches us: what is set, what is missing, and the port that it calls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.bootstrap.listening import port_taken
from bot.domain.installation import Installation
from bot.ports import ChatAdapter
from bot.settings import Settings, SettingsError
from bot.usecases.context import Context

WITHOUT_BOT = (
    "PAPERBOY_SLACK_BOT_TOKEN is missing: at api.slack.com/apps open your app, choose Install App, and set the Bot "
    "User OAuth Token, which begins with xoxb-"
)
WITHOUT_WAY = (
    "PAPERBOY_SLACK_APP_TOKEN is missing: at api.slack.com/apps open your app, choose Basic Information, and make an "
    "App-Level Token with the scope connections:write; or set PAPERBOY_SLACK_SIGNING_SECRET, for Slack to call us"
)
WITHOUT_PUBLISHER = "{} is missing: many workspaces (PAPERBOY_SLACK_CLIENT_ID) need it; it stands under {}"
ONE_OR_MANY = (
    "{}: is for one workspace, and PAPERBOY_SLACK_CLIENT_ID for many, which call us over HTTP: unset one of the two"
)
WITHOUT_KEY = (
    "PAPERBOY_SECRET_KEY is missing: it encrypts the tokens of many workspaces; `openssl rand -hex 32` makes one"
)
NO_FORM = "{}: what is set does not begin with {}; copy it again from {} of your app at api.slack.com/apps"


def way_to_slack(settings: Settings) -> str:
    """In words. Raises SettingsError where what is set does not do, with the one thing to set."""
    secrets = settings.slack
    if secrets.client_id:
        return _many(settings)
    if not secrets.bot_token:
        raise SettingsError(WITHOUT_BOT)
    _begins("PAPERBOY_SLACK_BOT_TOKEN", secrets.bot_token, "xoxb-", "Install App")
    if secrets.app_token:
        _begins("PAPERBOY_SLACK_APP_TOKEN", secrets.app_token, "xapp-", "Basic Information")
        return "over a socket (Socket Mode), in one workspace"
    if not secrets.signing_secret:
        raise SettingsError(WITHOUT_WAY)
    return f"Slack calls {settings.slack_host}:{settings.slack_port}, from one workspace"


def _many(settings: Settings) -> str:
    secrets = settings.slack
    for variable, value in (("BOT", secrets.bot_token), ("APP", secrets.app_token)):
        if value:
            raise SettingsError(ONE_OR_MANY.format(f"PAPERBOY_SLACK_{variable}_TOKEN"))
    where = "Basic Information of your app at api.slack.com/apps"
    if not secrets.client_secret:
        raise SettingsError(WITHOUT_PUBLISHER.format("PAPERBOY_SLACK_CLIENT_SECRET", where))
    if not secrets.signing_secret:
        raise SettingsError(WITHOUT_PUBLISHER.format("PAPERBOY_SLACK_SIGNING_SECRET", where))
    if not settings.key:
        raise SettingsError(WITHOUT_KEY)
    return f"Slack calls {settings.slack_host}:{settings.slack_port}, from every workspace that installs the app"


def _begins(variable: str, value: str, start: str, where: str) -> None:
    if not value.startswith(start):
        raise SettingsError(NO_FORM.format(variable, start, where))


@dataclass(frozen=True, slots=True)
class StoredShelf:
    """Implements adapters.slack.access.Shelf in the store."""

    context: Context

    async def find(self, workspace: str) -> bytes | None:
        async with self.context.store.read() as uow:
            found = await uow.installations.find("slack", workspace)
        return found.sealed if found else None

    async def put(self, workspace: str, sealed: bytes) -> None:
        async with self.context.store.write() as uow:
            await uow.installations.put(Installation("slack", workspace, sealed, self.context.clock.now()))

    async def remove(self, workspace: str) -> None:
        async with self.context.store.write() as uow:
            await uow.installations.remove("slack", workspace)


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
    async with server:
        yield
