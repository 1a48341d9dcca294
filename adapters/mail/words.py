"""Text as it goes into a mail: plain, and without what only makes sense where one can type."""

import re

from bot.domain.plain_text import plain_text

_COMMAND = re.compile(r"`[^`]+`")
_PIECES = re.compile(r"(?<=[.;!?:])\s+")


def clean(text: str) -> str:
    """Lines of plain text; HTML and headers escape it themselves."""
    return "\n".join(line.rstrip() for line in plain_text(text).split("\n"))


def clean_line(text: str) -> str:
    """The same as one line with single spaces."""
    return " ".join(clean(text).split())


def without_commands(text: str) -> str:
    """What is left of a paragraph without the clauses that name a command (in backticks): nobody types to a mail."""
    kept = [piece for piece in _PIECES.split(text) if not _COMMAND.search(piece)]
    said = " ".join(kept).strip()
    return f"{said[:-1]}." if said.endswith((";", ":")) else said
