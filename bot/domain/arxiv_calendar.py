"""arXiv's calendar: when a submission is announced, and on which days there is something new.

Source: arXiv's published availability schedule. Submissions received up to 14:00 US/Eastern, Monday to Friday, are
announced together at 20:00: Monday's to Thursday's batch the same evening, Friday's on Sunday evening; what comes in
after Friday's deadline waits for Monday's batch. On the evenings of arXiv's holidays nothing is announced: the batch
waits for the next one. The feeds change at the midnight after an announcement.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
DEADLINE = time(14)
ANNOUNCEMENT = time(20)

_FRIDAY = 4
_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ArxivCalendar:
    """`holidays` are Eastern dates on whose evening nothing is announced; a year without any is not known, and taken
    as an ordinary one."""

    holidays: frozenset[date] = frozenset()

    def is_known(self, year: int) -> bool:
        return any(holiday.year == year for holiday in self.holidays)

    def announces_on(self, day: date) -> bool:
        """Whether something is announced on the evening of this Eastern date."""
        return day.weekday() not in (_FRIDAY, _SATURDAY) and day not in self.holidays

    def announced_after(self, submitted_at: datetime) -> datetime:
        """The announcement (UTC) that a submission at this moment goes into.

        Raises ValueError for a naive datetime. The wall times are Eastern ones, so the result follows daylight saving.
        """
        if submitted_at.tzinfo is None:
            raise ValueError("submitted_at must be aware")
        local = submitted_at.astimezone(EASTERN)
        day = local.date() if local.timetz().replace(tzinfo=None) <= DEADLINE else local.date() + _DAY
        # What comes in after Friday's deadline waits for Monday's batch, not for Sunday's.
        while day.weekday() > _FRIDAY:
            day += _DAY
        while not self.announces_on(day):
            day += _DAY
        return _at(day, ANNOUNCEMENT)

    def next_announcement(self, after: datetime) -> datetime:
        """The first announcement (UTC) later than this moment."""
        day = after.astimezone(EASTERN).date()
        while not (self.announces_on(day) and _at(day, ANNOUNCEMENT) > after):
            day += _DAY
        return _at(day, ANNOUNCEMENT)

    def last_announcement(self, before: datetime) -> datetime:
        """The latest announcement (UTC) at or before this moment."""
        day = before.astimezone(EASTERN).date()
        while not (self.announces_on(day) and _at(day, ANNOUNCEMENT) <= before):
            day -= _DAY
        return _at(day, ANNOUNCEMENT)

    def announced_for(self, day: date) -> datetime | None:
        """When the feeds have what is announced for this date (UTC): the midnight, Eastern, with which it begins.

        None where there is nothing: on a Saturday, a Sunday, and after the evening of a holiday.
        """
        return _at(day, time()) if self.announces_on(day - _DAY) else None

    def next_in_feeds(self, after: datetime) -> datetime:
        """When the feeds change next, later than this moment (UTC)."""
        day = after.astimezone(EASTERN).date() + _DAY
        while not self.announces_on(day - _DAY):
            day += _DAY
        return _at(day, time())


ORDINARY = ArxivCalendar()
"""The weekly schedule without any holidays."""


def read_holidays(text: str) -> frozenset[date]:
    """A file of holidays: a date a line as YEAR-MONTH-DAY, then a note; `#` begins a comment.

    Raises ValueError with the line and what is wrong with it.
    """
    days = set()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            days.add(date.fromisoformat(words[0]))
        except ValueError:
            raise ValueError(f"line {number}: {words[0][:40]!a} is no date such as 2026-12-25") from None
    return frozenset(days)


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, EASTERN).astimezone(UTC)
