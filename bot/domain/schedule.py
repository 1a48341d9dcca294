"""When digests run: the moment of a local date, the next run, and the runs that came due.

A period is a local date, and it has one moment whatever a zone's clock does. Runs follow one another by period, so that
a change of the zone or the time never gives a period twice.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MAX_RUNS = 400
"""How many days `runs_due` looks back: after years of standing still the rest is not worth a row each."""

CATCH_UP = timedelta(hours=24)
"""How late a run may be made up for."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days count from Monday = 0; `local_time` is wall time in `zone`."""

    days: tuple[int, ...]
    local_time: time
    zone: tzinfo

    def runs_on(self, period: date) -> bool:
        return period.weekday() in self.days


@dataclass(frozen=True, slots=True)
class Run:
    """A period and its moment (UTC)."""

    period: date
    due_at: datetime


def moment(period: date, local_time: time, zone: tzinfo) -> datetime:
    """The first instant (UTC) at which the zone's clock shows this time of this date, or a later one.

    So a time that a clock change leaves out is the instant of the change, one that comes twice is the first of the two,
    and a date that a zone left out whole is the start of the next one. Moments never fall as dates rise.
    """
    wall = datetime.combine(period, local_time)
    shown = wall.replace(tzinfo=zone).astimezone(UTC)
    if shown.astimezone(zone).replace(tzinfo=None) == wall:
        return shown
    # In a gap the two folds are the wall time by the offset before the change and by the one after it: the change lies
    # between them, on a whole second.
    start = wall.replace(tzinfo=zone, fold=1).astimezone(UTC).replace(microsecond=0)
    seconds = range(int((shown - start).total_seconds()) + 1)

    def is_past(second: int) -> bool:
        return (start + timedelta(seconds=second)).astimezone(zone).replace(tzinfo=None) >= wall

    return start + timedelta(seconds=bisect_left(seconds, True, key=is_past))


def local_day(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


def next_run(schedule: Schedule, after: datetime, after_period: date | None = None) -> Run | None:
    """The first period later than `after_period` whose moment is later than `after`.

    None where there is none: a schedule without days, or the end of the calendar.
    """
    if not schedule.days:
        return None
    # Once the clock shows a date, the moments of all dates before it have passed.
    period = local_day(after, schedule.zone)
    if after_period is not None and after_period >= period:
        if after_period >= date.max - 8 * _DAY:
            return None
        period = after_period + _DAY
    while True:
        if schedule.runs_on(period):
            due_at = moment(period, schedule.local_time, schedule.zone)
            if due_at > after:
                return Run(period, due_at)
        period += _DAY


def runs_due(schedule: Schedule, first: date, now: datetime) -> list[Run]:
    """Every period from `first` on whose moment has come by `now`, oldest first; of years the last `MAX_RUNS` days."""
    today = local_day(now, schedule.zone)
    period = max(first, today - (MAX_RUNS - 1) * _DAY)
    runs = []
    # A clock that is put back over midnight shows the day before again, after tomorrow's first moments.
    while period <= today + _DAY:
        if schedule.runs_on(period):
            due_at = moment(period, schedule.local_time, schedule.zone)
            if due_at <= now:
                runs.append(Run(period, due_at))
        period += _DAY
    return runs


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, None where the time zone data has none (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def offset_of(run: Run, local_time: time) -> tzinfo:
    """The fixed offset from UTC by which a run had this local time; UTC where that is no offset."""
    offset = datetime.combine(run.period, local_time, UTC) - run.due_at
    return timezone(offset) if abs(offset) < _DAY else UTC
