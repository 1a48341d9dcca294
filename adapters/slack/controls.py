"""Buttons, and what pressing one means.

What a button does is its value, as a command would be typed; how it is done is the beginning of its action_id:

do:<n>      answer the command to who pressed
in:<n>      the same, in place of the message where that is theirs alone
page:<n>    show more papers of a list: "<number of the first>/<how many in all> <names>"
home:<n>    a command given in the Home tab, which shows what came of it
form:<n>    open the form of a command

`n` tells the buttons of a block apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.chat.papers import DISLIKE, LIKE, REACTIONS
from adapters.slack.blocks import BUTTON_CHARS, VALUE_CHARS, Block, Element, actions, plain
from bot.domain.chat import Button

KINDS = ("do", "in", "page", "home", "form")
IN_A_ROW = 10

SPOKEN = {LIKE: "More like this", DISLIKE: "Less like this"}
_THUMBS = {"positive_button": LIKE, "negative_button": DISLIKE}


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button, read."""

    kind: str
    argument: str


def button(label: str, kind: str, argument: str, number: int, *, style: str = "", spoken: str = "") -> Element:
    """`spoken` is what screen readers say instead of the label; `style` is primary, danger or none."""
    made: Element = {
        "type": "button",
        "text": plain(label, BUTTON_CHARS),
        "action_id": f"{kind}:{number}",
        "value": argument,
    }
    if spoken:
        made["accessibility_label"] = spoken
    return {**made, "style": style} if style else made


def fits(argument: str) -> bool:
    return 0 < len(argument) <= VALUE_CHARS


def row(buttons: Sequence[Button], kind: str) -> list[Block]:
    """The buttons in a block. One whose command is too long to carry, or that another one says already, is left out."""
    said: dict[str, Button] = {}
    for each in buttons:
        if fits(each.command):
            said.setdefault(each.command, each)
    shown = list(said.values())[:IN_A_ROW]
    made = [button(each.label, kind, each.command, number) for number, each in enumerate(shown)]
    return [actions(made)] if made else []


def feedback_buttons(paper: str) -> Block:
    """Slack's own thumbs."""
    element: Element = {"type": "feedback_buttons", "action_id": "do:feedback"}
    for place, emoji in _THUMBS.items():
        spoken, value = SPOKEN[emoji], f"{REACTIONS[emoji]} {paper}"
        element[place] = {"text": plain(emoji, BUTTON_CHARS), "accessibility_label": spoken, "value": value}
    return {"type": "context_actions", "elements": [element]}


def without_feedback(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks with ordinary thumbs, at the beginning of the row below, where Slack's own are not known."""
    made: list[Block] = []
    thumbs: list[Element] = []
    for block in blocks:
        if block["type"] == "context_actions":
            (element,) = block["elements"]
            thumbs = [
                button(emoji, "do", element[place]["value"], number, spoken=SPOKEN[emoji])
                for number, (place, emoji) in enumerate(_THUMBS.items())
            ]
        elif thumbs and block["type"] == "actions":
            made.append(actions([*thumbs, *block["elements"]]))
            thumbs = []
        else:
            made.append(block)
    return made


def read_press(action: Mapping[str, Any]) -> Press | None:
    """What one of our controls means; None for anything else."""
    kind, colon, _ = str(action.get("action_id", "")).partition(":")
    value = str(action.get("value") or "")
    return Press(kind, value) if colon and kind in KINDS and value else None
