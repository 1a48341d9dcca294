"""Limits that all processes on one database share."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from bot.domain.limits import Limit, limit_of
from bot.ports import Clock
from store.engine import SqlStore
from store.types import to_microseconds

_AHEAD_S = 600
_AHEAD_PLACES = 100
"""A key's next place is taken for real up to this far ahead, in seconds and places together. Farther, a clock was set
back, and nobody waits an hour for that."""

_TAKE = """
INSERT INTO rate_limits (key, next_at) VALUES (:key, {now} + :span)
ON CONFLICT (key) DO UPDATE SET next_at = :span +
    CASE WHEN rate_limits.next_at BETWEEN {now} AND {now} + :ahead THEN rate_limits.next_at ELSE {now} END
RETURNING next_at, {now}
"""
_NOW = {"sqlite": ":now", "postgresql": "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"}


@dataclass(frozen=True, slots=True)
class _Request:
    count: int
    wait_s: asyncio.Future[float]


class SqlRateLimiter:
    """`bot.ports.RateLimiter` with the generic cell rate algorithm (ITU-T I.371, annex A): of each key the store knows
    one moment, when its next place is free, and a place may be taken up to `burst - 1` intervals before it is.

    On PostgreSQL time is the server's, since the clocks of machines differ; on SQLite it is the given clock's. A
    place is taken in a short transaction and waited for outside it. Whoever asks while one runs is served by the next,
    all together: many senders of one process cost the database no more than one.
    """

    def __init__(self, store: SqlStore, clock: Clock, limits: Mapping[str, Limit]) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._asked: dict[str, list[_Request]] = {}
        self._taking: set[asyncio.Task[None]] = set()

    async def wait(self, key: str, count: int = 1) -> float:
        """A ValueError for more places than the limit ever gives at once; a key without a limit waits for nothing."""
        limit = limit_of(self._limits, key)
        if limit is None:
            return 0.0
        if not 1 <= count <= limit.burst:
            raise ValueError(f"{count} places at once under the limit of {key}: it gives 1 to {limit.burst}")
        request = _Request(count, asyncio.get_running_loop().create_future())
        if key in self._asked:
            self._asked[key].append(request)
        else:
            self._asked[key] = [request]
            task = asyncio.create_task(self._serve(key, limit))
            self._taking.add(task)
            task.add_done_callback(self._taking.discard)
        wait_s = await request.wait_s
        if wait_s > 0:
            await self._clock.sleep(wait_s)
        return wait_s

    async def _serve(self, key: str, limit: Limit) -> None:
        """Take places for those who asked, and for those who asked meanwhile, until nobody did."""
        while requests := self._asked[key]:
            self._asked[key] = []
            try:
                waits = await self._take(key, limit, [request.count for request in requests])
            except Exception as error:
                for request in requests:
                    if not request.wait_s.done():
                        request.wait_s.set_exception(error)
                continue
            for request, wait_s in zip(requests, waits, strict=True):
                if not request.wait_s.done():
                    request.wait_s.set_result(wait_s)
        del self._asked[key]

    async def _take(self, key: str, limit: Limit, counts: Sequence[int]) -> list[float]:
        """How long each of the requests, which follow each other, has to wait."""
        interval = round(limit.interval_s * 1_000_000)
        parameters: dict[str, object] = {
            "key": key,
            "span": sum(counts) * interval,
            "ahead": _AHEAD_S * 1_000_000 + _AHEAD_PLACES * interval,
        }
        async with self._store.connection() as connection:
            dialect = connection.dialect.name
            if dialect == "sqlite":
                parameters["now"] = to_microseconds(self._clock.now())
            statement = text(_TAKE.format(now=_NOW[dialect]))
            next_at, now = (await connection.execute(statement, parameters)).one()
        free_at = next_at - sum(counts) * interval - limit.burst * interval
        waits: list[float] = []
        for count in counts:
            free_at += count * interval
            waits.append(max(0, free_at - now) / 1_000_000)
        return waits
