"""The ledger on both databases: what may become of a delivery, and who may say so."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.domain.delivery import (
    Composed,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryPart,
    DeliveryState,
    SkipReason,
)
from bot.domain.feedback import Impression
from bot.domain.person import PersonId
from bot.ports import Store
from tests.contract.ledger_steps import HERE, LATER, SOON, claimed, some_papers, subscribe, the_only
from tests.factories import NOON, make_address, make_paper, make_planned


async def test_a_period_is_planned_once_and_kinds_do_not_count_as_each_other(store: Store) -> None:
    async with store.write() as uow:
        subscription = await subscribe(uow)
        first = make_planned(subscription)
        missed = make_planned(
            subscription, period=date(2026, 3, 13), state=DeliveryState.SKIPPED, reason=SkipReason.MISSED.value
        )
        assert await uow.deliveries.plan([first, first, missed], NOON) == 2
        assert await uow.deliveries.plan([first, replace(missed, due_at=LATER)], LATER) == 0
        notice = make_planned(subscription, kind=DeliveryKind.NOTICE, reason="the channel is gone")
        assert await uow.deliveries.plan([notice], NOON) == 1
        found = {(one.kind, one.period): one for one in await uow.deliveries.log(subscription.person_id, 9)}
        assert len(found) == 3
        due = found[DeliveryKind.DIGEST, NOON.date()]
        assert due == Delivery(
            due.id, subscription.id, subscription.person_id, NOON.date(), NOON, make_address(), DeliveryState.DUE, NOON
        )
        assert found[DeliveryKind.DIGEST, missed.period].reason == "missed"
        told = found[DeliveryKind.NOTICE, NOON.date()]
        assert (told.state, told.retry_at, told.reason) == (DeliveryState.COMPOSED, NOON, "the channel is gone")


async def test_due_digests_come_in_order_of_id(store: Store) -> None:
    async with store.write() as uow:
        planned = [make_planned(await subscribe(uow)) for _ in range(5)]
        planned[3] = replace(planned[3], due_at=LATER)
        await uow.deliveries.plan(planned, NOON)
    async with store.read() as uow:
        due = await uow.deliveries.due_ids(NOON)
        everything = await uow.deliveries.due_ids(LATER)
    assert (len(due), len(everything), everything) == (4, 5, sorted(everything))
    async with store.write() as uow:
        found = await uow.deliveries.due_among(due)
        assert [one.subscription_id for one in found] == [one.subscription_id for one in planned if one.due_at == NOON]
        ids = [due[1], due[2], DeliveryId(999)]
        await uow.deliveries.composed([Composed(due[1], 0, skipped=SkipReason.NO_PAPERS.value)], NOON)
        assert [one.id for one in await uow.deliveries.due_among(ids)] == [due[2]]


async def test_composing_ends_in_a_shortlist_a_skip_or_a_word_about_the_empty_day(store: Store) -> None:
    async with store.write() as uow:
        keys = await some_papers(uow, 3)
        planned = [make_planned(await subscribe(uow), due_at=LATER) for _ in range(3)]
        await uow.deliveries.plan(planned, NOON)
        ids = await uow.deliveries.due_ids(LATER)
        results = [
            Composed(ids[0], 40, keys[::-1]),
            Composed(ids[1], 40, skipped=SkipReason.NOTHING_CLOSE.value),
            Composed(ids[2], 40, skipped=SkipReason.NOTHING_FRESH.value, tell=True),
        ]
        assert await uow.deliveries.composed(results, SOON) == 3
        assert await uow.deliveries.composed(results, LATER) == 0
        full, skipped, told = [await the_only(uow, one.person_id) for one in planned]
    assert (full.state, full.shortlist, full.candidates, full.retry_at) == (
        DeliveryState.COMPOSED,
        keys[::-1],
        40,
        LATER,
    )
    assert (skipped.state, skipped.reason, skipped.candidates, skipped.retry_at) == (
        DeliveryState.SKIPPED,
        "nothing close",
        40,
        None,
    )
    assert (told.state, told.reason, told.shortlist) == (DeliveryState.COMPOSED, "nothing fresh", ())
    assert {one.updated_at for one in (full, skipped, told)} == {SOON}


async def test_nothing_is_claimed_before_its_time_for_other_platforms_or_beyond_the_limit(store: Store) -> None:
    async with store.write() as uow:
        planned = [
            make_planned(await subscribe(uow), due_at=LATER),
            make_planned(await subscribe(uow), due_at=NOON),
            make_planned(await subscribe(uow), due_at=SOON),
            make_planned(await subscribe(uow), address=make_address(platform="slack")),
        ]
        await uow.deliveries.plan(planned, NOON)
        due = await uow.deliveries.due_ids(LATER)
        await uow.deliveries.composed([Composed(one, 1) for one in due], NOON)
        early = NOON - timedelta(seconds=1)
        assert await uow.deliveries.claim(HERE, early, SOON, 9) == []
        assert await uow.deliveries.claim((), LATER, SOON, 9) == []
        assert await uow.deliveries.next_at(HERE) == NOON
        taken = await uow.deliveries.claim(HERE, LATER, LATER + timedelta(minutes=1), 2)
        assert [one.due_at for one in taken] == [NOON, SOON]
        assert {(one.state, one.attempts, one.lease_until) for one in taken} == {
            (DeliveryState.SENDING, 1, LATER + timedelta(minutes=1))
        }
        assert [one.due_at for one in await uow.deliveries.claim(HERE, LATER, LATER, 9)] == [LATER]
        assert await uow.deliveries.claim(HERE, LATER, LATER, 9) == []
        assert await uow.deliveries.next_at(HERE) == LATER
        assert await uow.deliveries.next_at(("slack",)) == NOON
        assert await uow.deliveries.oldest_open() == NOON
        assert await uow.deliveries.counts() == {DeliveryState.SENDING: 3, DeliveryState.COMPOSED: 1}


async def test_what_is_composed_and_never_claimed_is_missed(store: Store) -> None:
    async with store.write() as uow:
        mine, later, begun = [await subscribe(uow) for _ in range(3)]
        planned = [make_planned(mine), make_planned(later, due_at=LATER), make_planned(begun)]
        await uow.deliveries.plan(planned, NOON)
        first, second, _ = await uow.deliveries.due_ids(LATER)
        await uow.deliveries.composed([Composed(one, 1) for one in (first, second)], NOON)
        assert await uow.deliveries.miss(NOON, SOON) == 0
        assert await uow.deliveries.miss(LATER, SOON) == 1
        missed = await the_only(uow, mine.person_id)
        assert (missed.state, missed.reason, missed.retry_at) == (DeliveryState.SKIPPED, "missed", None)
        assert (await the_only(uow, later.person_id)).state is DeliveryState.COMPOSED
        assert (await the_only(uow, begun.person_id)).state is DeliveryState.DUE


async def test_a_delivery_is_brought_part_by_part(store: Store) -> None:
    async with store.write() as uow:
        keys = await some_papers(uow, 2)
        subscription = await subscribe(uow)
        delivery = await claimed(uow, make_planned(subscription), keys)
        parts = (DeliveryPart("t0"), DeliveryPart("t1"))
        delivery = replace(delivery, entries=keys[::-1], parts=parts)
        assert await uow.deliveries.start(delivery)
        assert await uow.impressions.seen(subscription.person_id) == set(keys)
        delivery = replace(delivery.with_part(0, DeliveryPart("t0", SOON)), lease_until=LATER)
        assert await uow.deliveries.save_parts(delivery, SOON)
        stored = await the_only(uow, subscription.person_id)
        assert stored == replace(delivery, updated_at=SOON)
        assert stored.parts[0].is_open
        done = delivery.with_part(0, DeliveryPart("t0", SOON, "m0")).with_part(1, DeliveryPart("t1", SOON, "ü\0"))
        assert await uow.deliveries.finish(done, DeliveryState.SENT, LATER)
        assert not await uow.deliveries.finish(done, DeliveryState.RETRY, LATER, retry_at=LATER)
        assert not await uow.deliveries.save_parts(done, LATER)
        assert not await uow.deliveries.start(done)
        stored = await the_only(uow, subscription.person_id)
        assert (stored.state, stored.sent_at, stored.lease_until) == (DeliveryState.SENT, LATER, None)
        assert (stored.parts, stored.entries) == (done.parts, keys[::-1])
        assert await uow.deliveries.last_sent_at() == LATER
        assert await uow.deliveries.open_entries([subscription.person_id]) == []
        assert await uow.deliveries.next_at(HERE) is None
        assert await uow.deliveries.oldest_open() is None


async def test_what_is_to_be_tried_again_waits_for_its_time(store: Store) -> None:
    async with store.write() as uow:
        subscription = await subscribe(uow)
        delivery = await claimed(uow, make_planned(subscription))
        with pytest.raises(ValueError, match="retry"):
            await uow.deliveries.finish(delivery, DeliveryState.RETRY, NOON)
        with pytest.raises(ValueError, match="sent"):
            await uow.deliveries.finish(delivery, DeliveryState.SENT, NOON, retry_at=SOON)
        assert await uow.deliveries.finish(delivery, DeliveryState.RETRY, NOON, reason="busy", retry_at=SOON)
        assert await uow.deliveries.next_at(HERE) == SOON
        assert await uow.deliveries.claim(HERE, NOON, LATER, 9) == []
        (again,) = await uow.deliveries.claim(HERE, SOON, LATER, 9)
        assert (again.attempts, again.reason, again.id) == (2, "busy", delivery.id)
        # The first claim has no say any more.
        assert not await uow.deliveries.start(delivery)
        assert not await uow.deliveries.finish(delivery, DeliveryState.SENT, SOON)
        assert await uow.deliveries.finish(again, DeliveryState.FAILED, SOON, reason="gone")


@pytest.mark.parametrize(
    ("part", "state"),
    [
        (DeliveryPart("t0"), DeliveryState.RETRY),
        (DeliveryPart("t0", NOON), DeliveryState.UNKNOWN),
        (DeliveryPart("t0", NOON, "m0"), DeliveryState.RETRY),
    ],
)
async def test_a_lease_that_ran_out_is_unknown_only_where_a_part_went_out_without_an_answer(
    store: Store, part: DeliveryPart, state: DeliveryState
) -> None:
    async with store.write() as uow:
        subscription = await subscribe(uow)
        delivery = replace(await claimed(uow, make_planned(subscription)), parts=(part, DeliveryPart("t1")))
        assert await uow.deliveries.start(delivery)
        assert await uow.deliveries.next_at(()) == SOON
        assert await uow.deliveries.expire(SOON - timedelta(microseconds=1)) == 0
        assert await uow.deliveries.expire(SOON) == 1
        stored = await the_only(uow, subscription.person_id)
        assert (stored.state, stored.retry_at, stored.lease_until) == (state, SOON, None)
        assert stored.parts == delivery.parts
        assert not await uow.deliveries.save_parts(delivery, SOON)


async def test_an_unknown_delivery_is_looked_up_by_one_at_a_time_and_then_settled(store: Store) -> None:
    async with store.write() as uow:
        subscription = await subscribe(uow)
        keys = await some_papers(uow, 1)
        delivery = await claimed(uow, make_planned(subscription), keys)
        delivery = replace(delivery, entries=keys, parts=(DeliveryPart("t0", NOON),))
        assert await uow.deliveries.start(delivery)
        assert await uow.deliveries.finish(delivery, DeliveryState.UNKNOWN, NOON, reason="no answer", retry_at=SOON)
        assert await uow.deliveries.unknown(HERE, NOON, SOON, 9) == []
        assert await uow.deliveries.unknown(("slack",), SOON, LATER, 9) == []
        (first,) = await uow.deliveries.unknown(HERE, SOON, LATER, 9)
        assert await uow.deliveries.unknown(HERE, SOON, LATER, 9) == []
        assert await uow.deliveries.claim(HERE, SOON, LATER, 9) == []
        assert await uow.deliveries.next_at(HERE) == LATER
        much_later = LATER + timedelta(hours=1)
        (second,) = await uow.deliveries.unknown(HERE, LATER, much_later, 9)
        assert (second.attempts, second.parts) == (1, delivery.parts)
        assert not await uow.deliveries.finish(first, DeliveryState.RETRY, LATER, retry_at=LATER)
        assert await uow.deliveries.finish(second, DeliveryState.UNKNOWN, LATER, reason="cannot be looked up")
        assert await uow.deliveries.unknown(HERE, much_later, much_later, 9) == []
        assert await uow.deliveries.next_at(HERE) is None
        assert await uow.impressions.seen(subscription.person_id) == set(keys)


async def test_a_slow_senders_word_counts_while_nobody_else_claimed(store: Store) -> None:
    async with store.write() as uow:
        subscription = await subscribe(uow)
        delivery = replace(await claimed(uow, make_planned(subscription)), parts=(DeliveryPart("t0", NOON),))
        assert await uow.deliveries.start(delivery)
        await uow.deliveries.expire(LATER)
        (looked_up,) = await uow.deliveries.unknown(HERE, LATER, LATER + timedelta(minutes=1), 9)
        arrived = delivery.with_part(0, DeliveryPart("t0", NOON, "m0"))
        assert await uow.deliveries.finish(arrived, DeliveryState.SENT, LATER)
        assert not await uow.deliveries.finish(looked_up, DeliveryState.RETRY, LATER, retry_at=LATER)


async def test_pruning_takes_what_ended_before_and_leaves_what_is_open(store: Store) -> None:
    ends: list[tuple[DeliveryState, datetime | None]] = [
        (DeliveryState.SENT, None),
        (DeliveryState.FAILED, None),
        (DeliveryState.SKIPPED, None),
        (DeliveryState.UNKNOWN, None),
        (DeliveryState.UNKNOWN, LATER),
        (DeliveryState.RETRY, LATER),
    ]
    async with store.write() as uow:
        for state, retry_at in ends:
            delivery = await claimed(uow, make_planned(await subscribe(uow)))
            assert await uow.deliveries.finish(delivery, state, NOON, retry_at=retry_at)
        assert await uow.deliveries.prune(NOON) == 0
        assert await uow.deliveries.prune(SOON) == 4
        assert await uow.deliveries.counts() == {DeliveryState.UNKNOWN: 1, DeliveryState.RETRY: 1}


async def test_what_is_on_its_way_counts_as_seen_under_its_present_key(store: Store) -> None:
    async with store.write() as uow:
        subscription, other = await subscribe(uow), await subscribe(uow)
        stored = await uow.papers.upsert(
            [
                make_paper(id="title:0123456789abcdef0123456789abcdef", source="page"),
                make_paper(),
                make_paper(source="sample"),
            ],
            NOON,
        )
        hashed, plain, sample = (result.paper.stored_key for result in stored)
        delivery = replace(
            await claimed(uow, make_planned(subscription), (sample, plain, hashed)), entries=(sample, plain, hashed)
        )
        assert delivery.shortlist == (sample, plain, hashed)
        assert await uow.deliveries.start(delivery)
        await uow.impressions.append([Impression(other.person_id, plain, 1, NOON, "chat")])
        await uow.papers.delete_samples()
        people = [subscription.person_id, other.person_id]
        assert set(await uow.deliveries.open_entries(people)) == {(people[0], plain), (people[0], hashed)}
        assert set(await uow.impressions.seen_by(people, NOON)) == {
            (people[0], plain),
            (people[0], hashed),
            (people[1], plain),
        }
        assert await uow.impressions.seen_by(people, LATER) == []
        now = await the_only(uow, subscription.person_id)
        # A shortlist goes on without what is gone; entries keep their places, since parts belong to them.
        assert (now.shortlist, now.entries) == ((plain, hashed), (sample, plain, hashed))


async def test_a_subscription_that_somebody_changes_is_planned_by_nobody_meanwhile(store: Store, backend: str) -> None:
    async with store.write() as uow:
        one = await subscribe(uow, next_period=NOON.date(), next_due_at=NOON)
    async with store.write() as uow:
        assert await uow.subscriptions.hold(one.person_id) == one
        assert await uow.subscriptions.hold(PersonId(99_999)) is None
        # SQLite lets nobody else write meanwhile.
        if backend == "postgres":
            async with store.write() as other:
                assert await other.subscriptions.due(LATER, 9) == []
    async with store.write() as uow:
        assert await uow.subscriptions.due(LATER, 9) == [one]
