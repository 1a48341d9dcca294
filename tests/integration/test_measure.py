"""The installation in numbers."""

from datetime import timedelta

from adapters.jobs.inprocess import InProcessQueue
from bot.usecases.catch_up import catch_up
from bot.usecases.measure import measure
from tests.factories import NOON, make_account, make_planned, make_subscription
from tests.integration.world import World


async def test_an_empty_installation_has_nothing_to_be_old(world: World) -> None:
    found = await measure(world.context, InProcessQueue())
    assert found.papers == 0
    assert (found.feed_age_s, found.oldest_open_s, found.last_sent_s) == (None, None, None)
    assert not found.feed_failing
    assert not any(found.deliveries.values())
    assert found.jobs == {"waiting": 0, "running": 0, "failed": 0}


async def test_what_waits_and_what_failed_is_told_with_its_age(world: World) -> None:
    queue = InProcessQueue()
    await queue.enqueue("note", {})
    await catch_up(world.context)
    async with world.context.store.write() as uow:
        person = await uow.people.ensure(make_account(), NOON)
        subscription = make_subscription(person.id)
        stored = await uow.subscriptions.put(subscription)
        found = (await uow.subscriptions.find_many([stored]))[stored]
        await uow.deliveries.plan([make_planned(found, due_at=NOON - timedelta(minutes=2))], NOON)
    measured = await measure(world.context, queue)
    assert measured.papers == 0, "samples are no papers"
    assert measured.feed_failing
    assert measured.active_subscriptions == 1
    assert measured.deliveries["due"] == 1
    assert measured.oldest_open_s == 120
    assert measured.jobs["waiting"] == 1
