"""bolt's app: it reads what Slack tells, and finds the listener for it."""

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
from adapters.slack.busy import Busy
from adapters.slack.once import Once

log = structlog.get_logger()


def make_app(client: AsyncWebClient, busy: Busy, once: Once, flow: AsyncOAuthFlow | None = None) -> AsyncApp:
    """An app without listeners, for the workspace of the client's token or for all that came by `flow`. Signatures are
    looked at before it is asked (adapters.slack.signed).

    An event that no listener wants is acknowledged: Slack would tell it again.
    """
    app = AsyncApp(
        name="paperboy",
        logger=SDK_LOG,
        client=client,
        oauth_flow=flow,
        installation_store_bot_only=True if flow else None,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    app.middleware(once.middleware)
    if flow is not None:
        # Who removed the app, or took its token back, leaves nothing behind that would let it in.
        app.enable_token_revocation_listeners()
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
