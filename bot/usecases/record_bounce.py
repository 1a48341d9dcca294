"""A mail came back for good: after some of them the address gets no more, and the person hears of it elsewhere."""

from datetime import timedelta

from bot.domain.delivery import Delivery
from bot.domain.person import Account
from bot.messages.mailing import UNDELIVERABLE
from bot.ports import UnitOfWork
from bot.usecases.context import Context
from bot.usecases.notify_disabled import disable_and_notify
from bot.usecases.read_by_mail import account_of

BOUNCES = 3
WITHIN = timedelta(days=30)
"""So many mails that came back for good within this time stop an address."""

RECENT = 60
"""How many deliveries are looked through for the mail that came back."""


async def record_bounce(context: Context, address: str, token: str, status: str) -> str:
    """What became of it: `unknown` (no such mail went to that address: anybody may write a bounce), `counted`, or
    `stopped`. `token` is what the mail's Message-ID begins with, `status` an RFC 3463 code that begins with
    5, or with 4 where a server has given up."""
    now = context.clock.now()
    async with context.store.write() as uow:
        delivery = await _delivery(uow, account_of(address), token)
        if delivery is None:
            return "unknown"
        count = await uow.mailboxes.bounced(delivery.person_id, token, status, now, now - WITHIN)
        if count < BOUNCES:
            return "counted"
        subscription = await uow.subscriptions.hold(delivery.person_id)
        if subscription is None or subscription.address != delivery.address:
            return "counted"
        await disable_and_notify(uow, delivery, UNDELIVERABLE.format(status=status), now)
        return "stopped"


async def _delivery(uow: UnitOfWork, account: Account, token: str) -> Delivery | None:
    person = await uow.people.find(account)
    if person is None:
        return None
    log = await uow.deliveries.log(person.id, RECENT)
    return next((one for one in log if token in {part.token for part in one.parts}), None)
