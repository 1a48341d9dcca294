from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.zone_words import UnknownZoneError, parse_zone, zone_label
from tests.unit.domain.test_schedule import ZONES


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("Ho Chi Minh", "Asia/Ho_Chi_Minh"),
        ("port-au-prince", "America/Port-au-Prince"),
        ("singapore", "Asia/Singapore"),
        ("Munich", "Europe/Berlin"),
        ("San Francisco", "America/Los_Angeles"),
        ("Japan", "Japan"),
        ("US/Eastern", "US/Eastern"),
        ("UTC", "UTC"),
        ("gmt", "UTC"),
        ("EST", "America/New_York"),
        ("CET", "Europe/Brussels"),
        ("p.s.t.", "America/Los_Angeles"),
        ("UTC+2", "Etc/GMT-2"),
        ("utc -5", "Etc/GMT+5"),
        ("GMT+02:00", "Etc/GMT-2"),
        ("+9", "Etc/GMT-9"),
        ("UTC+0", "UTC"),
        ("Etc/GMT-2", "Etc/GMT-2"),
    ],
)
def test_a_zone_is_found_as_people_write_it(said: str, zone: str) -> None:
    assert parse_zone(said) == zone


@pytest.mark.parametrize(
    ("said", "suggestions"),
    [
        ("Berln", ("Europe/Berlin",)),
        ("Europe/Brelin", ("Europe/Berlin",)),
        ("new yrok", ("America/New_York",)),
        ("CST", ("America/Chicago", "Asia/Shanghai")),
        ("IST", ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem")),
        ("UTC+5:30", ("Asia/Kolkata",)),
        ("UTC+5:17", ()),
        ("UTC+15", ()),
        ("UTC-13", ()),
        ("Mars", ()),
        ("", ()),
        ("../../etc/passwd", ()),
        ("x" * 100_000, ()),
    ],
)
def test_what_names_no_zone_or_several_is_answered_with_those_that_may_be_meant(
    said: str, suggestions: tuple[str, ...]
) -> None:
    with pytest.raises(UnknownZoneError) as caught:
        parse_zone(said)
    assert caught.value.suggestions[: len(suggestions) or None] == suggestions


@pytest.mark.parametrize("zone", ZONES)
def test_every_name_of_the_zone_data_is_understood(zone: str) -> None:
    found = parse_zone(zone.lower())
    # GMT and the like are written UTC; names that are abbreviations too stand for a place of that time.
    assert found == zone or "/" not in zone


@given(st.text(max_size=40) | st.sampled_from(ZONES).flatmap(lambda name: st.permutations(name).map("".join)))
def test_whatever_is_found_is_a_zone_and_so_is_whatever_is_suggested(text: str) -> None:
    try:
        names: tuple[str, ...] = (parse_zone(text),)
    except UnknownZoneError as error:
        names = error.suggestions
    assert all(ZoneInfo(name).key in available_timezones() for name in names)


def test_a_fixed_offset_is_shown_the_way_people_write_it() -> None:
    shown = {"Etc/UTC": "UTC", "Etc/GMT-2": "UTC+2", "Etc/GMT+11": "UTC-11", "Etc/GMT+0": "Etc/GMT+0"}
    assert {name: zone_label(name) for name in shown} == shown
    assert zone_label("Europe/Berlin") == "Europe/Berlin"
