"""Forms: what a command can be told, asked for in a window over Slack."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.chat.wording import cut
from adapters.slack.blocks import Element, plain
from bot.domain.chat import Message, Text
from bot.domain.command import CommandSpec, Option, OptionValue
from bot.domain.plain_text import clean_line
from bot.domain.schedule_words import DAYS

FORM = "ask"
"""The callback_id of all forms."""

TOO_LATE = "Slack opens no form for this any more; please try once more."
"""Slack lets one be opened within three seconds of what somebody did, and once."""

NO_DAY = "Choose a day at least; to have no digests for a while, pause them."

TITLE_CHARS = 24
_LABEL, _CHOICE, _PLACEHOLDER, _TEXT, _ERROR = 200, 75, 150, 2_000, 300
_VALUE = "value"
_PICKED = ("days", "time")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a form was opened, so that it is answered there: in a channel or, without one, the Home tab."""

    command: str
    channel: str = ""
    thread: str = ""
    response_url: str = ""

    def written(self) -> str:
        return json.dumps([self.command, self.channel, self.thread, self.response_url])


def read_origin(text: str) -> Origin:
    return Origin(*map(str, json.loads(text)))


def form(
    spec: CommandSpec, options: Sequence[Option], origin: Origin, initial: Mapping[str, OptionValue], title: str = ""
) -> dict[str, Any]:
    """A view with a field for each of the options, filled in with what is known; `interests add` is "Add interests"
    unless another title is given."""
    hint = spec.example.removeprefix(spec.name).strip()
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": origin.written(),
        "title": plain(title or " ".join(reversed(spec.name.split())).capitalize(), TITLE_CHARS),
        "submit": plain("Send", TITLE_CHARS),
        "close": plain("Cancel", TITLE_CHARS),
        "blocks": [_field(option, initial.get(option.name), hint) for option in options],
    }


def filled_in(view: Mapping[str, Any]) -> dict[str, OptionValue]:
    """What a form came back with, by the options' names; what was left empty is not there."""
    found: dict[str, OptionValue] = {}
    for name, fields in view["state"]["values"].items():
        value = _read(fields[_VALUE])
        if value:
            found[name] = value
    return found


def emptied(view: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong where all the days that held were taken out: the command would keep those that it is not told."""
    held = any(block["element"].get("initial_options") for block in view["blocks"] if block["block_id"] == "days")
    return {"days": NO_DAY} if held and "days" not in filled_in(view) else {}


def blamed(
    spec: CommandSpec, given: Mapping[str, OptionValue], fields: Sequence[str], answer: Message
) -> dict[str, str]:
    """What is wrong, at the field that it is wrong in: the one that the answer names or quotes, else the first."""
    said = [clean_line(block.text).replace("`", "") for block in answer.blocks if isinstance(block, Text)]
    text = cut(" ".join(said), _ERROR) or "That does not do."
    named = [option.name for option in spec.options if text.casefold().startswith(option.help.casefold())]
    quoted = [name for name, value in given.items() if str(value) and f'"{value}' in text]
    field = next((name for name in (*named, *quoted) if name in fields), fields[0])
    return {field: text}


def _field(option: Option, value: OptionValue | None, hint: str) -> dict[str, Any]:
    # How days and times are written does not matter where they are picked.
    words = option.name if option.kind in _PICKED else option.help
    label = plain(f"{words[:1].upper()}{words[1:]}", _LABEL)
    return {
        "type": "input",
        "block_id": option.name,
        "optional": not option.required,
        "label": label,
        "element": {"action_id": _VALUE, **_element(option, value, hint)},
    }


def _element(option: Option, value: OptionValue | None, hint: str) -> Element:
    match option.kind:
        case "choice":
            choices = [_choice(each, each) for each in option.choices]
            chosen = [each for each in choices if each["value"] == value]
            return {"type": "static_select", "options": choices, **({"initial_option": chosen[0]} if chosen else {})}
        case "days":
            days = [_choice(day.capitalize(), day[:3]) for day in DAYS]
            chosen = [each for each in days if each["value"] in str(value or "").split(",")]
            return {"type": "checkboxes", "options": days, **({"initial_options": chosen} if chosen else {})}
        case "time":
            return {"type": "timepicker", **({"initial_time": str(value)} if value else {})}
        case "int":
            bounds = {"min_value": str(option.minimum), "max_value": str(option.maximum)}
            known = {"initial_value": str(value)} if value else {}
            return {"type": "number_input", "is_decimal_allowed": False, **bounds, **known}
    known = {"initial_value": str(value)} if value else {}
    asked = {"placeholder": plain(hint, _PLACEHOLDER)} if option.kind != "zone" and hint else {}
    longest = {"multiline": option.kind == "text", "max_length": _TEXT}
    return {"type": "plain_text_input", **longest, **asked, **known}


def _choice(label: str, value: str) -> Element:
    return {"text": plain(label, _CHOICE), "value": value}


def _read(field: Mapping[str, Any]) -> OptionValue:
    """The value of a field, empty where it was left so."""
    match field["type"]:
        case "static_select":
            return str((field.get("selected_option") or {}).get("value") or "")
        case "checkboxes":
            return ",".join(str(each["value"]) for each in field.get("selected_options") or ())
        case "timepicker":
            return str(field.get("selected_time") or "")
    return str(field.get("value") or "")
