from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.arxiv_calendar import EASTERN, announced_after


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


@given(st.datetimes(datetime(1991, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_announcement_is_on_a_weekday_evening_or_sunday_within_four_days(submitted: datetime) -> None:
    announced = announced_after(submitted)
    local = announced.astimezone(EASTERN)
    assert (local.hour, local.minute) == (20, 0)
    assert local.weekday() in {0, 1, 2, 3, 6}
    assert timedelta(0) < announced - submitted <= timedelta(days=4)


@given(st.datetimes(datetime(1991, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(0, 10**6))  # noqa: DTZ001
def test_a_later_submission_is_never_announced_earlier(submitted: datetime, later_s: int) -> None:
    assert announced_after(submitted) <= announced_after(submitted + timedelta(seconds=later_s))
