"""Lines of standard input without holding up the event loop."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from typing import BinaryIO, TextIO

_MAX_BYTES = 4 * 20_000
_QUEUED_LINES = 64


async def read_lines(stdin: TextIO, closed: asyncio.Event) -> AsyncGenerator[str, None]:
    """The lines as they come, until the input ends or `closed` is set. Never raises for what is in the input.

    Bytes that are no UTF-8 come as replacement characters. What a line has beyond its first 80,000 bytes is dropped
    while it is read, so that input without an end of line needs no memory.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    room = threading.Semaphore(_QUEUED_LINES)
    source: BinaryIO | TextIO = getattr(stdin, "buffer", stdin)

    def pump() -> None:
        try:
            try:
                for line in _lines(source):
                    room.acquire()
                    loop.call_soon_threadsafe(queue.put_nowait, line)
            finally:
                loop.call_soon_threadsafe(queue.put_nowait, None)
        except (OSError, ValueError, RuntimeError):
            # The input was closed under us, or the loop is gone: either way nobody waits for lines any more.
            return

    # A daemon: a read that blocks on a silent pipe must not keep the process alive, as an executor's thread would.
    threading.Thread(target=pump, name="console-input", daemon=True).start()
    stop = asyncio.ensure_future(closed.wait())
    take = asyncio.ensure_future(queue.get())
    try:
        while True:
            await asyncio.wait({take, stop}, return_when=asyncio.FIRST_COMPLETED)
            line = take.result() if take.done() and not closed.is_set() else None
            if line is None:
                return
            room.release()
            take = asyncio.ensure_future(queue.get())
            yield line
    finally:
        stop.cancel()
        take.cancel()


def _lines(source: BinaryIO | TextIO) -> Iterator[str]:
    while chunk := source.readline(_MAX_BYTES):
        rest: str | bytes = chunk
        while rest and rest[-1:] not in ("\n", b"\n"):
            rest = source.readline(_MAX_BYTES)
        yield chunk.decode("utf-8", "replace") if isinstance(chunk, bytes) else chunk
