"""Stop a subscription whose place takes nothing any more, and say so on another surface that the person has. A channel
has none: the operator is told."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.chat import Address, direct
from bot.domain.delivery import Delivery, DeliveryKind, PlannedDelivery
from bot.domain.person import Account
from bot.ports import UnitOfWork


async def disable_and_notify(
    uow: UnitOfWork, delivery: Delivery, reason: str, now: datetime, operator: Address | None = None
) -> None:
    """Part of the transaction in which the delivery failed. A notice that fails itself stops nothing more."""
    if delivery.kind is DeliveryKind.NOTICE:
        return
    if not await uow.subscriptions.disable(delivery.subscription_id, reason, now):
        return
    person = await uow.people.get(delivery.person_id)
    place = operator if person.is_channel else other_place(person.accounts, delivery.address)
    if place is not None and place != delivery.address:
        notice = PlannedDelivery(
            delivery.subscription_id, person.id, delivery.period, now, place, kind=DeliveryKind.NOTICE, reason=reason
        )
        await uow.deliveries.plan([notice], now)


def other_place(accounts: Sequence[Account], lost: Address) -> Address | None:
    """A direct conversation: rather on another platform or workspace than on that of the lost place, and rather where
    a message is seen at once than on a terminal, which shows it when its owner comes back to it."""

    def second_choice(account: Account) -> tuple[bool, bool]:
        return (account.platform, account.workspace) == (lost.platform, lost.workspace), account.platform == "console"

    people = sorted((account for account in accounts if account.kind == "person"), key=second_choice)
    return next((place for place in map(direct, people) if place != lost), None)
