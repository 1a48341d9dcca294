"""A year by a clock that is moved by hand: subscriptions in every zone, and each period exactly once, at its time.

Planning, the ledger, claims and the record of what was sent are what runs in earnest. Papers are left out: what a
digest holds has nothing to do with when it comes.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle, islice
from pathlib import Path
from zoneinfo import available_timezones

from sqlalchemy import select

from bot.domain.chat import Address, Receipt
from bot.domain.delivery import Composed, Delivery
from bot.domain.planning import schedule_of, scheduled
from bot.domain.schedule import find_zone, next_run
from bot.domain.subscription import Subscription
from bot.evaluation.delivery_setup import fill_people, subscribed
from bot.evaluation.delivery_worker import HURRY, opened
from bot.usecases.context import Context
from bot.usecases.delivery_record import DeliveryRecord
from bot.usecases.plan_deliveries import plan_deliveries
from store.delivery_rows import decode_parts
from store.engine import SqlStore
from store.tables import deliveries

START = datetime(2026, 1, 1, tzinfo=UTC)
PLATFORM = "mail"
EDGE = timedelta(days=2)
"""At both ends of the span periods are not counted: a date is not the same days everywhere."""

MINUTE = timedelta(minutes=1)


class MovedClock:
    """Implements bot.ports.Clock; time passes when it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=max(seconds, 0.0))

    def move_to(self, moment: datetime) -> None:
        self._now = max(self._now, moment)


@dataclass(frozen=True, slots=True)
class ClockReport:
    """`periods` are those of the calendar, `sent` messages. `missing` and `extra` periods, those sent `twice`, and how
    many came `early` or more than a minute `late` by the wall clocks of their zones."""

    subscriptions: int
    zones: int
    days: int
    periods: int
    sent: int
    missing: int
    extra: int
    twice: int
    early: int
    late: int

    @property
    def is_kept(self) -> bool:
        return self.sent > 0 and not (self.missing or self.extra or self.twice or self.early or self.late)


async def run_clock(
    database_url: str,
    folder: Path,
    count: int,
    days: int,
    tell: Callable[[str], None],
    *,
    start: datetime = START,
    seed: int = 1,
) -> ClockReport:
    """Fill an empty database with `count` subscriptions and let `days` days pass."""
    clock = MovedClock(start)
    asked = make_subscriptions(count, start, seed)
    end = start + timedelta(days=days)
    sent: list[tuple[str, datetime]] = []
    async with opened(database_url, folder, clock) as (context, store):
        await fill_people(store, [], asked)
        record = DeliveryRecord(context, HURRY, random.Random(seed).random)
        month = start.month
        while (moment := await _next_due_at(context)) is not None and moment < end:
            clock.move_to(moment)
            await plan_deliveries(context)
            for delivery in await _claimed(context):
                begun = await record.begin(delivery, (), 1)
                assert begun is not None
                sent.append((begun.parts[0].token, clock.now()))
                await record.arrived(begun, 0, Receipt(begun.parts[0].token))
            if clock.now().month != month:
                month = clock.now().month
                tell(f"{clock.now():%d %B}: {len(sent):,} digests")
        periods = await _periods(store)
    return _report(asked, sent, periods, start, days)


def make_subscriptions(count: int, start: datetime, seed: int) -> list[Subscription]:
    """One in every zone in turn, half of them at a full or half hour, the others at any minute; most of them weekly,
    some on several days, some daily."""
    draw = random.Random(seed)
    zones = sorted(name for name in available_timezones() if "/" in name and find_zone(name) is not None)
    made = []
    for number, zone in enumerate(islice(cycle(zones), count), start=1):
        days = draw.sample(range(7), draw.choices((1, 3, 7), (80, 12, 8))[0])
        at = time(draw.randrange(24), draw.choice((0, 30)) if draw.random() < 0.5 else draw.randrange(60))
        changes = {"days": tuple(sorted(days)), "local_time": at, "zone": zone, "tell_empty": True}
        subscription = subscribed(number, Address(PLATFORM, f"c{number}"), start, **changes)
        made.append(scheduled(subscription, next_run(schedule_of(subscription), start)))
    return made


async def _next_due_at(context: Context) -> datetime | None:
    async with context.store.read() as uow:
        return await uow.subscriptions.next_due_at()


async def _claimed(context: Context) -> list[Delivery]:
    now = context.clock.now()
    async with context.store.write() as uow:
        due = await uow.deliveries.due_ids(now)
        await uow.deliveries.composed([Composed(one, 0, skipped="no papers", tell=True) for one in due], now)
        return await uow.deliveries.claim([PLATFORM], now, now + HURRY.lease, len(due) + 1)


async def _periods(store: SqlStore) -> dict[str, tuple[int, date]]:
    """Token of a part -> whose it is, and the period."""
    wanted = select(deliveries.c.person_id, deliveries.c.period, deliveries.c.parts)
    async with store.connection() as connection:
        rows = await connection.execute(wanted)
        return {part.token: (row.person_id, row.period) for row in rows for part in decode_parts(row.parts)}


def _report(
    asked: Sequence[Subscription],
    sent: Sequence[tuple[str, datetime]],
    periods: Mapping[str, tuple[int, date]],
    start: datetime,
    days: int,
) -> ClockReport:
    arrived: defaultdict[int, Counter[date]] = defaultdict(Counter)
    early = late = 0
    first, last = (start + EDGE).date(), (start + timedelta(days=days) - EDGE).date()
    for token, at in sent:
        person, period = periods[token]
        arrived[person][period] += 1
        subscription = asked[person - 1]
        zone = find_zone(subscription.zone)
        wall = datetime.combine(period, subscription.local_time)
        early += at.astimezone(zone).replace(tzinfo=None) < wall
        late += (at - MINUTE).astimezone(zone).replace(tzinfo=None) >= wall
    wanted = [set(_dates(one, first, last)) for one in asked]
    had = [{day for day in arrived[one.person_id] if first <= day <= last} for one in asked]
    return ClockReport(
        subscriptions=len(asked),
        zones=len({one.zone for one in asked}),
        days=days,
        periods=sum(map(len, wanted)),
        sent=len(sent),
        missing=sum(len(dates - there) for dates, there in zip(wanted, had, strict=True)),
        extra=sum(len(there - dates) for dates, there in zip(wanted, had, strict=True)),
        twice=sum(count - 1 for counts in arrived.values() for count in counts.values()),
        early=early,
        late=late,
    )


def _dates(subscription: Subscription, first: date, last: date) -> Iterator[date]:
    """The periods by the calendar alone."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() in subscription.days:
            yield day
