"""Socket Mode: a connection that we open, over which Slack tells us everything; no public address is needed."""

import asyncio
from time import time

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app_log import SDK_LOG
from adapters.slack.errors import TROUBLE, UNKNOWN_APP_LOGIN, surface_error
from bot.ports import SurfaceError

log = structlog.get_logger()

PING_S = 10.0
RENEW_S = 25.0


class Socket(SocketModeClient):
    """The SDK's connection, which comes back by itself; a token that Slack does not know any more ends it."""

    def __init__(
        self, app: AsyncApp, token: str, client: AsyncWebClient, *, ping_s: float = PING_S, renew_s: float = RENEW_S
    ) -> None:
        super().__init__(token, logger=SDK_LOG, web_client=client, ping_interval=ping_s)
        self._app = app
        self._renew_s = renew_s
        self._refused: asyncio.Future[SurfaceError] = asyncio.get_running_loop().create_future()
        self.socket_mode_request_listeners.append(self._heard)

    async def connect(self) -> None:
        """The SDK tries one address again and again, though Slack gives out each for a short time: after that a new one
        is asked for, which may take as long as Slack says. Where it refuses for good, `serve` tells."""
        while not (self.closed or self._refused.done()):
            try:
                self.wss_uri = self.wss_uri or await self.issue_new_wss_url()
            except SurfaceError:
                return
            except TROUBLE:
                await asyncio.sleep(self.ping_interval)
                continue
            try:
                async with asyncio.timeout(self._renew_s):
                    await super().connect()  # type: ignore[no-untyped-call]
                    return
            except TimeoutError:
                log.warning("slack takes no connection", tried_s=self._renew_s)
                self.wss_uri = None

    async def serve(self) -> None:
        """Connect, and stay. Raises SurfaceError, and where there is no first connection what a request raises."""
        self.wss_uri = await self.issue_new_wss_url()
        await self.connect()
        raise await self._refused

    async def issue_new_wss_url(self) -> str:
        try:
            return str(await super().issue_new_wss_url())
        except SlackApiError as error:
            fatal = surface_error(error, UNKNOWN_APP_LOGIN)
            if fatal is not None and not self._refused.done():
                self._refused.set_result(fatal)
            raise (fatal or error) from error
        except (aiohttp.ClientError, OSError) as error:
            log.warning("slack cannot be reached", error=type(error).__name__)
            raise

    async def end(self) -> None:
        """Close the connection, and wait for what served it."""
        await self.close()  # type: ignore[no-untyped-call]
        tasks = (self.message_processor, self.current_session_monitor, self.message_receiver)
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)

    async def _heard(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        began = time()
        await send_async_response(client, request, await run_async_bolt_app(self._app, request), began)
