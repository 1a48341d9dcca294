"""What ended long ago goes; what anybody still needs stays."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.delivery import DeliveryState
from bot.ports import Store
from bot.usecases.ledger_state import ledger_state
from bot.usecases.prune import Pruned, prune
from tests.factories import NOON, make_account, make_paper, make_planned, make_subscription

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
