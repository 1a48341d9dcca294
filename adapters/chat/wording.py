"""Words as every chat platform takes them: one line, cut at a word, code told from what only looks like it."""

import re
from collections.abc import Collection, Iterator

from bot.domain.plain_text import plain_text

_CODE = re.compile(r"(`[^`\n]+`)")
_HARMLESS = re.compile(r"(?!.*//)[\w +/:.,'\"-]{1,80}")


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; what is missing ends in an ellipsis after a whole word."""
    if len(text) <= limit:
        return text
    kept = text[: max(0, limit - 2)]
    at_word = kept.rpartition(" ")[0] if text[len(kept) : len(kept) + 1] not in ("", " ") else kept
    return f"{(at_word or kept).rstrip()} …" if limit > 2 else "…"[:limit]


class Wording:
    """Knows the names of all commands, and by them what of the core's words is code: commands and plain words between
    backticks. Backticks around anything else are somebody else's, and shown as such."""

    def __init__(self, commands: Collection[str] = ()) -> None:
        self.commands = frozenset(commands)
        self._first = frozenset(name.split()[0] for name in commands)

    def pieces(self, text: str) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it is code; code comes without its backticks."""
        for at, piece in enumerate(_CODE.split(plain_text(text))):
            is_code = bool(at % 2) and self._is_code(piece[1:-1])
            if piece:
                yield (piece[1:-1] if is_code else piece), is_code

    def is_command(self, text: str) -> bool:
        return text.partition(" ")[0] in self._first

    def _is_code(self, text: str) -> bool:
        return self.is_command(text) or _HARMLESS.fullmatch(text) is not None
