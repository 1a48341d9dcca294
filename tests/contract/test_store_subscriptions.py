"""Subscriptions on both databases: when they are due, how they stop, and what becomes of their ledger."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.delivery import DeliveryKind, DeliveryPart, DeliveryState, SubscriptionId
from bot.ports import Store
from tests.contract.ledger_steps import HERE, LATER, SOON, claimed, some_papers, subscribe, the_only
from tests.factories import NOON, make_account, make_planned, make_subscription

TOMORROW = NOON + timedelta(days=1)


async def test_what_is_due_comes_longest_due_first_and_moves_on(store: Store) -> None:
    async with store.write() as uow:
        late = await subscribe(uow, next_period=date(2026, 3, 17), next_due_at=TOMORROW)
        second = await subscribe(uow, next_period=NOON.date(), next_due_at=NOON)
        first = await subscribe(uow, next_period=NOON.date(), next_due_at=NOON - timedelta(hours=1))
        await subscribe(uow)
        assert await uow.subscriptions.next_due_at() == first.next_due_at
        assert await uow.subscriptions.due(NOON - timedelta(hours=2), 9) == []
        assert await uow.subscriptions.due(NOON, 1) == [first]
        assert await uow.subscriptions.due(NOON, 9) == [first, second]
        moved = [
            replace(one, next_period=date(2026, 3, 18), next_due_at=TOMORROW + timedelta(days=1), zone="not stored")
            for one in (first, second)
        ]
        await uow.subscriptions.advance(moved)
        await uow.subscriptions.advance([])
        assert await uow.subscriptions.due(TOMORROW, 9) == [late]
        stored = await uow.subscriptions.find(first.person_id)
        assert stored == replace(moved[0], zone=first.zone)
        assert await uow.subscriptions.count() == (4, 0)


async def test_nothing_is_due_where_nothing_is_scheduled(store: Store) -> None:
    async with store.write() as uow:
        assert await uow.subscriptions.next_due_at() is None
        await subscribe(uow)
        assert await uow.subscriptions.next_due_at() is None
        assert await uow.subscriptions.due(TOMORROW, 9) == []


async def test_a_disabled_subscription_is_not_due_and_starts_again_when_the_person_says_so(store: Store) -> None:
    async with store.write() as uow:
        subscription = await subscribe(uow, next_period=NOON.date(), next_due_at=NOON)
        assert await uow.subscriptions.disable(subscription.id, "the channel is gone\0", NOON)
        assert not await uow.subscriptions.disable(subscription.id, "again", LATER)
        assert not await uow.subscriptions.disable(SubscriptionId(999), "nobody", LATER)
        stopped = await uow.subscriptions.find(subscription.person_id)
        assert stopped == replace(
            subscription,
            next_period=None,
            next_due_at=None,
            disabled_at=NOON,
            disabled_reason="the channel is gone",
        )
        assert stopped.is_disabled
        assert await uow.subscriptions.due(TOMORROW, 9) == []
        assert await uow.subscriptions.count() == (0, 1)
        assert await uow.subscriptions.put(subscription) == subscription.id
        assert await uow.subscriptions.due(NOON, 9) == [subscription]
        assert await uow.subscriptions.count() == (1, 0)


async def test_disabling_ends_what_nobody_is_sending_and_leaves_notices(store: Store) -> None:
    async with store.write() as uow:
        subscription, other = await subscribe(uow), await subscribe(uow)
        keys = await some_papers(uow, 2)
        days = [date(2026, 3, day) for day in (12, 13, 14, 15)]
        sent, retried, sending, _ = planned = [make_planned(subscription, period=day) for day in days]
        states = {}
        for one in planned[:3]:
            delivery = replace(await claimed(uow, one, keys), entries=keys)
            states[one.period] = replace(delivery, parts=(DeliveryPart("t0", NOON, "m0"), DeliveryPart("t1")))
            assert await uow.deliveries.start(states[one.period])
        await uow.deliveries.finish(states[sent.period], DeliveryState.SENT, NOON)
        await uow.deliveries.finish(states[retried.period], DeliveryState.RETRY, NOON, retry_at=SOON)
        notice = make_planned(subscription, kind=DeliveryKind.NOTICE)
        await uow.deliveries.plan([planned[3], notice, make_planned(other)], NOON)

        assert await uow.subscriptions.disable(subscription.id, "gone", SOON)
        found = {one.period: one for one in await uow.deliveries.log(subscription.person_id, 9) if one.kind != "notice"}
        assert [found[day].state for day in days] == [
            DeliveryState.SENT,
            DeliveryState.FAILED,
            DeliveryState.SENDING,
            DeliveryState.FAILED,
        ]
        assert [found[day].reason for day in days] == ["", "gone", "", "gone"]
        assert {found[day].retry_at for day in (days[1], days[3])} == {None}
        # Part of the one that was to be tried again had arrived: what it showed is not shown anew.
        assert await uow.impressions.seen(subscription.person_id) == set(keys)
        assert [one.paper for one in await uow.impressions.log(subscription.person_id)] == list(keys)

        assert await uow.deliveries.finish(states[sending.period], DeliveryState.RETRY, SOON, retry_at=SOON)
        (told,) = await uow.deliveries.claim(HERE, LATER, LATER, 9)
        assert told.kind is DeliveryKind.NOTICE
        again = {one.period: one.state for one in await uow.deliveries.log(subscription.person_id, 9) if one != told}
        assert again[sending.period] is DeliveryState.FAILED
        assert (await the_only(uow, other.person_id)).state is DeliveryState.DUE


async def test_a_lease_of_a_disabled_subscription_that_ran_out_does_not_stay_open(store: Store) -> None:
    async with store.write() as uow:
        subscription = await subscribe(uow)
        await claimed(uow, make_planned(subscription))
        assert await uow.subscriptions.disable(subscription.id, "gone", NOON)
        assert await uow.deliveries.expire(SOON) == 1
        stored = await the_only(uow, subscription.person_id)
        assert (stored.state, stored.reason) == (DeliveryState.FAILED, "gone")


async def test_removing_takes_the_ledger_along_and_keeps_what_was_on_its_way_as_shown(store: Store) -> None:
    async with store.write() as uow:
        subscription = await subscribe(uow)
        keys = await some_papers(uow, 2)
        delivery = replace(await claimed(uow, make_planned(subscription), keys), entries=keys)
        assert await uow.deliveries.start(replace(delivery, parts=(DeliveryPart("t0", NOON),)))
        assert await uow.subscriptions.remove(subscription.person_id)
        assert await uow.deliveries.log(subscription.person_id, 9) == []
        assert await uow.deliveries.counts() == {}
        assert await uow.impressions.seen(subscription.person_id) == set(keys)
        assert not await uow.deliveries.finish(delivery, DeliveryState.SENT, SOON)
        assert await uow.deliveries.plan([make_planned(subscription)], NOON) == 0
        # A later delivery is another one, with a number of its own: its tokens are, too.
        again = replace(subscription, id=await uow.subscriptions.put(subscription))
        assert (await claimed(uow, make_planned(again))).id > delivery.id


async def test_what_is_settled_or_was_never_asked_for_is_not_noted_as_shown_when_the_ledger_goes(store: Store) -> None:
    async with store.write() as uow:
        subscription = await subscribe(uow)
        keys = await some_papers(uow, 2)
        settled = replace(await claimed(uow, make_planned(subscription), keys[:1]), entries=keys[:1])
        assert await uow.deliveries.start(replace(settled, parts=(DeliveryPart("t0", NOON),)))
        assert await uow.deliveries.finish(settled, DeliveryState.UNKNOWN, NOON)
        begun = make_planned(subscription, period=date(2026, 3, 17))
        delivery = replace(await claimed(uow, begun, keys[1:]), entries=keys[1:])
        assert await uow.deliveries.start(replace(delivery, parts=(DeliveryPart("t0"),)))
        assert await uow.subscriptions.remove(subscription.person_id)
        assert await uow.impressions.log(subscription.person_id) == []


async def test_joining_takes_the_ledger_along_with_the_subscription(store: Store) -> None:
    async with store.write() as uow:
        keep = (await uow.people.ensure(make_account(), NOON)).id
        merged = await subscribe(uow)
        keys = await some_papers(uow, 1)
        delivery = replace(await claimed(uow, make_planned(merged), keys), entries=keys)
        assert await uow.deliveries.start(delivery)
        await uow.score_histories.put({keep: b"kept", merged.person_id: b"gone"})
        await uow.people.join(keep, merged.person_id)
        assert await uow.subscriptions.find(keep) == replace(merged, person_id=keep)
        stored = await the_only(uow, keep)
        assert (stored.id, stored.person_id, stored.entries) == (delivery.id, keep, keys)
        assert await uow.impressions.seen(keep) == set(keys)
        assert await uow.score_histories.of([keep, merged.person_id]) == {keep: b"kept"}
        assert await uow.deliveries.finish(delivery, DeliveryState.SENT, SOON)


async def test_joining_two_that_subscribed_keeps_one_ledger_and_what_the_other_showed(store: Store) -> None:
    async with store.write() as uow:
        kept, merged = await subscribe(uow), await subscribe(uow)
        keys = await some_papers(uow, 1)
        delivery = replace(await claimed(uow, make_planned(merged), keys), entries=keys)
        assert await uow.deliveries.start(replace(delivery, parts=(DeliveryPart("t0", NOON),)))
        await uow.deliveries.plan([make_planned(kept)], NOON)
        await uow.people.join(kept.person_id, merged.person_id)
        assert await uow.subscriptions.find(kept.person_id) == kept
        assert (await the_only(uow, kept.person_id)).subscription_id == kept.id
        assert await uow.impressions.seen(kept.person_id) == set(keys)


async def test_score_histories_are_kept_by_person(store: Store) -> None:
    async with store.write() as uow:
        people = [(await uow.people.ensure(make_account(), NOON)).id for _ in range(3)]
        await uow.score_histories.put({})
        await uow.score_histories.put({people[0]: b"\0\xff", people[1]: b""})
        await uow.score_histories.put({people[1]: b"new", make_subscription(people[0]).person_id: b"\0\xff"})
    async with store.read() as uow:
        assert await uow.score_histories.of(people) == {people[0]: b"\0\xff", people[1]: b"new"}
        assert await uow.score_histories.of([]) == {}
