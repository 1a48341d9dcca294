"""Days, times and pauses as people write them."""

import difflib
import re
from calendar import isleap
from collections.abc import Sequence
from datetime import date, time, timedelta

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
GROUPS = {
    "daily": range(7),
    "everyday": range(7),
    "weekdays": range(5),
    "weekday": range(5),
    "workdays": range(5),
    "weekends": range(5, 7),
    "weekend": range(5, 7),
}
WEEKLY = "weekly"
MAX_PAUSE_DAYS = 3_660

_COUNTS = {"day": 1, "days": 1, "week": 7, "weeks": 7}
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2}))?\s*([ap])\.?m\.?|(\d{1,2})[:.h](\d{2})|(\d{1,2})(\d{2})|(\d{1,2})h?", re.ASCII
)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


class ScheduleWordsError(Exception):
    """What was written is no day, time or date; the text says what would be one."""


def parse_days(text: str, today: date) -> tuple[int, ...]:
    """Days of the week from Monday = 0, ascending: `daily`, `weekdays`, `weekends`, `weekly` (the day it is),
    `mon,thu`, `mon-fri`. Raises ScheduleWordsError."""
    days: set[int] = set()
    for word in re.split(r"[\s,;/+&]+|\band\b", text.casefold()):
        if word in GROUPS:
            days.update(GROUPS[word])
        elif word == WEEKLY:
            continue
        elif word:
            first, dash, last = word.partition("-")
            start, end = _day(first), _day(last) if dash else _day(first)
            days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    # `weekly` alone is the day it is; `weekly mon` is Monday.
    if not days and WEEKLY in text.casefold():
        days.add(today.weekday())
    if not days:
        raise ScheduleWordsError(_no_days(text))
    return tuple(sorted(days))


def is_days(word: str) -> bool:
    """Whether a word is meant as days: it is some, or would be with more letters."""
    first, _, last = word.casefold().rstrip(",;").partition("-")
    return all(piece in GROUPS or piece == WEEKLY or _days_like(piece) for piece in re.split("[,;/+&]", first)) and (
        not last or bool(_days_like(last))
    )


def parse_time(text: str) -> time:
    """`09:00`, `9`, `9am`, `9:30 pm`, `0900`. Raises ScheduleWordsError."""
    words = " ".join(text.casefold().split())
    if words in ("noon", "midnight"):
        return time(12 if words == "noon" else 0)
    match = _CLOCK.fullmatch(words)
    if match is None:
        raise ScheduleWordsError(f"{_quoted(text)} is no time of day; write it as 09:00, 9am or 21:30")
    half_day = match[3]
    hour = int(match[1] or match[4] or match[6] or match[8])
    minute = int(match[2] or match[5] or match[7] or 0)
    if half_day:
        if not 1 <= hour <= 12:
            raise ScheduleWordsError(f"{_quoted(text)} is no time of day: {half_day}m goes with hours from 1 to 12")
        hour = hour % 12 + (12 if half_day == "p" else 0)
    if hour > 23 or minute > 59:
        raise ScheduleWordsError(f"{_quoted(text)} is no time of day: there are 24 hours of 60 minutes")
    return time(hour, minute)


def is_time(word: str) -> bool:
    """Whether a word looks like a time and like nothing else (a bare `9` may be a number of papers)."""
    return word.casefold() in ("noon", "midnight") or (
        _CLOCK.fullmatch(word.casefold()) is not None and not (word.isdigit() and len(word) < 3)
    )


def parse_pause(text: str, today: date, first: date) -> date:
    """The last quiet day that is meant: a date (`2026-12-24`, `24 dec`), a weekday, `tomorrow`, or `3 days`, `2 weeks`
    counted from `first`, the first day that a digest can still come on. Raises ScheduleWordsError."""
    words = text.casefold().replace(",", " ").split()
    if words[:1] == ["until"] or words[:1] == ["for"]:
        words = words[1:]
    if words[:1] == ["a"] or words[:1] == ["one"]:
        words[0] = "1"
    match words:
        case [count, unit] if unit in _COUNTS and count.isascii() and count.isdigit():
            days = int(count[:6]) * _COUNTS[unit]
            if not 1 <= days <= MAX_PAUSE_DAYS:
                raise ScheduleWordsError(f"a pause of {count[:12]} {unit} is not between a day and ten years")
            return first + timedelta(days=days - 1)
        case ["today"]:
            return today
        case ["tomorrow"]:
            return today + timedelta(days=1)
        case [word] | ["next", word] if _days_like(word):
            return today + timedelta(days=(_day(word) - today.weekday() - 1) % 7 + 1)
    until = _date(words, today)
    if until is None:
        raise ScheduleWordsError(
            f"{_quoted(text)} is no day that I understand; write 2026-12-24, 24 dec, friday, or 3 days"
        )
    if until < today:
        raise ScheduleWordsError(f"{until.isoformat()} is past")
    if until > today + timedelta(days=MAX_PAUSE_DAYS):
        raise ScheduleWordsError(f"{until.isoformat()} is more than ten years away; `digest stop` ends the digests")
    return until


def _date(words: Sequence[str], today: date) -> date | None:
    """A date in full, or a day and a month in either order: the next one that comes."""
    try:
        if len(words) == 1 and (match := _DATE.fullmatch(words[0])):
            return date(*map(int, match.groups()))
        if len(words) in (2, 3):
            number, name = words[:2] if words[0][:1].isdigit() else (words[1], words[0])
            month = next((at for at, month in enumerate(MONTHS, 1) if len(name) > 2 and month.startswith(name)), 0)
            day = int(re.sub(r"(?<=\d)(?:st|nd|rd|th)?\.?$", "", number))
            if len(words) == 3:
                return date(int(words[2]), month, day)
            # A leap day may be up to eight years away.
            years = [year for year in range(today.year, today.year + 9) if (month, day) != (2, 29) or isleap(year)]
            return next(found for year in years if (found := date(year, month, day)) >= today)
    except ValueError:
        return None
    return None


def _days_like(word: str) -> list[int]:
    """The days that a word may be short for."""
    word = word.removesuffix(".")
    return [at for at, day in enumerate(DAYS) if word and (day.startswith(word) or word == f"{day}s")]


def _day(word: str) -> int:
    days = _days_like(word)
    if len(days) > 1:
        names = " or ".join(DAYS[day].title() for day in days)
        raise ScheduleWordsError(f"{_quoted(word)} may be {names}; write {' or '.join(DAYS[day][:2] for day in days)}")
    if not days:
        raise ScheduleWordsError(_no_days(word))
    return days[0]


def _no_days(text: str) -> str:
    near = difflib.get_close_matches(text.casefold(), (*GROUPS, WEEKLY, *DAYS), n=1, cutoff=0.7)
    meant = f"did you mean {near[0]}?" if near else "write daily, weekdays, weekends, weekly, or days such as mon,thu"
    return f"{_quoted(text)} is no day of the week; {meant}"


def _quoted(text: str) -> str:
    return f'"{" ".join(text.split())[:40]}"'
