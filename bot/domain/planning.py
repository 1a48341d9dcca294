"""What a subscription owes at a moment: the runs that came due, and the one that comes next."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from bot.domain.delivery import DeliveryState, PlannedDelivery, SkipReason
from bot.domain.schedule import CATCH_UP, Run, Schedule, find_zone, next_run, offset_of, runs_due
from bot.domain.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Plan:
    """The ledger's new rows, oldest first, and the subscription moved on to its next run."""

    deliveries: tuple[PlannedDelivery, ...]
    subscription: Subscription


def zone_of(subscription: Subscription) -> tzinfo:
    """Its zone. One that the time zone data no longer has keeps the offset from UTC that the next run goes by."""
    zone = find_zone(subscription.zone)
    if zone is not None:
        return zone
    if subscription.next_period is None or subscription.next_due_at is None:
        return UTC
    return offset_of(Run(subscription.next_period, subscription.next_due_at), subscription.local_time)


def schedule_of(subscription: Subscription) -> Schedule:
    return Schedule(subscription.days, subscription.local_time, zone_of(subscription))


def plan(subscription: Subscription, now: datetime) -> Plan:
    """Every period that came due, each once: paused ones are skipped as such, the latest is due if its moment lies
    within a day, older ones were missed. A subscription that is disabled, or not due yet, owes nothing."""
    first = subscription.next_period
    if subscription.is_disabled or first is None or subscription.next_due_at is None or subscription.next_due_at > now:
        return Plan((), subscription)
    schedule = schedule_of(subscription)
    runs = runs_due(schedule, first, now)
    latest = runs[-1] if runs else None
    planned = []
    for run in runs:
        reason = ""
        if subscription.paused_until is not None and run.period <= subscription.paused_until:
            reason = SkipReason.PAUSED.value
        elif run is not latest or now - run.due_at > CATCH_UP:
            reason = SkipReason.MISSED.value
        planned.append(
            PlannedDelivery(
                subscription.id,
                subscription.person_id,
                run.period,
                run.due_at,
                subscription.address,
                DeliveryState.SKIPPED if reason else DeliveryState.DUE,
                reason,
            )
        )
    # Without a run the zone's rules changed since the moment was stored, and it lies ahead again.
    return Plan(tuple(planned), scheduled(subscription, next_run(schedule, now, first - timedelta(days=1))))


def scheduled(subscription: Subscription, run: Run | None) -> Subscription:
    """The subscription with this as its next run."""
    return replace(subscription, next_period=run.period if run else None, next_due_at=run.due_at if run else None)


def changed(before: Subscription, after: Subscription, now: datetime, handled: date | None) -> Subscription:
    """`after`, with the run that comes next where the change moves it: later than now, and of a later period than
    `handled`, the latest that the ledger has. `before` owes nothing any more."""
    moved = (after.days, after.local_time, after.zone) != (before.days, before.local_time, before.zone)
    if after.is_disabled or not (moved or after.next_due_at is None):
        return after
    # The offset of a zone that is gone is known by the run that was planned with it.
    schedule = Schedule(after.days, after.local_time, zone_of(replace(before, zone=after.zone)))
    return scheduled(after, next_run(schedule, now, handled))


def next_digest(subscription: Subscription, now: datetime) -> Run | None:
    """The next run that brings something: not before the pause ends, none where it is disabled."""
    if subscription.is_disabled or subscription.next_period is None or subscription.next_due_at is None:
        return None
    if subscription.paused_until is None or subscription.next_period > subscription.paused_until:
        return Run(subscription.next_period, subscription.next_due_at)
    return next_run(schedule_of(subscription), now, subscription.paused_until)
