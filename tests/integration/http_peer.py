"""A real HTTP/1.1 server on loopback that answers from a script and remembers what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.ports import Clock

DROP = b""
"""An answer of no bytes: the connection is closed without a word."""


def answer(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """Raw bytes of an answer; header names are written with underscores."""
    fields = {"content_length": str(len(body)), "content_type": "application/xml"} | headers
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name.replace('_', '-')}: {value}" for name, value in fields.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(frozen=True)
class Asked:
    """A request as it arrived: when (the clock's seconds), on which connection, beside how many others."""

    at: float
    path: str
    headers: dict[str, str]
    connection: int
    open_connections: int
    in_flight: int


Reply = bytes | Callable[[], Awaitable[bytes]]


@dataclass
class Peer:
    clock: Clock
    script: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    _connections: int = 0
    _open: int = 0
    _in_flight: int = 0

    def url(self, path: str = "/feed", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        self._open += 1
        connection = self._connections
        try:
            while await self._one(reader, writer, connection):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open -= 1
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        self._in_flight += 1
        path = head[0].split(" ")[1]
        self.asked.append(Asked(self.clock.monotonic(), path, headers, connection, self._open, self._in_flight))
        try:
            reply = self.script.pop(0)
            data = reply if isinstance(reply, bytes) else await reply()
        finally:
            self._in_flight -= 1
        writer.write(data)
        await writer.drain()
        return b"\r\ncontent-length: " in data


@asynccontextmanager
async def running_peer(clock: Clock) -> AsyncIterator[Peer]:
    peer = Peer(clock)
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        await server.wait_closed()
