"""Before the connection is closed, what people wait for is answered."""

import asyncio

LONGEST_S = 1.0


class Busy:
    """Counts the listeners that are at work; `app` hangs it into bolt."""

    def __init__(self) -> None:
        self._working = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def begin(self) -> None:
        self._working += 1
        self._idle.clear()

    def end(self) -> None:
        self._working -= 1
        if not self._working:
            self._idle.set()

    async def finish(self) -> None:
        """Give the answers that are under way a moment to end."""
        try:
            await asyncio.wait_for(self._idle.wait(), LONGEST_S)
        except TimeoutError:
            return
