"""HTTP mode: Slack calls us, and every request is signed."""

from collections.abc import Callable

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.slack.signed import Signatures

EVENTS = "/slack/events"
"""Where Slack sends events, commands and presses: the request URL of all three in the manifest."""

LARGEST_BYTES = 1 << 20


def event_routes(secret: str, app: Callable[[], AsyncApp | None]) -> list[BaseRoute]:
    """What Slack is answered, by `app()`; it gets 503 while that is None, and asks again."""
    signatures = Signatures(secret)

    async def hear(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return JSONResponse({"error": "too large"}, 413)
        answering = app()
        if answering is None:
            return JSONResponse({"error": "starting or stopping"}, 503)
        if not signatures.admits(request.headers, body):
            return JSONResponse({"error": "invalid request"}, 401)
        return to_starlette_response(await answering.async_dispatch(to_async_bolt_request(request, body)))

    return [Route(EVENTS, hear, methods=["POST"])]


async def _body(request: Request) -> bytes | None:
    """None where it is larger than anything that Slack sends."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BYTES:
            return None
    return body
