"""A person's digest: subscribe, pause, resume, stop. What came due before a change is planned before it, so that no
period is lost over it, and none comes twice. Each gives back the subscription as it was before, None without one."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from bot.domain.chat import Address
from bot.domain.delivery import DIGEST_SURFACE, DeliveryKind
from bot.domain.person import PersonId
from bot.domain.planning import changed, plan, zone_of
from bot.domain.schedule import local_day, moment
from bot.domain.schedule_words import parse_days, parse_pause, parse_time
from bot.domain.subscription import NEVER_STORED, Content, Subscription, Threshold
from bot.domain.zone_words import parse_zone
from bot.ports import UnitOfWork
from bot.usecases.compose_digest import DIGEST_SIZE
from bot.usecases.context import Context

WEEKDAYS = (0, 1, 2, 3, 4)
AT = time(8)
FOREVER = date.max
"""The last day of a pause that goes on until it is ended."""

RECENT = 20
"""How many deliveries are looked at for the latest period."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said about a digest, as it was written; empty or None where nothing was."""

    days: str = ""
    time: str = ""
    zone: str = ""
    size: int | None = None
    threshold: str = ""
    tell_empty: bool | None = None
    content: Content | None = None


async def subscribe(
    context: Context, person_id: PersonId, address: Address, wish: Wish, zone: str
) -> Subscription | None:
    """Subscribe, or change what is said; the digests come to `address` from now on, also where they had stopped.

    `zone` is the person's as far as it is known. Raises ScheduleWordsError and UnknownZoneError.
    """
    now = context.clock.now()
    async with context.store.write() as uow:
        before = await uow.subscriptions.hold(person_id)
        start = (
            await _settled(context, uow, before)
            if before
            else Subscription(person_id, WEEKDAYS, AT, zone, DIGEST_SIZE, now)
        )
        named = parse_zone(wish.zone) if wish.zone else start.zone
        today = local_day(now, zone_of(replace(start, zone=named)))
        after = replace(
            start,
            days=parse_days(wish.days, today) if wish.days else start.days,
            local_time=parse_time(wish.time) if wish.time else start.local_time,
            zone=named,
            size=start.size if wish.size is None else wish.size,
            threshold=Threshold(wish.threshold) if wish.threshold else start.threshold,
            tell_empty=start.tell_empty if wish.tell_empty is None else wish.tell_empty,
            content=wish.content or start.content,
            address=address,
            disabled_at=None,
            disabled_reason="",
        )
        await _store(context, uow, start, after)
        if before is not None and before.address != address:
            await uow.deliveries.readdress(before.id, address)
        return before


async def pause(context: Context, person_id: PersonId, until: str) -> Subscription | None:
    """No digests until after the day that is said, or until `resume`. Raises ScheduleWordsError."""
    now = context.clock.now()
    async with context.store.write() as uow:
        before = await uow.subscriptions.hold(person_id)
        if before is None:
            return None
        start = await _settled(context, uow, before)
        zone = zone_of(start)
        today = local_day(now, zone)
        first = today if moment(today, start.local_time, zone) > now else today + timedelta(days=1)
        last = parse_pause(until, today, first) if until.strip() else FOREVER
        await _store(context, uow, start, replace(start, paused_until=last))
        return before


async def resume(context: Context, person_id: PersonId) -> Subscription | None:
    """End a pause, and start again what had stopped by itself."""
    async with context.store.write() as uow:
        before = await uow.subscriptions.hold(person_id)
        if before is None:
            return None
        start = await _settled(context, uow, before)
        after = replace(start, paused_until=None, disabled_at=None, disabled_reason="")
        await _store(context, uow, start, after)
        return before


async def stop(context: Context, person_id: PersonId) -> Subscription | None:
    """End the subscription; what its ledger says of it goes too."""
    async with context.store.write() as uow:
        before = await uow.subscriptions.find(person_id)
        await uow.subscriptions.remove(person_id)
        return before


async def _settled(context: Context, uow: UnitOfWork, subscription: Subscription) -> Subscription:
    """The subscription once everything that came due until now is in the ledger."""
    now = context.clock.now()
    owed = plan(subscription, now)
    if owed.deliveries:
        await uow.deliveries.plan(owed.deliveries, now)
    return owed.subscription


async def _store(context: Context, uow: UnitOfWork, before: Subscription, after: Subscription) -> None:
    handled = await _last_period(uow, after)
    await uow.subscriptions.put(changed(before, after, context.clock.now(), handled))


async def _last_period(uow: UnitOfWork, subscription: Subscription) -> date | None:
    """The latest period that is in the ledger. The ledger of a subscription that was stopped is gone: what its digests
    showed tells on which day the last one came."""
    log = await uow.deliveries.log(subscription.person_id, RECENT)
    digests = [one for one in log if one.kind is DeliveryKind.DIGEST and one.subscription_id == subscription.id]
    if digests or subscription.id != NEVER_STORED:
        return max((one.period for one in digests), default=None)
    shown = [one.at for one in await uow.impressions.log(subscription.person_id) if one.surface == DIGEST_SURFACE]
    return local_day(max(shown), zone_of(subscription)) if shown else None
