"""uvicorn inside a process that has other work, too: it leaves signals and logging alone."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

LINGER_S = 1
"""How long answers under way may take when the server closes."""


class WebServer:
    """Serves one application on one local port, to the end of an `async with` block or until `close`."""

    def __init__(self, app: ASGIApp, host: str, port: int, *, proxies: Sequence[str] = ()) -> None:
        """Takes the port at once (0: any free one). Raises OSError where it is taken.

        `proxies` are the addresses and networks whose word on who asks (X-Forwarded-For, -Proto) is taken.
        """
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listening = socket.create_server((host, port), family=family)
        # Connections inherit it; asyncio does it itself only for sockets that name their protocol. Without it every
        # answer of a few packets waits 40 ms for the browser's delayed acknowledgement.
        self.listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
            timeout_graceful_shutdown=LINGER_S,
        )
        self._server = _QuietServer(config)
        self._serving: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    async def __aenter__(self) -> "WebServer":
        self._serving = asyncio.create_task(self._server.serve([self.listening]), name="web server")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        self._server.should_exit = True
        if self._serving is not None:
            await asyncio.gather(self._serving, return_exceptions=True)
        self.listening.close()


class _QuietServer(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The process decides when it ends."""
        yield
