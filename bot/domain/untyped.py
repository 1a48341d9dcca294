"""Words for where nobody can type: without what only says which command to write."""

import re

_COMMAND = re.compile(r"`[^`]+`")
_PIECES = re.compile(r"(?<=[.;!?:])\s+")


def without_commands(text: str) -> str:
    """What is left of a paragraph without the clauses that name a command (in backticks)."""
    kept = [piece for piece in _PIECES.split(text) if not _COMMAND.search(piece)]
    said = " ".join(kept).strip()
    return f"{said[:-1]}." if said.endswith((";", ":")) else said
