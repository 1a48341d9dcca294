"""Forms: a field for each option, and what is wrong at the field that it is wrong in."""

from typing import Any

import pytest

from adapters.slack.forms import Origin, blamed, filled_in, form, read_origin
from bot.commands import find_spec
from bot.domain.chat import Message, Text
from bot.domain.command import CommandSpec
from bot.evaluation.slack_validity import view_faults

ORIGIN = Origin("digest subscribe", "C1", "1.2", "https://hooks.test/1")
KNOWN: dict[str, Any] = {
    "days": "mon,thu",
    "time": "08:30",
    "zone": "Europe/Berlin",
    "n": 7,
    "threshold": "few",
    "empty": "tell",
}


def spec(name: str) -> CommandSpec:
    found = find_spec(name)
    assert found is not None
    return found


def test_the_form_of_a_digest_is_filled_in_with_what_holds() -> None:
    subscribe = spec("digest subscribe")
    view = form(subscribe, subscribe.options, ORIGIN, KNOWN)
    assert view_faults(view) == []
    elements = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert [each["value"] for each in elements["days"]["initial_options"]] == ["mon", "thu"]
    assert elements["time"]["initial_time"] == "08:30"
    assert elements["zone"]["initial_value"] == "Europe/Berlin"
    assert (elements["n"]["initial_value"], elements["n"]["max_value"]) == ("7", "20")
    assert elements["threshold"]["initial_option"]["value"] == "few"
    assert elements["empty"]["initial_option"]["value"] == "tell"
    assert read_origin(view["private_metadata"]) == ORIGIN
    assert [block["label"]["text"] for block in view["blocks"]][:2] == ["Days", "Time"]


@pytest.mark.parametrize("name", ["digest subscribe", "interests add", "search", "recommend"])
def test_a_form_of_which_nothing_is_known_is_empty_and_within_limits(name: str) -> None:
    view = form(spec(name), spec(name).options, Origin(name), {})
    assert view_faults(view) == []
    assert not [key for block in view["blocks"] for key in block["element"] if key.startswith("initial")]
    assert all(len(view[key]["text"]) <= 24 for key in ("title", "submit", "close"))
    assert len(view["private_metadata"]) <= 3_000


def test_what_is_filled_in_is_read_by_the_options_names() -> None:
    fields = {
        "days": {"type": "checkboxes", "selected_options": [{"value": "mon"}, {"value": "fri"}]},
        "time": {"type": "timepicker", "selected_time": "09:00"},
        "zone": {"type": "plain_text_input", "value": None},
        "n": {"type": "number_input", "value": "5"},
        "threshold": {"type": "static_select", "selected_option": {"value": "many"}},
        "empty": {"type": "static_select", "selected_option": None},
    }
    view = {"state": {"values": {name: {"value": field} for name, field in fields.items()}}}
    assert filled_in(view) == {"days": "mon,fri", "time": "09:00", "n": "5", "threshold": "many"}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('"Berln" is no time zone that I know. Did you mean `Berlin`?', "zone"),
        ("How many papers at most: from 1 to 20, not 99.", "n"),
        ("Something else went wrong.", "days"),
        ("", "days"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(text: str, field: str) -> None:
    given: dict[str, Any] = {"days": "mon", "zone": "Berln", "n": "99"}
    answer = Message((Text(text, "error"),), ok=False)
    errors = blamed(spec("digest subscribe"), given, ["days", "time", "zone", "n"], answer)
    assert list(errors) == [field]
    assert errors[field]
    assert "`" not in errors[field]
