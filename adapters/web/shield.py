"""What stands before every public page: which host was meant, how often somebody asks, how much they send; and the
headers that keep a browser from doing what no page here asks of it."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.limiting import AddressLimiter
from bot.domain.limits import PAGES, Limit

BODY_BYTES = 64 * 1024
"""More than any form here holds."""

BODY_S = 20.0
"""Who takes longer to send it is not waited for."""

PATH_CHARS = 8_000
"""More than any link here has: the longest carry what somebody cares about, signed."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing inline, nothing from elsewhere."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """`hosts` are the names that are ours, besides `localhost` and addresses in digits, which no foreign name can stand
    for. `hsts_s` is how long browsers are to insist on TLS; 0 says nothing of it. Paths that begin with one of `free`
    count against no limit."""

    hosts: frozenset[str] = frozenset()
    hsts_s: int = 0
    limit: Limit = PAGES
    body_bytes: int = BODY_BYTES
    body_s: float = BODY_S
    free: tuple[str, ...] = ("/static/",)


class Shield:
    """An application behind these rules."""

    def __init__(self, app: ASGIApp, rules: Rules, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._rules = rules
        self._limiter = AddressLimiter(rules.limit, monotonic)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(message)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send_guarded)
        else:
            await self._app(scope, self._limited(receive), send_guarded)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        if not self._is_ours(headers.get("host", "")):
            return PlainTextResponse("This host is not served here.\n", 421)
        if len(scope["path"]) > PATH_CHARS:
            return PlainTextResponse("That is no address here.\n", 414)
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > self._rules.body_bytes:
            return PlainTextResponse("That is more than is taken here.\n", 413, {"connection": "close"})
        if not scope["path"].startswith(self._rules.free):
            client = scope.get("client")
            wait_s = self._limiter.take(client[0] if client else "")
            if wait_s:
                told = {"retry-after": str(math.ceil(wait_s))}
                return PlainTextResponse("Too many requests from your address; try again soon.\n", 429, told)
        return None

    def _is_ours(self, host: str) -> bool:
        name = _without_port(host).casefold().rstrip(".")
        if name == "localhost" or name in self._rules.hosts:
            return True
        try:
            ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True

    def _limited(self, receive: Receive) -> Receive:
        """Also what comes without saying how long it is, or never whole. The application answers the exception as any
        other."""
        read, is_whole = 0, False
        deadline = asyncio.get_running_loop().time() + self._rules.body_s

        async def receive_limited() -> Message:
            nonlocal read, is_whole
            if is_whole:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, headers={"connection": "close"}) from None
            is_whole = not message.get("more_body", False)
            read += len(message.get("body", b""))
            if read > self._rules.body_bytes:
                raise HTTPException(413)
            return message

        return receive_limited

    def _add_headers(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        # What does not say that it may be kept is not kept.
        headers.setdefault("cache-control", "no-store")
        if self._rules.hsts_s:
            headers.setdefault("strict-transport-security", f"max-age={self._rules.hsts_s}")


def _without_port(host: str) -> str:
    """Empty where what stands behind the colon is no port."""
    end = host.rfind(":") if host.rfind(":") > host.rfind("]") else len(host)
    port = host[end + 1 :]
    return host[:end] if not port or (port.isascii() and port.isdigit()) else ""
