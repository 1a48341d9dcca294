"""Stop a subscription whose place takes nothing any more, and say so on another surface that the person has."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.chat import Address, direct
from bot.domain.delivery import Delivery, DeliveryKind, PlannedDelivery
from bot.domain.person import Account
from bot.ports import UnitOfWork


async def disable_and_notify(uow: UnitOfWork, delivery: Delivery, reason: str, now: datetime) -> None:
    """Part of the transaction in which the delivery failed. A notice that fails itself stops nothing more."""
    if delivery.kind is DeliveryKind.NOTICE:
        return
    if not await uow.subscriptions.disable(delivery.subscription_id, reason, now):
        return
    person = await uow.people.get(delivery.person_id)
    place = other_place(person.accounts, delivery.address)
    if place is not None:
        notice = PlannedDelivery(
            delivery.subscription_id, person.id, delivery.period, now, place, kind=DeliveryKind.NOTICE, reason=reason
        )
        await uow.deliveries.plan([notice], now)


def other_place(accounts: Sequence[Account], lost: Address) -> Address | None:
    """A direct conversation on another platform or workspace; where there is none, with the same account if the lost
    place was a channel and not that conversation itself."""
    people = [account for account in accounts if account.kind == "person"]
    elsewhere = [one for one in people if (one.platform, one.workspace) != (lost.platform, lost.workspace)]
    places = [direct(account) for account in [*elsewhere, *people]]
    return next((place for place in places if place != lost), None)
