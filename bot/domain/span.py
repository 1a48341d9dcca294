"""A day, an ISO week or a month of papers, under the name that it has in an address."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum


class SpanKind(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


FIRST_YEAR, LAST_YEAR = 1991, 2199
"""arXiv began in 1991; nothing is asked for beyond these."""

_NAME = re.compile(r"(\d{4})-(?:W(\d{2})|(\d{2})(?:-(\d{2}))?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """`first` and `last` are its days, both within."""

    kind: SpanKind
    first: date
    last: date

    @property
    def name(self) -> str:
        """`2026-03-14`, `2026-W11` or `2026-03`."""
        match self.kind:
            case SpanKind.DAY:
                return self.first.isoformat()
            case SpanKind.WEEK:
                year, week, _ = self.first.isocalendar()
                return f"{year:04}-W{week:02}"
            case SpanKind.MONTH:
                return f"{self.first:%Y-%m}"

    @property
    def path(self) -> str:
        """Where its page lies: `/2026-03-14`, `/week/2026-W11` or `/month/2026-03`."""
        return f"/{self.name}" if self.kind is SpanKind.DAY else f"/{self.kind}/{self.name}"


def midnight(day: date) -> datetime:
    """When a day begins; days are UTC's."""
    return datetime.combine(day, time(), UTC)


def span_of(kind: SpanKind, day: date) -> Span:
    """The day, week or month in which a day lies."""
    match kind:
        case SpanKind.DAY:
            return Span(kind, day, day)
        case SpanKind.WEEK:
            monday = day - timedelta(days=day.weekday())
            return Span(kind, monday, monday + timedelta(days=6))
        case SpanKind.MONTH:
            return Span(kind, day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))


def parse_span(text: str) -> Span | None:
    """What a name stands for; None for one that no page has."""
    match = _NAME.fullmatch(text)
    if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    year, week, month, day = match.groups()
    try:
        if week:
            return span_of(SpanKind.WEEK, date.fromisocalendar(int(year), int(week), 1))
        kind = SpanKind.DAY if day else SpanKind.MONTH
        return span_of(kind, date(int(year), int(month), int(day or 1)))
    except ValueError:
        return None
