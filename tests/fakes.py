"""Stand-ins for what we do not own."""

import asyncio
from datetime import datetime, timedelta

from tests.factories import NOON


class FakeClock:
    """A clock that stands still until it is moved or slept on; `slept` holds every sleep in seconds."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._monotonic = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(timedelta(seconds=max(0.0, seconds)))
        await asyncio.sleep(0)

    def advance(self, by: timedelta) -> None:
        if by < timedelta(0):
            raise ValueError("time does not go back")
        self._now += by
        self._monotonic += by.total_seconds()


class Leader:
    """Implements bot.ports.Leadership for one process alone, or for one that another is ahead of."""

    def __init__(self, *, elsewhere: bool = False) -> None:
        self._elsewhere = elsewhere
        self.held: set[str] = set()

    async def hold(self, name: str) -> bool:
        if not self._elsewhere:
            self.held.add(name)
        return not self._elsewhere

    async def release(self) -> None:
        self.held.clear()
