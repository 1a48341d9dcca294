"""Steps on the way of a delivery, for the tests of the ledger."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.delivery import Composed, Delivery, DeliveryKind, PlannedDelivery
from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from bot.domain.subscription import Subscription
from bot.ports import UnitOfWork
from tests.factories import NOON, make_account, make_paper, make_subscription

HERE = ("discord",)
SOON = NOON + timedelta(minutes=5)
LATER = NOON + timedelta(hours=1)


async def subscribe(uow: UnitOfWork, **changes: object) -> Subscription:
    person_id = (await uow.people.ensure(make_account(), NOON)).id
    subscription = make_subscription(person_id, **changes)
    return replace(subscription, id=await uow.subscriptions.put(subscription))


async def some_papers(uow: UnitOfWork, count: int) -> tuple[PaperKey, ...]:
    stored = await uow.papers.upsert([make_paper() for _ in range(count)], NOON)
    return tuple(result.paper.stored_key for result in stored)


async def composed(uow: UnitOfWork, planned: PlannedDelivery, shortlist: tuple[PaperKey, ...] = ()) -> None:
    """One delivery planned and composed; no other digest may be due."""
    assert await uow.deliveries.plan([planned], NOON) == 1
    if planned.kind is DeliveryKind.DIGEST:
        due = await uow.deliveries.due_ids(NOON)
        assert await uow.deliveries.composed([Composed(due[0], 10, shortlist)], NOON) == 1


async def claimed(uow: UnitOfWork, planned: PlannedDelivery, shortlist: tuple[PaperKey, ...] = ()) -> Delivery:
    """One delivery planned, composed and claimed until SOON; nothing else may be claimable."""
    await composed(uow, planned, shortlist)
    (delivery,) = await uow.deliveries.claim(HERE, NOON, SOON, 10)
    return delivery


async def the_only(uow: UnitOfWork, person_id: PersonId) -> Delivery:
    (delivery,) = await uow.deliveries.log(person_id, 10)
    return delivery
