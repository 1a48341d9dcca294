"""bolt's app: it reads what Slack tells, and finds the listener for it."""

import logging

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.busy import Busy
from adapters.slack.once import Once

log = structlog.get_logger()

SDK_LOG = logging.getLogger("slack_bolt")


def make_app(client: AsyncWebClient, busy: Busy) -> AsyncApp:
    """An app without listeners. Signatures are looked at before it is asked (adapters.slack.signed).

    An event that no listener wants is acknowledged: Slack would tell it again.
    """
    app = AsyncApp(
        name="paperboy",
        logger=SDK_LOG,
        client=client,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    app.middleware(Once().middleware)
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
