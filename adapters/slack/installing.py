"""Many workspaces: each installs the app by Slack's OAuth, and is known by the token that it gets."""

from collections.abc import Callable
from typing import Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.slack.access import Publisher
from adapters.slack.app_log import SDK_LOG
from adapters.slack.client import Web
from adapters.slack.errors import GONE, WRONG_KEY
from adapters.slack.installations import Installations, States
from adapters.slack.manifest import SCOPES
from adapters.slack.sealing import WrongKeyError
from adapters.slack.workspaces import Workspace
from bot.ports import DeliveryError

INSTALL = "/slack/install"
"""Where somebody begins, who wants Paperboy in their workspace."""

REDIRECT = "/slack/oauth_redirect"
"""Where Slack sends them back: the redirect URL in the manifest."""


class ManyWorkspaces:
    """Those that installed the app."""

    def __init__(self, web: Web, installations: Installations) -> None:
        self._web = web
        self._installations = installations

    async def find(self, team: str) -> Workspace:
        try:
            bot = await self._installations.async_find_bot(enterprise_id=None, team_id=team)
        except WrongKeyError:
            raise DeliveryError(WRONG_KEY) from None
        if bot is None:
            raise DeliveryError(GONE, permanent=True)
        return Workspace(self._web.client(bot.bot_token), team, bot.bot_user_id)

    async def asking(self, team: str) -> Workspace:
        return await self.find(team)


def oauth_flow(client: AsyncWebClient, publisher: Publisher, installations: Installations) -> AsyncOAuthFlow:
    """Slack's OAuth v2, with a state that is good once, for ten minutes, in the browser that began it."""
    settings = AsyncOAuthSettings(
        client_id=publisher.client_id,
        client_secret=publisher.client_secret,
        scopes=[*SCOPES],
        user_scopes=[],
        install_path=INSTALL,
        redirect_uri_path=REDIRECT,
        install_page_rendering_enabled=False,
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=States(publisher.key),
        logger=SDK_LOG,
    )
    return AsyncOAuthFlow(client=client, logger=SDK_LOG, settings=settings)


def forget_leavers(app: AsyncApp, installations: Installations) -> None:
    """Who removed the app, or took its token back, leaves nothing behind that would let it in."""

    @app.event("app_uninstalled")
    async def uninstalled(body: dict[str, Any], context: AsyncBoltContext) -> None:
        await installations.forget(context.team_id or "", left_at=int(body["event_time"]))

    @app.event("tokens_revoked")
    async def revoked(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        if event["tokens"].get("bot"):
            await installations.forget(context.team_id or "", left_at=int(body["event_time"]))


def install_routes(app: Callable[[], AsyncApp | None]) -> list[BaseRoute]:
    """Where people install the app; 503 while `app()` is None."""

    async def visit(request: Request) -> Response:
        answering = app()
        if answering is None:
            return PlainTextResponse("Paperboy is starting or stopping: try again in a moment.", 503)
        return await AsyncSlackRequestHandler(answering).handle(request)

    return [Route(INSTALL, visit), Route(REDIRECT, visit)]
