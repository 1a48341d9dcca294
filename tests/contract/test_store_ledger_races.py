"""Many at the ledger at once, on both databases: every delivery is somebody's, and nobody waits for ever."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.delivery import Composed, DeliveryId, DeliveryPart, DeliveryState, PlannedDelivery
from bot.domain.feedback import Impression
from bot.domain.person import PersonId
from bot.ports import Store, UnitOfWork
from store.engine import open_store
from tests.contract.ledger_steps import HERE, LATER, SOON, claimed, some_papers, subscribe, the_only
from tests.factories import NOON, make_planned

Step = Callable[[UnitOfWork], Awaitable[object]]


async def beside(store: Store, first: Step, other: Store, second: Step, then: Step) -> None:
    """`first` and `then` in one transaction; in another, between the two, `second` begins, and may have to wait."""

    async def run_second() -> None:
        async with other.write() as uow:
            await second(uow)

    async with store.write() as uow:
        await first(uow)
        waiting = asyncio.create_task(run_second())
        await asyncio.sleep(0.1)
        await then(uow)
    await waiting


async def test_four_that_claim_at_once_are_given_each_row_once(store: Store, store_url: str) -> None:
    async with store.write() as uow:
        await uow.deliveries.plan([make_planned(await subscribe(uow)) for _ in range(500)], NOON)
        ids = await uow.deliveries.due_ids(NOON)
        assert await uow.deliveries.composed([Composed(one, 1) for one in ids], NOON) == 500
    others = [await open_store(store_url) for _ in range(3)]

    async def claim_all(using: Store) -> list[DeliveryId]:
        mine: list[DeliveryId] = []
        while True:
            async with using.write() as uow:
                some = await uow.deliveries.claim(HERE, NOON, SOON, 7)
            if not some:
                return mine
            mine += [one.id for one in some]

    taken = await asyncio.gather(*(claim_all(using) for using in (store, *others)))
    # One that found nothing because the others had it may have stopped early, never the last.
    assert Counter(one for some in taken for one in some) == Counter(ids)
    for using in others:
        await using.close()


async def test_two_that_plan_at_once_plan_each_period_once(store: Store, store_url: str) -> None:
    other = await open_store(store_url)
    tomorrow = NOON + timedelta(days=1)
    async with store.write() as uow:
        for _ in range(120):
            await subscribe(uow, next_period=NOON.date(), next_due_at=NOON)

    async def plan_all(using: Store) -> int:
        planned = 0
        while True:
            async with using.write() as uow:
                due = await uow.subscriptions.due(NOON, 10)
                new = [PlannedDelivery(one.id, one.person_id, NOON.date(), NOON, one.address) for one in due]
                planned += await uow.deliveries.plan(new, NOON)
                await uow.subscriptions.advance([replace(one, next_due_at=tomorrow) for one in due])
            if not due:
                return planned

    planned = await asyncio.gather(*(plan_all(using) for using in (store, other, store, other)))
    assert sum(planned) == 120
    async with other.read() as uow:
        assert await uow.deliveries.counts() == {DeliveryState.DUE: 120}
        assert await uow.subscriptions.next_due_at() == tomorrow
    await other.close()


async def test_a_chunk_that_is_composed_twice_at_once_is_composed_once(store: Store, store_url: str) -> None:
    other = await open_store(store_url)
    async with store.write() as uow:
        await uow.deliveries.plan([make_planned(await subscribe(uow)) for _ in range(50)], NOON)
        ids = await uow.deliveries.due_ids(NOON)

    async def compose(using: Store) -> int:
        async with using.write() as uow:
            mine = await uow.deliveries.due_among(ids)
            await uow.score_histories.put({one.person_id: b"scores" for one in mine})
            return await uow.deliveries.composed([Composed(one.id, 1) for one in mine], NOON)

    assert sum(await asyncio.gather(*(compose(using) for using in (store, other, other)))) == 50
    await other.close()


async def test_whoever_erases_a_person_waits_for_what_is_done_with_their_digest(store: Store, store_url: str) -> None:
    other = await open_store(store_url)

    async def nobody_is_left(person_id: PersonId) -> None:
        async with other.read() as uow:
            assert await uow.subscriptions.find(person_id) is None
            assert await uow.deliveries.counts() == {}
            with pytest.raises(LookupError):
                await uow.people.get(person_id)

    async with store.write() as uow:
        planning = await subscribe(uow, next_period=NOON.date(), next_due_at=NOON)
    await beside(
        store,
        lambda uow: uow.subscriptions.due(NOON, 9),
        other,
        lambda uow: uow.people.erase(planning.person_id),
        lambda uow: uow.deliveries.plan([make_planned(planning)], NOON),
    )
    await nobody_is_left(planning.person_id)

    async with store.write() as uow:
        composing = await subscribe(uow)
        await uow.deliveries.plan([make_planned(composing)], NOON)
        ids = await uow.deliveries.due_ids(NOON)
    await beside(
        store,
        lambda uow: uow.deliveries.due_among(ids),
        other,
        lambda uow: uow.people.erase(composing.person_id),
        lambda uow: uow.score_histories.put({composing.person_id: b"scores"}),
    )
    await nobody_is_left(composing.person_id)

    async with store.write() as uow:
        keys = await some_papers(uow, 1)
        sending = await subscribe(uow)
        delivery = await claimed(uow, make_planned(sending), keys)
    shown = Impression(sending.person_id, keys[0], 1, NOON, "digest")
    await beside(
        store,
        lambda uow: uow.deliveries.finish(delivery, DeliveryState.SENT, NOON),
        other,
        lambda uow: uow.people.erase(sending.person_id),
        lambda uow: uow.impressions.append([shown]),
    )
    await nobody_is_left(sending.person_id)
    await other.close()


async def test_what_is_given_back_while_its_subscription_is_disabled_is_not_left_open(
    store: Store, store_url: str
) -> None:
    other = await open_store(store_url)
    async with store.write() as uow:
        subscription = await subscribe(uow)
        delivery = await claimed(uow, make_planned(subscription))
    await beside(
        store,
        lambda uow: uow.deliveries.finish(delivery, DeliveryState.RETRY, NOON, retry_at=SOON),
        other,
        lambda uow: uow.subscriptions.disable(subscription.id, "gone", NOON),
        lambda uow: uow.subscriptions.find(subscription.person_id),
    )
    async with store.read() as uow:
        stored = await the_only(uow, subscription.person_id)
        assert (stored.state, stored.reason) == (DeliveryState.FAILED, "gone")
    await other.close()


async def test_of_two_that_settle_a_delivery_one_does(store: Store, store_url: str) -> None:
    other = await open_store(store_url)
    async with store.write() as uow:
        subscription = await subscribe(uow)
        delivery = replace(await claimed(uow, make_planned(subscription)), parts=(DeliveryPart("t0", NOON, "m0"),))

    async def settle(using: Store, state: DeliveryState) -> bool:
        async with using.write() as uow:
            return await uow.deliveries.finish(delivery, state, LATER)

    told = await asyncio.gather(
        *(settle(using, state) for using in (store, other) for state in (DeliveryState.SENT, DeliveryState.FAILED))
    )
    await other.close()
    assert sorted(told) == [False, False, False, True]
