"""arXiv's calendar: when a submission is announced.

Source: arXiv's published availability schedule. Submissions received up to 14:00 US/Eastern, Monday to Friday, are
announced together at 20:00: Monday's to Thursday's batch the same evening, Friday's on Sunday evening; what comes in
after Friday's deadline waits for Monday's batch.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
DEADLINE = time(14)
ANNOUNCEMENT = time(20)

_FRIDAY = 4


def announced_after(submitted_at: datetime) -> datetime:
    """The announcement (UTC) that a submission at this moment goes into, by arXiv's weekly schedule.

    Raises ValueError for a naive datetime. The wall times are Eastern ones, so the result follows daylight saving.
    """
    if submitted_at.tzinfo is None:
        raise ValueError("submitted_at must be aware")
    local = submitted_at.astimezone(EASTERN)
    day = local.date() if local.timetz().replace(tzinfo=None) <= DEADLINE else local.date() + timedelta(days=1)
    while day.weekday() > _FRIDAY:
        day += timedelta(days=1)
    if day.weekday() == _FRIDAY:
        day += timedelta(days=2)
    return datetime.combine(day, ANNOUNCEMENT, EASTERN).astimezone(UTC)
