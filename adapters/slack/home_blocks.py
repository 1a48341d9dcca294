"""The Home tab as a view."""

from collections.abc import Collection
from typing import Any

from adapters.chat.papers import safe_address
from adapters.chat.wording import cut
from adapters.slack.blocks import SECTION_CHARS, Block, actions, link, plain, rich, section, words
from adapters.slack.controls import button, fits
from adapters.slack.prose import prose
from adapters.slack.wording import Writer
from bot.domain.chat import Text
from bot.domain.home import Home, HomeEntry, HomeSection
from bot.domain.plain_text import clean_line

MOST_BLOCKS = 100
_CONFIRM_TITLE, _CONFIRM_TEXT, _CONFIRM_WORD = 100, 300, 30
_ENTRY = 300


def home_view(home: Home, notice: str, commands: Collection[str]) -> dict[str, Any]:
    """`notice` says what was just done; empty for nothing."""
    writer = Writer(commands)
    blocks = [*prose((Text(notice),), writer)] if notice else []
    for number, part in enumerate(home.sections):
        blocks += _section(part, number, writer)
    return {"type": "home", "blocks": blocks[:MOST_BLOCKS]}


def _section(part: HomeSection, number: int, writer: Writer) -> list[Block]:
    entries = [block for at, entry in enumerate(part.entries) for block in _entry(entry, at)]
    more = prose((Text(part.more, "note"),), writer) if part.more else []
    made = [
        *(button(each.label, "form", each.command, at) for at, each in enumerate(part.forms)),
        *(button(each.label, "home", each.command, at) for at, each in enumerate(part.said.buttons)),
        *(
            {**button(each.label, "home", each.command, 50 + at, style="danger"), "confirm": _confirm(each.label)}
            for at, each in enumerate(part.final)
        ),
    ]
    return [*prose(part.said.blocks, writer), *entries, *more, *([actions(made)] if made else [])]


def _entry(entry: HomeEntry, at: int) -> list[Block]:
    text = cut(clean_line(entry.text), _ENTRY) or "…"
    remove = [button(entry.remove.label, "home", entry.remove.command, at)] if fits(entry.remove.command) else []
    address = safe_address(entry.url)
    if address:
        return [rich(section([link(address, text)])), *([actions(remove)] if remove else [])]
    if not remove:
        return [rich(section([words(text)]))]
    return [{"type": "section", "text": plain(text, SECTION_CHARS), "accessory": remove[0]}]


def _confirm(label: str) -> dict[str, Any]:
    return {
        "title": plain(f"{label}?", _CONFIRM_TITLE),
        "text": plain("This cannot be taken back.", _CONFIRM_TEXT),
        "confirm": plain("Yes, do it", _CONFIRM_WORD),
        "deny": plain("No", _CONFIRM_WORD),
        "style": "danger",
    }
