"""bolt's app: it reads what Slack tells, and finds the listener for it."""

import asyncio
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app_log import SDK_LOG
from adapters.slack.authorizing import Authorize
from adapters.slack.busy import Busy
from adapters.slack.errors import GONE
from adapters.slack.once import Once

log = structlog.get_logger()

HEARD_WITHIN_S = 2.5
"""Slack waits three seconds to hear that it was heard, and then tells people that something is wrong, or all again."""

HEARD_AT = "heard_at"
"""Where a request's context says when it came, by the event loop's clock."""


class PunctualApp(AsyncApp):
    """Says in time that it heard, also where the store or Slack is slow to say whose the request is; the work goes on.

    What fails before that is said to have failed, and Slack tells an event again.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._under_way: set[asyncio.Task[BoltResponse]] = set()

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        req.context[HEARD_AT] = asyncio.get_running_loop().time()
        working = asyncio.create_task(super().async_dispatch(req))
        self._under_way.add(working)
        working.add_done_callback(self._under_way.discard)
        await asyncio.wait((working,), timeout=HEARD_WITHIN_S)
        return working.result() if working.done() else BoltResponse(status=200, body="")


def make_app(
    client: AsyncWebClient, authorize: Authorize, busy: Busy, once: Once, flow: AsyncOAuthFlow | None = None
) -> AsyncApp:
    """An app without listeners. `client` has no token: `authorize` knows whose a request needs; with `flow` workspaces
    may install it. Signatures are looked at before it is asked (adapters.slack.signed).

    An event that no listener wants is acknowledged: Slack would tell it again.
    """
    app = PunctualApp(
        name="paperboy",
        logger=SDK_LOG,
        client=client,
        authorize=authorize,
        user_facing_authorize_error_message=GONE,
        oauth_flow=flow,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    app.middleware(once.middleware)
    app.listener_runner.listener_start_handler = _Begun(busy)
    app.listener_runner.listener_completion_handler = _Ended(busy)

    @app.error
    async def tell(error: Exception) -> BoltResponse | None:
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=200, body="")
        log.error("an answer on slack failed", error=type(error).__name__)
        return None

    return app


class _Begun(AsyncListenerStartHandler):
    def __init__(self, busy: Busy) -> None:
        self._busy = busy

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        self._busy.begin()


class _Ended(AsyncListenerCompletionHandler):
    def __init__(self, busy: Busy) -> None:
        self._busy = busy

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        self._busy.end()
