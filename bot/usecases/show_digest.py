"""How a person's digest stands: the next one, the last one, and what is worth knowing about its time."""

from bot.domain.delivery import DeliveryKind, DeliveryState
from bot.domain.person import PersonId
from bot.domain.planning import next_digest, zone_of
from bot.domain.schedule import find_zone
from bot.domain.status import DigestStatus
from bot.ports import UnitOfWork
from bot.usecases.context import Context
from bot.usecases.profile_of import profile_of

RECENT = 30
"""How many deliveries are looked through for the latest that came."""


async def show_digest(context: Context, person_id: PersonId) -> DigestStatus | None:
    """None for who has no subscription."""
    async with context.store.read() as uow:
        return await digest_status(context, uow, person_id)


async def digest_status(context: Context, uow: UnitOfWork, person_id: PersonId) -> DigestStatus | None:
    now = context.clock.now()
    subscription = await uow.subscriptions.find(person_id)
    if subscription is None:
        return None
    log = [one for one in await uow.deliveries.log(person_id, RECENT) if one.kind is DeliveryKind.DIGEST]
    run = next_digest(subscription, now)
    calendar = context.sources.calendar
    return DigestStatus(
        subscription=subscription,
        now=now,
        zone=zone_of(subscription),
        is_zone_known=find_zone(subscription.zone) is not None,
        next=run,
        latest=log[0] if log else None,
        latest_sent=next((one for one in log if one.state is DeliveryState.SENT), None),
        papers_at=calendar.announced_for(run.period) if run else None,
        next_papers_at=calendar.next_in_feeds(run.due_at if run else now),
        is_bare=(await profile_of(context, uow, person_id)).is_empty,
    )
