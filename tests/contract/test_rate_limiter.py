"""Limits shared through both databases. A place is a hundred seconds wide, so that no machine is too slow to count."""

import asyncio

import pytest
from sqlalchemy import event, exc, text

from bot.domain.limits import Limit
from store.engine import SqlStore, open_store
from store.rate_limiter import SqlRateLimiter
from tests.fakes import FakeClock

LIMITS = {"one": Limit(0.01), "few": Limit(0.01, burst=3)}


class StillClock(FakeClock):
    """Sleeping takes no time, so that what was waited is what was asked for at once."""

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


def limiter_on(store: SqlStore) -> SqlRateLimiter:
    return SqlRateLimiter(store, StillClock(), LIMITS)


def in_places(seconds: list[float]) -> list[int]:
    return [round(waited / 100) for waited in seconds]


async def test_places_come_one_after_the_other_after_the_burst(sql_store: SqlStore) -> None:
    clock = StillClock()
    limiter = SqlRateLimiter(sql_store, clock, LIMITS)
    waited = [await limiter.wait("few:channel") for _ in range(6)]
    assert in_places(waited) == [0, 0, 0, 1, 2, 3]
    assert waited[:3] == [0.0, 0.0, 0.0]
    assert clock.slept == waited[3:]
    assert in_places([await limiter.wait("one") for _ in range(3)]) == [0, 1, 2]


async def test_keys_wait_apart_and_a_key_without_a_limit_not_at_all(sql_store: SqlStore) -> None:
    limiter = limiter_on(sql_store)
    assert in_places([await limiter.wait(key) for key in ("one:a", "one:b", "one:a")]) == [0, 0, 1]
    assert [await limiter.wait("console") for _ in range(5)] == [0.0] * 5


async def test_several_places_are_taken_at_once_up_to_the_burst(sql_store: SqlStore) -> None:
    limiter = limiter_on(sql_store)
    assert in_places([await limiter.wait("few", 2), await limiter.wait("few", 3), await limiter.wait("few")]) == [
        0,
        2,
        3,
    ]
    for count in (0, 4):
        with pytest.raises(ValueError, match="gives 1 to 3"):
            await limiter.wait("few", count)


async def test_processes_share_a_limit(sql_store: SqlStore, store_url: str) -> None:
    other = await open_store(store_url)
    limiters = [limiter_on(sql_store), limiter_on(other)]
    waited = await asyncio.gather(*(limiters[number % 2].wait("one") for number in range(20)))
    await other.close()
    assert sorted(in_places(waited)) == list(range(20))


async def test_many_that_ask_at_once_cost_the_database_two_transactions(sql_store: SqlStore) -> None:
    taken: list[str] = []

    @event.listens_for(sql_store._writer.sync_engine, "before_cursor_execute")
    def executed(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "rate_limits" in statement:
            taken.append(statement)

    limiter = limiter_on(sql_store)
    waited = await asyncio.gather(*(limiter.wait("one") for _ in range(50)))
    assert sorted(in_places(waited)) == list(range(50))
    assert len(taken) <= 2


async def test_nobody_waits_for_a_clock_that_was_set_back(sql_store: SqlStore) -> None:
    limiter = limiter_on(sql_store)
    await limiter.wait("one")
    async with sql_store.connection() as connection:
        await connection.execute(text("UPDATE rate_limits SET next_at = next_at + 86400000000"))
    assert in_places([await limiter.wait("one") for _ in range(2)]) == [0, 1]


async def test_places_that_nobody_took_are_not_saved_up(sql_store: SqlStore) -> None:
    limiter = limiter_on(sql_store)
    await limiter.wait("few")
    async with sql_store.connection() as connection:
        await connection.execute(text("UPDATE rate_limits SET next_at = next_at - 86400000000"))
    assert in_places([await limiter.wait("few") for _ in range(4)]) == [0, 0, 0, 1]


async def test_who_is_cancelled_while_waiting_holds_up_nobody(sql_store: SqlStore) -> None:
    limiter = limiter_on(sql_store)
    tasks = [asyncio.create_task(limiter.wait("one")) for _ in range(3)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    waited = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(waited[0], asyncio.CancelledError)
    assert in_places([seconds for seconds in waited[1:] if isinstance(seconds, float)]) == [1, 2]


async def test_everybody_who_waits_hears_of_a_broken_database(sql_store: SqlStore) -> None:
    limiter = limiter_on(sql_store)
    async with sql_store.connection() as connection:
        await connection.execute(text("ALTER TABLE rate_limits RENAME TO elsewhere"))
    told = await asyncio.gather(*(limiter.wait("one") for _ in range(3)), return_exceptions=True)
    assert {type(error) for error in told} <= {exc.ProgrammingError, exc.OperationalError}
    async with sql_store.connection() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO rate_limits"))
    assert await limiter.wait("one") == 0.0
