from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.arxiv_calendar import EASTERN, ORDINARY, ArxivCalendar, read_holidays

announced_after = ORDINARY.announced_after
YEAR_2026 = ArxivCalendar(frozenset({date(2026, 11, 26), date(2026, 12, 25), date(2026, 12, 29), date(2026, 12, 31)}))

moments = st.datetimes(datetime(1991, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
calendars = st.builds(
    ArxivCalendar, st.frozensets(st.dates(date(2026, 1, 1), date(2026, 2, 28)), max_size=20)
) | st.just(YEAR_2026)
winter = st.datetimes(datetime(2025, 12, 20), datetime(2026, 3, 10), timezones=st.just(UTC))  # noqa: DTZ001


def eastern(year: int, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("submitted", "announced"),
    [
        (eastern(2026, 3, 16, 14), eastern(2026, 3, 16, 20)),  # Monday at the deadline
        (eastern(2026, 3, 16, 14, 0, 1), eastern(2026, 3, 17, 20)),  # a second later
        (eastern(2026, 3, 17, 9), eastern(2026, 3, 17, 20)),
        (eastern(2026, 3, 18, 15), eastern(2026, 3, 19, 20)),
        (eastern(2026, 3, 19, 14), eastern(2026, 3, 19, 20)),
        (eastern(2026, 3, 19, 14, 1), eastern(2026, 3, 22, 20)),  # Thursday afternoon to Friday: Sunday
        (eastern(2026, 3, 20, 14), eastern(2026, 3, 22, 20)),
        (eastern(2026, 3, 20, 14, 1), eastern(2026, 3, 23, 20)),  # Friday afternoon to Monday: Monday
        (eastern(2026, 3, 21, 3), eastern(2026, 3, 23, 20)),
        (eastern(2026, 3, 22, 23, 59), eastern(2026, 3, 23, 20)),
        (eastern(2026, 12, 31, 15), eastern(2027, 1, 3, 20)),  # across the year
    ],
)
def test_submissions_are_announced_by_arxivs_published_schedule(submitted: datetime, announced: datetime) -> None:
    assert announced_after(submitted) == announced


def test_the_announcement_stays_at_20_eastern_across_both_clock_changes() -> None:
    # 8 March 2026 springs forward, 1 November falls back
    assert announced_after(eastern(2026, 3, 6, 10)) == datetime(2026, 3, 9, 0, 0, tzinfo=UTC)
    assert announced_after(eastern(2026, 3, 5, 10)) == datetime(2026, 3, 6, 1, 0, tzinfo=UTC)
    assert announced_after(eastern(2026, 10, 30, 10)) == datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
    assert announced_after(eastern(2026, 10, 29, 10)) == datetime(2026, 10, 30, 0, 0, tzinfo=UTC)


def test_a_submission_in_utc_counts_by_eastern_wall_time() -> None:
    # 18:30 UTC is 14:30 in summer (too late) and 13:30 in winter (in time)
    assert announced_after(datetime(2026, 7, 14, 18, 30, tzinfo=UTC)) == eastern(2026, 7, 15, 20)
    assert announced_after(datetime(2026, 1, 13, 18, 30, tzinfo=UTC)) == eastern(2026, 1, 13, 20)


def test_a_naive_moment_is_an_error() -> None:
    with pytest.raises(ValueError, match="aware"):
        announced_after(datetime(2026, 3, 16, 12))  # noqa: DTZ001


@given(moments)
def test_every_announcement_is_on_a_weekday_evening_or_sunday_within_four_days(submitted: datetime) -> None:
    announced = announced_after(submitted)
    local = announced.astimezone(EASTERN)
    assert (local.hour, local.minute) == (20, 0)
    assert local.weekday() in {0, 1, 2, 3, 6}
    assert timedelta(0) < announced - submitted <= timedelta(days=4)


@given(moments, st.integers(0, 10**6))
def test_a_later_submission_is_never_announced_earlier(submitted: datetime, later_s: int) -> None:
    assert announced_after(submitted) <= announced_after(submitted + timedelta(seconds=later_s))


@pytest.mark.parametrize(
    ("submitted", "announced"),
    [
        (eastern(2026, 11, 25, 14), eastern(2026, 11, 25, 20)),
        (eastern(2026, 11, 25, 15), eastern(2026, 11, 29, 20)),  # over Thanksgiving's evening to Sunday
        (eastern(2026, 11, 27, 9), eastern(2026, 11, 29, 20)),
        (eastern(2026, 12, 28, 15), eastern(2026, 12, 30, 20)),
        (eastern(2026, 12, 31, 9), eastern(2027, 1, 3, 20)),
    ],
)
def test_what_would_be_announced_on_a_holiday_waits_for_the_next_evening(
    submitted: datetime, announced: datetime
) -> None:
    assert YEAR_2026.announced_after(submitted) == announced


def test_a_saturday_a_sunday_and_the_day_after_a_holiday_have_nothing_new() -> None:
    november = {day: YEAR_2026.announced_for(date(2026, 11, day)) for day in range(23, 31)}
    assert [day for day, at in november.items() if at is None] == [27, 28, 29]
    assert november[26] == eastern(2026, 11, 26, 0)
    assert ORDINARY.announced_for(date(2026, 11, 27)) == eastern(2026, 11, 27, 0)


def test_the_feeds_change_at_the_midnight_after_an_announcement() -> None:
    assert YEAR_2026.next_in_feeds(eastern(2026, 11, 25, 23)) == eastern(2026, 11, 26, 0)
    assert YEAR_2026.next_in_feeds(eastern(2026, 11, 26, 0)) == eastern(2026, 11, 30, 0)


@given(calendars, winter)
def test_announcements_around_a_moment_have_none_between_them(calendar: ArxivCalendar, now: datetime) -> None:
    before, after = calendar.last_announcement(now), calendar.next_announcement(now)
    assert before <= now < after
    day, end = before.astimezone(EASTERN).date() + timedelta(days=1), after.astimezone(EASTERN).date()
    assert calendar.announces_on(end)
    while day < end:
        assert day.weekday() in {4, 5} or day in calendar.holidays
        day += timedelta(days=1)


@given(calendars, winter)
def test_every_announcement_reaches_the_feeds_as_that_of_the_next_date(calendar: ArxivCalendar, now: datetime) -> None:
    announced = calendar.next_announcement(now)
    fed = calendar.next_in_feeds(announced)
    assert fed - announced == timedelta(hours=4)
    assert calendar.announced_for(fed.astimezone(EASTERN).date()) == fed


def test_a_year_is_known_by_its_holidays() -> None:
    assert YEAR_2026.is_known(2026)
    assert not YEAR_2026.is_known(2027)


def test_a_file_of_holidays_has_a_date_a_line_with_notes() -> None:
    text = "# arXiv\n2026-11-26 Thanksgiving\n\n  2026-12-25   # Christmas\n2026-12-25\n"
    assert read_holidays(text) == {date(2026, 11, 26), date(2026, 12, 25)}
    with pytest.raises(ValueError, match=r"line 2: '26\.12\.2026' is no date such as 2026-12-25"):
        read_holidays("2026-12-25\n26.12.2026\n")
