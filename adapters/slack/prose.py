"""Paragraphs, bullets and tables as blocks, each within what a block holds."""

from collections.abc import Iterator, Sequence
from itertools import chain

from adapters.chat.columns import columns, is_named
from adapters.chat.wording import cut
from adapters.slack.blocks import (
    HEADER_CHARS,
    SECTION_CHARS,
    Block,
    Element,
    bullets,
    header,
    preformatted,
    rich,
    section,
    small,
    words,
)
from adapters.slack.wording import Writer
from bot.domain.chat import Block as Said
from bot.domain.chat import Bullets, Table, Text
from bot.domain.plain_text import clean_line, plain_text

_LINE, _ITEM = 1_500, 600
_ROOM = SECTION_CHARS - 200
"""Characters of a block before commands get their slash."""


def prose(blocks: Sequence[Said], writer: Writer) -> list[Block]:
    """The blocks of all that are words."""
    return [made for block in blocks for made in _said(block, writer)]


def _said(block: Said, writer: Writer) -> Iterator[Block]:
    match block:
        case Text(text, "heading") if clean_line(text):
            line = clean_line(text)
            yield header(line) if len(line) <= HEADER_CHARS else rich(section([words(cut(line, _LINE), bold=True)]))
        case Text(text, "note"):
            yield from (small(writer.flat(part)) for part in parts(text.split("\n")))
        case Text(text, style):
            start = "⚠️ " if style == "error" else ""
            for part in parts((start + plain_text(text)).split("\n")):
                yield rich(section(writer.elements(part)))
        case Bullets(items):
            lines = [clean_line(item) for item in items if clean_line(item)]
            for part in parts(lines, _ITEM):
                yield rich(bullets([writer.elements(line) for line in part.split("\n")]))
        case Table() if is_named(block):
            yield from _names(block, writer)
        case Table():
            for part in parts(columns(block, clean_line)):
                yield rich(preformatted(part))


def parts(lines: Sequence[str], longest: int = _LINE) -> list[str]:
    """The lines in as few texts as blocks hold; a line that is too long goes on in a line of its own."""
    full: list[str] = []
    for line in chain.from_iterable(_pieces(each, longest) for each in lines):
        if full and len(full[-1]) + 1 + len(line) <= _ROOM:
            full[-1] += f"\n{line}"
        else:
            full.append(line)
    return [text for text in full if text.strip()]


def _pieces(line: str, longest: int) -> Iterator[str]:
    while len(line) > longest:
        kept = line[:longest].rpartition(" ")[0] or line[:longest]
        yield kept
        line = line[len(kept) :].lstrip()
    yield line


def _names(table: Table, writer: Writer) -> Iterator[Block]:
    """Names with what belongs to them, a line each."""
    said: list[Element] = []
    size = 0
    for name, *rest in table.rows:
        line = _named(name, cut(clean_line(" ".join(rest)), _ITEM), writer)
        length = sum(len(each["text"]) for each in line)
        if said and size + length > _ROOM:
            yield rich(section(said))
            said, size = [], 0
        said += [*([words("\n")] if said else []), *line]
        size += length + 1
    if said:
        yield rich(section(said))


def _named(name: str, rest: str, writer: Writer) -> list[Element]:
    if writer.is_command(name):
        return [writer.code(cut(name, _ITEM)), words(" "), *writer.elements(rest)]
    return [words(f"{cut(clean_line(name), _ITEM) or '…'}:", bold=True), words(" "), *writer.elements(rest)]
