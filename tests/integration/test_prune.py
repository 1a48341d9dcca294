"""What ended long ago goes; what anybody still needs stays."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from bot.domain.delivery import DeliveryState
from bot.domain.limits import named_limits
from bot.ports import Store
from bot.usecases.ledger_state import ledger_state
from bot.usecases.prune import Pruned, prune
from store.engine import SqlStore
from store.rate_limiter import SqlRateLimiter
from store.types import to_microseconds
from tests.factories import NOON, make_account, make_paper, make_planned, make_subscription
from tests.fakes import FakeClock

OLD = NOON - timedelta(days=100)
BEFORE = NOON - timedelta(days=90)


async def grown(store: Store) -> None:
    """An old delivery that ended, an old one that is open, a new one that ended; an old and a new replaced text."""
    async with store.write() as uow:
        subscription = make_subscription((await uow.people.ensure(make_account(), OLD)).id)
        subscription = replace(subscription, id=await uow.subscriptions.put(subscription))
        for number, (moment, state) in enumerate(
            [(OLD, DeliveryState.SKIPPED), (OLD, DeliveryState.DUE), (NOON, DeliveryState.SKIPPED)]
        ):
            period = NOON.date() + timedelta(days=number)
            planned = make_planned(subscription, period=period, due_at=moment, state=state)
            await uow.deliveries.plan([planned], moment)
        paper = make_paper(version=1)
        for version, moment in ((1, OLD), (2, OLD), (3, NOON)):
            text = f"The text of version {version}."
            await uow.papers.upsert([replace(paper, version=version, abstract=text)], moment)


async def test_a_dry_run_counts_and_deletes_nothing(store: Store) -> None:
    await grown(store)
    assert await prune(store, BEFORE, dry_run=True) == Pruned(deliveries=1, versions=1)
    assert await prune(store, BEFORE, dry_run=True) == Pruned(deliveries=1, versions=1)
    state = await ledger_state(store, NOON)
    assert state.deliveries == {DeliveryState.SKIPPED: 2, DeliveryState.DUE: 1}


async def test_what_ended_long_ago_goes_and_the_rest_stays(store: Store) -> None:
    await grown(store)
    assert await prune(store, BEFORE) == Pruned(deliveries=1, versions=1)
    assert await prune(store, BEFORE) == Pruned(deliveries=0, versions=0)
    state = await ledger_state(store, NOON)
    assert state.deliveries == {DeliveryState.SKIPPED: 1, DeliveryState.DUE: 1}
    assert state.recent == {DeliveryState.SKIPPED: 1}
    assert (state.active, state.disabled, state.oldest_open, state.last_sent_at) == (1, 0, OLD, None)


async def test_a_channel_that_nothing_goes_to_any_more_needs_no_limit(sql_store: SqlStore) -> None:
    limiter = SqlRateLimiter(sql_store, FakeClock(), named_limits())
    for channel in ("C1", "C2"):
        await limiter.wait(f"slack:T1:{channel}")
    async with sql_store.connection() as connection:
        old = {"old": to_microseconds(OLD)}
        await connection.execute(text("UPDATE rate_limits SET next_at = :old WHERE key = 'slack:T1:C1'"), old)
    await prune(sql_store, BEFORE, dry_run=True)
    assert await limited(sql_store) == ["slack:T1:C1", "slack:T1:C2"]
    await prune(sql_store, BEFORE)
    assert await limited(sql_store) == ["slack:T1:C2"]


async def limited(store: SqlStore) -> list[str]:
    async with store.snapshot() as connection:
        return list((await connection.execute(text("SELECT key FROM rate_limits ORDER BY key"))).scalars())
