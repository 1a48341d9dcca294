from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.schedule import MAX_RUNS, Run, Schedule, find_zone, local_day, moment, next_run, offset_of, runs_due

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
DAILY = tuple(range(7))
MINUTE = timedelta(minutes=1)

zones = st.sampled_from(ZONES).map(ZoneInfo)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
dates = st.dates(date(1970, 1, 3), date(2099, 12, 28))
instants = st.datetimes(datetime(1970, 1, 9), datetime(2099, 12, 20), timezones=st.just(UTC))  # noqa: DTZ001
day_sets = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
schedules = st.builds(Schedule, day_sets, times, zones)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "due"),
    [
        ("Europe/Berlin", "2026-03-28", "02:30", "2026-03-28T01:30"),
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00"),  # 02:00 to 03:00 is left out
        ("Europe/Berlin", "2026-03-29", "02:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),  # comes twice: the first
        ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00"),
        ("America/New_York", "2026-03-08", "02:15", "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01", "01:15", "2026-11-01T05:15"),
        ("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-03T15:30"),  # half an hour is left out
        ("Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),  # half an hour comes twice
        ("Pacific/Apia", "2011-12-29", "08:00", "2011-12-29T18:00"),
        ("Pacific/Apia", "2011-12-30", "08:00", "2011-12-30T10:00"),  # the day that Samoa left out
        ("Pacific/Apia", "2011-12-31", "00:00", "2011-12-30T10:00"),
        ("Pacific/Apia", "2011-12-31", "08:00", "2011-12-30T18:00"),
        ("Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15T01:30"),  # back for Ramadan: 02:00 to 03:00 twice
        ("Africa/Casablanca", "2026-03-22", "02:30", "2026-03-22T02:00"),
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00"),  # midnight itself is left out
        ("America/Havana", "2026-11-01", "00:30", "2026-11-01T04:30"),
        ("Asia/Kathmandu", "2028-02-29", "08:00", "2028-02-29T02:15"),
        ("UTC", "2026-03-29", "02:30", "2026-03-29T02:30"),
    ],
)
def test_a_local_time_has_one_moment_whatever_its_clock_does(zone: str, day: str, at: str, due: str) -> None:
    assert moment(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone)) == utc(due)


@given(zones, dates, times)
@example(ZoneInfo("Pacific/Kwajalein"), date(1993, 8, 21), time(8))
@example(ZoneInfo("Africa/Monrovia"), date(1972, 1, 7), time(0, 20))
def test_the_moment_is_when_the_clock_first_shows_that_time_or_a_later_one(zone: ZoneInfo, day: date, at: time) -> None:
    wall = datetime.combine(day, at)
    before = datetime.combine(day, at, UTC) - timedelta(hours=27)
    shown = next(
        instant
        for instant in (before + step * MINUTE for step in range(54 * 60))
        if instant.astimezone(zone).replace(tzinfo=None) >= wall
    )
    assert timedelta(0) <= shown - moment(day, at, zone) < MINUTE


@given(zones, dates, times)
def test_a_later_date_never_has_an_earlier_moment(zone: ZoneInfo, day: date, at: time) -> None:
    assert moment(day, at, zone) <= moment(day + timedelta(days=1), at, zone)


@given(schedules, instants, st.none() | st.integers(-9, 9))
def test_the_next_run_is_the_first_later_period_with_a_later_moment(
    schedule: Schedule, after: datetime, handled: int | None
) -> None:
    today = local_day(after, schedule.zone)
    after_period = None if handled is None else today + timedelta(days=handled)
    run = next_run(schedule, after, after_period)
    assert run is not None
    assert run.due_at == moment(run.period, schedule.local_time, schedule.zone) > after
    between = [today + timedelta(days=step) for step in range(-3, (run.period - today).days)]
    earlier = [day for day in between if schedule.runs_on(day) and (after_period is None or day > after_period)]
    assert all(moment(day, schedule.local_time, schedule.zone) <= after for day in earlier)


# In St John's the clock went back at 00:01: Sunday began twice.
@given(schedules, instants, st.integers(0, 20 * 24 * 60))
@example(Schedule(DAILY, time(0), ZoneInfo("America/St_Johns")), utc("2006-10-28T12:00"), 14 * 60 + 45)
def test_after_a_stop_exactly_the_periods_that_came_due_are_due_in_order(
    schedule: Schedule, start: datetime, minutes: int
) -> None:
    first = next_run(schedule, start)
    assert first is not None
    now = start + minutes * MINUTE
    stepped, run = [], first
    while run.due_at <= now:
        stepped.append(run)
        period = next(
            day for day in (run.period + timedelta(days=step) for step in range(1, 8)) if schedule.runs_on(day)
        )
        run = Run(period, moment(period, schedule.local_time, schedule.zone))
    assert runs_due(schedule, first.period, now) == stepped


def test_years_of_standing_still_cost_no_more_than_the_last_days() -> None:
    schedule = Schedule(DAILY, time(8), ZoneInfo("Europe/Berlin"))
    runs = runs_due(schedule, date(1990, 1, 1), utc("2026-03-16T12:00"))
    assert len(runs) == MAX_RUNS
    assert runs[-1] == Run(date(2026, 3, 16), utc("2026-03-16T07:00"))


def test_a_leap_day_is_a_day_like_others() -> None:
    schedule = Schedule((1,), time(8), ZoneInfo("UTC"))
    assert next_run(schedule, utc("2028-02-28T12:00")) == Run(date(2028, 2, 29), utc("2028-02-29T08:00"))


@pytest.mark.parametrize("after_period", [date.max, date.max - timedelta(days=3)])
def test_there_is_no_run_without_days_nor_after_the_end_of_the_calendar(after_period: date) -> None:
    assert next_run(Schedule((), time(8), ZoneInfo("UTC")), utc("2026-03-16T12:00")) is None
    assert next_run(Schedule(DAILY, time(8), ZoneInfo("UTC")), utc("2026-03-16T12:00"), after_period) is None


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../UTC", "Europe", "a\0b", "x" * 5000, "/etc/passwd"])
def test_a_zone_that_is_not_there_is_none_and_no_error(name: str) -> None:
    assert find_zone(name) is None


@given(zones, dates, times)
def test_the_offset_of_a_run_gives_its_local_time_back(zone: ZoneInfo, day: date, at: time) -> None:
    run = Run(day, moment(day, at, zone))
    assert moment(day, at, offset_of(run, at)) == run.due_at


def test_a_run_that_lies_a_day_off_its_local_time_counts_in_utc() -> None:
    assert offset_of(Run(date(2026, 3, 16), utc("2026-03-18T08:00")), time(8)) is UTC
