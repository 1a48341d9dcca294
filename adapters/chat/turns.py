"""One after the other: what somebody sends is answered in the order that it came in."""

import asyncio
from weakref import WeakValueDictionary


class Turns:
    """A lock for each who is waiting, and none for who is not."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()

    def of(self, who: object) -> asyncio.Lock:
        """To be held while their turn lasts."""
        return self._locks.setdefault(who, asyncio.Lock())
