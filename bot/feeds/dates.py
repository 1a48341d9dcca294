"""Moments and years from outside: read whatever the format, and believed only where they can be true."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.domain.listing import FeedItem
from bot.domain.paper import Paper

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
EARLIEST_YEAR = 1500
AHEAD = timedelta(days=366)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_FIRST = re.compile(r"(?P<month>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{4}))?")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?\s+(?P<month>[A-Za-z]{3,9})\.?(?:,?\s+(?P<year>\d{4}))?")


def parse_moment(text: object) -> datetime | None:
    """An ISO 8601 or RFC 5322 date in UTC, which is assumed where no zone is named; None if it is no likely date."""
    if not isinstance(text, str) or not 4 < len(text.strip()) < 80:
        return None
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return plausible_moment(moment)


def plausible_moment(moment: datetime | None) -> datetime | None:
    """The moment in UTC if it lies in 1990..2200, else None."""
    if moment is None:
        return None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if EARLIEST <= moment < LATEST else None


def parse_year(value: object) -> int | None:
    """A year between 1500 and 2200 from a number or the beginning of a string, else None."""
    if isinstance(value, str):
        match = re.match(r"\s*(\d{4})(?!\d)", value, re.ASCII)
        value = int(match[1]) if match else None
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if EARLIEST_YEAR <= value < LATEST.year else None


def parse_day(text: str, today: date) -> date | None:
    """A day as people write it: ISO, `14 March 2025`, `Mar 14, 2025`; without a year the latest one up to `today`."""
    text = text.strip()
    if len(text) > 40:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        match = _MONTH_FIRST.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    if match is None or match["month"][:3].lower() not in _MONTHS:
        return None
    month, day = _MONTHS.index(match["month"][:3].lower()) + 1, int(match["day"])
    if match["year"]:
        return _make_day(int(match["year"]), month, day)
    years = range(today.year, max(0, today.year - 9), -1)  # 29 February may be eight years back
    days = (_make_day(year, month, day) for year in years)
    return next((found for found in days if found is not None and found <= today), None)


def _make_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def drop_future(items: Iterable[FeedItem], today: date) -> Iterator[FeedItem]:
    """The same items; papers without dates more than a year after `today`, which would stay fresh for ever."""
    limit = datetime(today.year, today.month, today.day, tzinfo=UTC) + AHEAD
    for item in items:
        yield _without_future(item, limit) if isinstance(item, Paper) else item


def _without_future(paper: Paper, limit: datetime) -> Paper:
    moments = (paper.submitted_at, paper.updated_at, paper.announced_at)
    if all(moment is None or moment <= limit for moment in moments) and (paper.year or 0) <= limit.year:
        return paper
    submitted, updated, announced = (moment if moment is not None and moment <= limit else None for moment in moments)
    year = paper.year if (paper.year or 0) <= limit.year else None
    return replace(paper, submitted_at=submitted, updated_at=updated, announced_at=announced, year=year)
