"""Paragraphs, bullets and tables as Discord's markdown, in pages that a message can hold."""

from collections.abc import Iterable, Sequence

from adapters.chat.columns import columns, is_named
from adapters.chat.wording import cut
from adapters.discord.wording import Writer, in_code
from bot.domain.chat import Block, Bullets, Table, Text
from bot.domain.plain_text import clean_line

PAGE_CHARS = 3_800
"""Of the 4,000 characters of a message; the rest is for the numbers of pages."""


def prose(blocks: Sequence[Block], writer: Writer) -> list[str]:
    """The lines of all blocks that are words, with an empty line between blocks."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Text():
                said = _text(block, writer)
            case Bullets(items):
                said = [f"- {writer.rich(clean_line(item))}" for item in items]
            case Table():
                said = _table(block, writer)
            case _:
                continue
        lines += ["", *said] if lines and said else said
    return lines


def pages(lines: Iterable[str], limit: int = PAGE_CHARS) -> list[str]:
    """The lines in as few texts as hold them, each of at most `limit` characters; no line is taken apart, but a line
    that is longer than a page is cut. A block of code that a page breaks is closed and opened again."""
    full: list[str] = []
    page: list[str] = []
    size, code = 0, False
    for line in (cut(each, limit - 8) for each in lines):
        if page and size + len(line) + 8 > limit:
            full.append("\n".join([*page, *(["```"] if code else [])]).strip("\n"))
            page, size = (["```"], 4) if code else ([], 0)
        code = code != (line == "```")
        page.append(line)
        size += len(line) + 1
    full.append("\n".join(page).strip("\n"))
    return [text for text in full if text]


def _text(block: Text, writer: Writer) -> list[str]:
    start = {"heading": "## ", "note": "-# ", "error": "⚠️ "}.get(block.style, "")
    if block.style == "heading":
        return [start + cut(writer.rich(clean_line(block.text)), 300)]
    lines = writer.rich(block.text).split("\n")
    each = start if block.style == "note" else ""
    return [(start if number == 0 else each) + line if line else "" for number, line in enumerate(lines)]


def _table(table: Table, writer: Writer) -> list[str]:
    """Names with what belongs to them as lines, other tables in columns."""
    if is_named(table):
        return [_named(row, writer) for row in table.rows]
    aligned = columns(table, in_code)
    return ["```", *aligned, "```"] if aligned else []


def _named(row: Sequence[str], writer: Writer) -> str:
    name, *rest = row or ("",)
    said = writer.rich(clean_line(" ".join(rest)))
    if writer.is_command(name):
        return f"{writer.code(name)} {said}"
    return f"**{writer.rich(clean_line(name))}**: {said}"
