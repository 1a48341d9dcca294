"""Resolve what is unknown: ask the platform whether a message arrived, before anything is sent a second time."""

from datetime import timedelta

from bot.domain.delivery import Delivery
from bot.ports import DeliveryError, LookUpUnsupportedError
from bot.usecases.delivery_record import LostClaimError
from bot.usecases.send_deliveries import Sender

CLOCKS_APART = timedelta(minutes=5)
"""The platform's clock and ours need not agree."""

CANNOT_BE_ASKED = "it may have arrived or not, and {platform} cannot be asked; it is not sent again"


async def take_unknown(sender: Sender, limit: int) -> list[Delivery]:
    """Deliveries of which nobody knows whether they arrived, to be looked up by us until their lease ends. Those whose
    holder is gone are found by the end of theirs."""
    now = sender.context.clock.now()
    async with sender.context.store.write() as uow:
        await uow.deliveries.expire(now)
        until = now + sender.record.patience.lease
        return await uow.deliveries.unknown(list(sender.adapters), now, until, limit, only=sender.only)


async def resolve_unknown(sender: Sender, delivery: Delivery) -> None:
    """Look up one of them, and write down what was found. Raises StoreError where the store stays away: then it is
    looked up again after the lease."""
    try:
        await _resolve(sender, delivery)
    except LostClaimError:
        return


async def _resolve(sender: Sender, delivery: Delivery) -> None:
    record = sender.record
    at = delivery.next_part
    part = None if at is None else delivery.parts[at]
    if at is None or part is None or part.attempted_at is None:
        await record.retry(delivery, delivery.reason, 0)
        return
    await sender.wait(delivery)
    grace_over = part.attempted_at + record.patience.grace
    adapter = sender.adapters[delivery.address.platform]
    since, thread = part.attempted_at - CLOCKS_APART, delivery.thread_of(at)
    try:
        receipt = await sender.answered(adapter.look_up(delivery.address, part.token, since, thread=thread))
    except LookUpUnsupportedError:
        await record.left_unknown(delivery, CANNOT_BE_ASKED.format(platform=delivery.address.platform))
    except DeliveryError as error:
        if error.permanent:
            await record.refused(delivery, str(error))
        else:
            await record.unknown(delivery, str(error), error.retry_after_s)
    else:
        if receipt is not None:
            await record.arrived(delivery, at, receipt)
        elif sender.context.clock.now() < grace_over:
            await record.unknown(delivery, delivery.reason)
        else:
            await record.retry(delivery, "it did not arrive", 0)
