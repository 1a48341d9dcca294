"""Plan deliveries: for every period whose time has come, the row in the ledger that it is brought by."""

from datetime import datetime

from bot.domain.person import PersonId
from bot.domain.planning import plan
from bot.domain.subscription import Subscription
from bot.ports import UnitOfWork
from bot.usecases.context import Context

BATCH = 1_000
"""Subscriptions of one transaction: few enough that whoever writes meanwhile hardly waits."""


async def plan_deliveries(context: Context, only: PersonId | None = None) -> int:
    """Write down what came due, each period once, and move the subscriptions on to their next one; of everybody, or of
    one person `only`. How many rows are new.

    Rows and subscriptions change in one transaction, and a period's row is unique: any number of processes may plan.
    Of one person that is looked at first: who asks every second keeps nobody from writing.
    """
    if only is not None and not await _is_due(context, only):
        return 0
    new = 0
    while True:
        async with context.store.write() as uow:
            now = context.clock.now()
            found = await _due(context, uow, only)
            plans = [plan(subscription, now) for subscription in found]
            new += await uow.deliveries.plan([row for one in plans for row in one.deliveries], now)
            await uow.subscriptions.advance([one.subscription for one in plans])
        if len(found) < BATCH:
            return new


async def _due(context: Context, uow: UnitOfWork, only: PersonId | None) -> list[Subscription]:
    now = context.clock.now()
    if only is None:
        return await uow.subscriptions.due(now, BATCH)
    one = await uow.subscriptions.hold(only)
    return [one] if one is not None and _has_come(one, now) else []


async def _is_due(context: Context, person_id: PersonId) -> bool:
    async with context.store.read() as uow:
        one = await uow.subscriptions.find(person_id)
    return one is not None and _has_come(one, context.clock.now())


def _has_come(subscription: Subscription, now: datetime) -> bool:
    return subscription.next_due_at is not None and subscription.next_due_at <= now
