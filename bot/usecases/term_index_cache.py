"""The term index in memory, kept up with the store's segments."""

import asyncio
from collections.abc import Sequence

from bot.ports import UnitOfWork
from bot.ranking.term_index import TermIndex

LOAD_AT_ONCE = 4
"""Segments read from the store in one query; bounds the memory that loading needs besides the index itself."""


class TermIndexCache:
    """Holds the latest immutable TermIndex; `current` brings it up to the state that a transaction sees."""

    def __init__(self) -> None:
        self._index = TermIndex.empty()
        self._lock = asyncio.Lock()

    async def current(self, uow: UnitOfWork) -> TermIndex:
        ids = await uow.segments.ids()
        missing, gone = self._index.wanted(ids)
        if not missing and not gone:
            return self._index
        async with self._lock:
            missing, gone = self._index.wanted(ids)
            index = self._index
            if not missing:
                index = await asyncio.to_thread(index.with_segments, (), gone)
            for start in range(0, len(missing), LOAD_AT_ONCE):
                loaded = await uow.segments.load(missing[start : start + LOAD_AT_ONCE])
                drop: Sequence[int] = gone if start == 0 else ()
                index = await asyncio.to_thread(index.with_segments, loaded, drop)
            self._index = index
            return index
