import contextlib
from collections.abc import Callable
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule_words import (
    DAYS,
    ScheduleWordsError,
    is_days,
    is_time,
    parse_days,
    parse_pause,
    parse_time,
)

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("daily", (0, 1, 2, 3, 4, 5, 6)),
        ("Weekdays", (0, 1, 2, 3, 4)),
        ("weekends", (5, 6)),
        ("weekly", (2,)),
        ("weekly mon", (0,)),
        ("mon,thu", (0, 3)),
        ("thu, mon", (0, 3)),
        ("Monday and Thursday", (0, 3)),
        ("mondays thursdays", (0, 3)),
        ("mo+we+fr", (0, 2, 4)),
        ("tues", (1,)),
        ("thurs", (3,)),
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("fri-mon", (0, 4, 5, 6)),
        ("weekdays,sun", (0, 1, 2, 3, 4, 6)),
        ("m,f", (0, 4)),
    ],
)
def test_days_are_read_as_people_write_them(said: str, days: tuple[int, ...]) -> None:
    assert parse_days(said, WEDNESDAY) == days
    assert all(is_days(word) for word in said.split() if word != "and")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("t", '"t" may be Tuesday or Thursday; write tu or th'),
        ("mon,s", '"s" may be Saturday or Sunday; write sa or su'),
        ("wekdays", '"wekdays" is no day of the week; did you mean weekdays?'),
        ("mon,xyz", '"xyz" is no day of the week; write daily, weekdays, weekends, weekly, or days such as mon,thu'),
        ("", '"" is no day of the week; write daily'),
        ("biweekly", "did you mean weekly?"),
        ("mon-", '"" is no day of the week'),
    ],
)
def test_what_is_no_day_is_answered_with_what_would_be(said: str, answer: str) -> None:
    with pytest.raises(ScheduleWordsError) as caught:
        parse_days(said, WEDNESDAY)
    assert answer in str(caught.value)


@given(st.sets(st.sampled_from(range(7)), min_size=1), st.data())
def test_any_set_of_days_is_read_back_however_short_its_names_are(days: set[int], data: st.DataObject) -> None:
    names = [DAYS[day][: data.draw(st.integers(2, 9))] for day in data.draw(st.permutations(sorted(days)))]
    assert parse_days(data.draw(st.sampled_from([",", ", ", " ", " and "])).join(names), WEDNESDAY) == tuple(
        sorted(days)
    )


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("09:00", time(9)),
        ("9", time(9)),
        ("9am", time(9)),
        ("9 AM", time(9)),
        ("12am", time(0)),
        ("12:30pm", time(12, 30)),
        ("9:30pm", time(21, 30)),
        ("9.30 p.m.", time(21, 30)),
        ("0900", time(9)),
        ("900", time(9)),
        ("2130", time(21, 30)),
        ("8h", time(8)),
        ("8h15", time(8, 15)),
        ("noon", time(12)),
        ("midnight", time(0)),
        ("00:00", time(0)),
        ("23:59", time(23, 59)),
    ],
)
def test_times_are_read_as_people_write_them(said: str, at: time) -> None:
    assert parse_time(said) == at


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("24:00", '"24:00" is no time of day: there are 24 hours of 60 minutes'),
        ("9:60", "24 hours of 60 minutes"),
        ("13pm", "pm goes with hours from 1 to 12"),
        ("0am", "am goes with hours from 1 to 12"),
        ("soon", '"soon" is no time of day; write it as 09:00, 9am or 21:30'),
        ("", "is no time of day"),
        ("09:00:00", "is no time of day"),
        ("٩:٠٠", "is no time of day"),
    ],
)
def test_what_is_no_time_is_answered_with_what_would_be(said: str, answer: str) -> None:
    with pytest.raises(ScheduleWordsError) as caught:
        parse_time(said)
    assert answer in str(caught.value)


@given(st.times())
def test_every_minute_is_read_back_in_every_form(at: time) -> None:
    whole = at.replace(second=0, microsecond=0)
    for form in ("%H:%M", "%H%M", "%I:%M%p", "%I.%M %p"):
        said = whole.strftime(form)
        assert parse_time(said) == whole
        assert is_time(said.replace(" ", ""))


def test_a_bare_number_is_not_taken_for_a_time_where_it_may_be_another_thing() -> None:
    assert not is_time("9")
    assert not is_time("12")
    assert not is_time("Berlin")


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("until 2026-12-24", date(2026, 12, 24)),
        ("24 dec", date(2026, 12, 24)),
        ("Dec 24th", date(2026, 12, 24)),
        ("3. january", date(2027, 1, 3)),
        ("3 Jan 2028", date(2028, 1, 3)),
        ("feb 29", date(2028, 2, 29)),
        ("today", date(2026, 11, 25)),
        ("tomorrow", date(2026, 11, 26)),
        ("friday", date(2026, 11, 27)),
        ("until next wed", date(2026, 12, 2)),
        ("3 days", date(2026, 11, 28)),
        ("for a week", date(2026, 12, 2)),
        ("2 weeks", date(2026, 12, 9)),
    ],
)
def test_the_end_of_a_pause_is_read_as_people_write_it(said: str, last: date) -> None:
    # today's digest has come, so that days are counted from tomorrow
    assert parse_pause(said, WEDNESDAY, date(2026, 11, 26)) == last


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("2026-11-24", "2026-11-24 is past"),
        ("2026-02-30", "is no day that I understand; write 2026-12-24, 24 dec, friday, or 3 days"),
        ("32 dec", "is no day that I understand"),
        ("dec", "is no day that I understand"),
        ("3 ja", "is no day that I understand"),
        ("x dec", "is no day that I understand"),
        ("whenever I like", "is no day that I understand"),
        ("t", '"t" may be Tuesday or Thursday'),
        ("0 days", "a pause of 0 days is not between a day and ten years"),
        ("9999999 weeks", "is not between a day and ten years"),
        ("2126-01-01", "is more than ten years away; `digest stop` ends the digests"),
    ],
)
def test_what_is_no_end_of_a_pause_is_answered_with_what_would_be(said: str, answer: str) -> None:
    with pytest.raises(ScheduleWordsError) as caught:
        parse_pause(said, WEDNESDAY, WEDNESDAY)
    assert answer in str(caught.value)


READERS: tuple[Callable[[str], object], ...] = (
    lambda text: parse_days(text, WEDNESDAY),
    parse_time,
    lambda text: parse_pause(text, WEDNESDAY, WEDNESDAY),
    is_days,
    is_time,
)


@given(st.text(), st.sampled_from(READERS))
def test_any_text_is_read_or_refused(text: str, read: Callable[[str], object]) -> None:
    with contextlib.suppress(ScheduleWordsError):
        assert read(text) is not None
