"""One request at a time to each group of hosts, with a pause between two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.ports import Clock


@dataclass(slots=True)
class HostGroup:
    """Hosts that count as one: a single request at a time, `interval_s` from one's end to the next's start.

    The pause counts from the end, so that two requests are that far apart at the server too, however slow the first.
    """

    hosts: frozenset[str]
    interval_s: float = 0.0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _free_at: float = float("-inf")

    def wait_s(self, clock: Clock) -> float:
        """Seconds until the next request may start; 0 if at once."""
        return max(0.0, self._free_at - clock.monotonic())

    def hold_off(self, clock: Clock, seconds: float) -> None:
        """Nobody asks this group again for so long: its server said so."""
        self._free_at = max(self._free_at, clock.monotonic() + seconds)

    @asynccontextmanager
    async def turn(self, clock: Clock, left_s: float | None, longest_pause_s: float) -> AsyncIterator[None]:
        """Hold the group for one request, which must start within `left_s` (None: whenever the others are done).

        Raises TooLongError where it cannot, or where the pause asked of us is longer than `longest_pause_s`.
        """
        try:
            # Waiting for others is waiting for real traffic, hence the event loop's clock and not ours.
            async with asyncio.timeout(left_s):
                await self._lock.acquire()
        except TimeoutError:
            raise TooLongError(max(self.wait_s(clock), self.interval_s)) from None
        try:
            wait_s = self.wait_s(clock)
            if wait_s > longest_pause_s or (left_s is not None and wait_s > left_s):
                raise TooLongError(wait_s)
            if wait_s > 0:
                await clock.sleep(wait_s)
            try:
                yield
            finally:
                self._free_at = max(self._free_at, clock.monotonic() + self.interval_s)
        finally:
            self._lock.release()


class TooLongError(Exception):
    """The turn would come too late; `wait_s` is how long it would take."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s
