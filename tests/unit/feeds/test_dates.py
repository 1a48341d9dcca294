from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.listing import Rejected
from bot.domain.paper import Paper, PaperId
from bot.feeds.dates import drop_future, parse_day, parse_moment, parse_year, plausible_moment

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T00:00:00-05:00", datetime(2026, 11, 22, 5, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 00:00:00 -0500", datetime(2026, 11, 22, 5, tzinfo=UTC)),
        ("Tue, 25 Jan 2000 16:09:37 GMT", datetime(2000, 1, 25, 16, 9, 37, tzinfo=UTC)),
        ("2026-02-26T17:08:18.000Z", datetime(2026, 2, 26, 17, 8, 18, tzinfo=UTC)),
        ("2024-03-05", datetime(2024, 3, 5, tzinfo=UTC)),
        ("0000-00-00T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("1989-12-31T00:00:00Z", None),
        ("Mon, 99 Foo 2026", None),
        ("yesterday", None),
        ("", None),
        ("2024-03-05" + "0" * 100, None),
        (20240305, None),
        (None, None),
    ],
)
def test_moments_are_read_or_dropped(text: object, moment: datetime | None) -> None:
    assert parse_moment(text) == moment


@given(st.text(max_size=90))
def test_no_text_makes_the_date_reader_raise(text: str) -> None:
    moment = parse_moment(text)
    assert moment is None or 1990 <= moment.year < 2200


def test_a_moment_without_a_zone_is_taken_as_utc() -> None:
    assert plausible_moment(datetime(2026, 1, 1)) == datetime(2026, 1, 1, tzinfo=UTC)  # noqa: DTZ001
    assert plausible_moment(None) is None


@pytest.mark.parametrize(
    ("value", "year"),
    [
        (2024, 2024),
        ("2024-03", 2024),
        (" 1948", 1948),
        ("20245", None),
        (0, None),
        (9999, None),
        (True, None),
        (1.5, None),
    ],
)
def test_years_are_read_or_dropped(value: object, year: int | None) -> None:
    assert parse_year(value) == year


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Mar 14", date(2026, 3, 14)),
        ("Nov 22", date(2026, 11, 22)),
        ("Nov 23", date(2025, 11, 23)),
        ("Feb 29", date(2024, 2, 29)),
        ("Mar 14, 2025", date(2025, 3, 14)),
        ("March 14th, 2025", date(2025, 3, 14)),
        ("14 March 2025", date(2025, 3, 14)),
        ("14 Sept.", date(2026, 9, 14)),
        ("2025-03-14", date(2025, 3, 14)),
        ("Feb 30, 2025", None),
        ("Foo 3", None),
        ("Attention Is All You Need", None),
        ("Mar 14, 0000", None),
        ("x" * 50, None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, day: date | None) -> None:
    assert parse_day(text, TODAY) == day


def test_29_february_is_found_across_a_century_that_has_none() -> None:
    assert parse_day("Feb 29", date(1903, 5, 1)) == date(1896, 2, 29)


def test_dates_of_the_far_future_are_dropped_and_the_rest_stays() -> None:
    later = datetime(2030, 1, 1, tzinfo=UTC)
    soon = datetime(2027, 5, 1, tzinfo=UTC)
    far = Paper(PaperId("local:x"), "t", "a", year=2031, submitted_at=soon, updated_at=later, announced_at=later)
    near = Paper(PaperId("local:y"), "t", "a", year=2026, submitted_at=soon)
    refused = Rejected("line 1", "no title")
    changed, same, rest = drop_future([far, near, refused], TODAY)
    assert isinstance(changed, Paper)
    assert (changed.year, changed.submitted_at, changed.updated_at, changed.announced_at) == (None, soon, None, None)
    assert same is near
    assert rest is refused
