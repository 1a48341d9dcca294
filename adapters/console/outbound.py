"""`Message` -> what a terminal shows. Pure, but for saving a picture, which is handed in."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rich.color import ColorSystem
from rich.style import Style

from adapters.console.clean import clean_line, clean_lines
from adapters.console.layout import align, wrap
from bot.domain.chat import Block, Bullets, File, Image, Json, Message, PaperCard, Table, Text

SavePicture = Callable[[Image], str]
"""Keeps a picture somewhere and says where; an empty string if it could not."""

_STYLES = {
    "heading": Style(bold=True),
    "title": Style(bold=True),
    "note": Style(dim=True),
    "hint": Style(dim=True),
    "meta": Style(color="cyan"),
    "error": Style(color="red", bold=True),
}
_INDENT = "   "
# Valid JSON, but not for a terminal or a line reader: C1 controls, line separators, bidi controls, lone surrogates.
_UNSAFE_JSON = re.compile(r"[\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw: the width in cells; `wrapped` is for people at a terminal, unwrapped titles are for pipes."""

    width: int = 80
    wrapped: bool = False
    color: bool = False


def render(message: Message, look: Look, save: SavePicture) -> str:
    """The message as lines, blocks apart by an empty line; ends without a newline, empty for no blocks."""
    parts = ["\n".join(_block(block, look, save)) for block in message.blocks]
    return "\n\n".join(part for part in parts if part)


def render_json(message: Message, save: SavePicture) -> str:
    """The message's data as one line of JSON; without data, whether it went well and the text."""
    data: Json = message.data
    if data is None:
        data = {"ok": message.ok, "text": render(message, Look(), save)}
    try:
        line = json.dumps(data, ensure_ascii=False, allow_nan=False)
    except ValueError:
        line = json.dumps(_finite(data), ensure_ascii=False, allow_nan=False)
    return _UNSAFE_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def _block(block: Block, look: Look, save: SavePicture) -> Iterable[str]:
    match block:
        case Text():
            return _text(block, look)
        case PaperCard():
            return _card(block, look)
        case Bullets(items):
            return [line for item in items for line in wrap(clean_line(item), look.width, "- ", "  ")]
        case Table():
            return _table(block, look)
        case Image():
            return _image(block, look, save)
        case File():
            name = clean_line(block.name)
            return [_paint(f"--- {name} ---", "note", look), *clean_lines(block.content.rstrip("\n")),
                    _paint(f"--- end of {name} ---", "note", look)]  # fmt: skip


def _text(block: Text, look: Look) -> list[str]:
    start = "! " if block.style == "error" else ""
    lines: list[str] = []
    for number, line in enumerate(clean_lines(block.text)):
        # A line's own indentation is layout (examples in help), so it stays, on the lines it is wrapped into too.
        indent = line[: len(line) - len(line.lstrip())][:20]
        first = start if number == 0 else " " * len(start)
        lines += wrap(line, look.width, first + indent, " " * len(start) + indent) or [""]
    return [_paint(line, block.style, look) for line in lines]


def _card(card: PaperCard, look: Look) -> list[str]:
    number = "" if card.number is None else f"{card.number}. "
    title = f"{number}{clean_line(card.title)}"
    titles = wrap(title, look.width, "", _INDENT) if look.wrapped else [title]
    lines = [_paint(line, "title", look) for line in titles]
    meta = " · ".join(part for part in (clean_line(card.label), clean_line(card.meta)) if part)
    lines += [_paint(line, "meta", look) for line in wrap(meta, look.width, _INDENT)]
    for paragraph in clean_lines(card.abstract):
        lines += wrap(paragraph, look.width, _INDENT)
    for reason in card.reasons:
        lines += wrap(clean_line(reason), look.width, f"{_INDENT}* ", f"{_INDENT}  ")
    if url := clean_line(card.url):
        lines.append(_INDENT + url)
    hint = " · ".join(clean_line(button.command) for button in card.buttons)
    return lines + [_paint(line, "hint", look) for line in wrap(hint, look.width, _INDENT)]


def _table(table: Table, look: Look) -> list[str]:
    head, rows = align(
        [clean_line(cell) for cell in table.head],
        [[clean_line(cell) for cell in row] for row in table.rows],
        look.width if look.wrapped else None,
    )
    return [_paint(head, "heading", look), *rows] if head else rows


def _image(image: Image, look: Look, save: SavePicture) -> list[str]:
    alt, where = clean_line(image.alt), save(image)
    lines = wrap(alt, look.width)
    # A path is for copying: it stays whole.
    return [*lines, f"Picture: {clean_line(where)}"] if where else [*lines, "(The picture could not be saved.)"]


def _paint(text: str, style: str, look: Look) -> str:
    if not look.color or style not in _STYLES or not text:
        return text
    return _STYLES[style].render(text, color_system=ColorSystem.STANDARD)


def _finite(data: Json) -> Json:
    """The same without infinities and NaN, which JSON cannot say: null stands for them."""
    if isinstance(data, float):
        return data if data - data == 0 else None
    if isinstance(data, list):
        return [_finite(item) for item in data]
    if isinstance(data, dict):
        return {name: _finite(value) for name, value in data.items()}
    return data
