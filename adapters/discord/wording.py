"""Text made safe for Discord: outside text says what it says and does nothing; our own words may be bold or code."""

import re
from collections.abc import Collection

from bot.domain.plain_text import plain_text

_MARKUP = re.compile(r"[\\`*_~|<>\[\]]")
_LINE_START = re.compile(r"^([ \t]*)([#+-])", re.MULTILINE)
# Discord makes a link of an address in running text, and an invitation of one without a scheme too.
_ADDRESS = re.compile(r":(?=//)|(?<=discord)\.(?=gg\b|com\b)", re.IGNORECASE)
_MASS_MENTION = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_CODE = re.compile(r"(`[^`\n]+`)")
_HARMLESS = re.compile(r"(?!.*//)[\w +/:.,'\"-]{1,80}")


def clean_line(text: str) -> str:
    """Plain text as one line with single spaces."""
    return " ".join(plain_text(text).split())


def escape(text: str) -> str:
    """Text as Discord shows it letter for letter: no markup, no mention, no link of its own."""
    text = _MARKUP.sub(r"\\\g<0>", plain_text(text))
    text = _LINE_START.sub(r"\1\\\2", text)
    text = _ADDRESS.sub(r"\\\g<0>", text)
    return _MASS_MENTION.sub("@\u200b", text)


def escaped_within(text: str, limit: int) -> str:
    """`escape` in at most `limit` characters, cut at a word."""
    text = plain_text(text)
    escaped = escape(text)
    room = limit
    while len(escaped) > limit:
        escaped = escape(cut(text, room))
        room -= max(1, len(escaped) - limit)
    return escaped


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; what is missing ends in an ellipsis after a whole word."""
    if len(text) <= limit:
        return text
    kept = text[: max(0, limit - 2)]
    at_word = kept.rpartition(" ")[0] if text[len(kept) : len(kept) + 1] not in ("", " ") else kept
    return f"{(at_word or kept).rstrip()} …" if limit > 2 else "…"[:limit]


def link_text(text: str, limit: int) -> str:
    """Text for the words of a masked link, where Discord knows no escaped brackets."""
    line = clean_line(text).replace("[", "(").replace("]", ")")
    return escaped_within(line, limit)


def in_code(text: str) -> str:
    """Text for a code span or block, as one line."""
    return _MASS_MENTION.sub("@\u200b", clean_line(text).replace("`", "'"))


class Writer:
    """Writes what the core says: commands and plain words between backticks stay code, commands get the slash that they
    are typed with. Backticks around anything else are somebody else's, and shown as such."""

    def __init__(self, commands: Collection[str] = ()) -> None:
        self._commands = frozenset(commands)
        self._first = frozenset(name.split()[0] for name in commands)
        self._families = frozenset(name.split()[0] for name in commands if " " in name)

    def rich(self, text: str) -> str:
        """Our own words, with what they quote escaped."""
        pieces = _CODE.split(plain_text(text))
        return "".join(
            self.code(piece[1:-1]) if at % 2 and self._is_code(piece[1:-1]) else escape(piece)
            for at, piece in enumerate(pieces)
        )

    def code(self, text: str) -> str:
        return f"`{self.slashed(in_code(text))}`"

    def _is_code(self, text: str) -> bool:
        return self.is_command(text) or _HARMLESS.fullmatch(text) is not None

    def slashed(self, text: str) -> str:
        """A command as Discord spells it; anything else as it is."""
        first = text.partition(" ")[0]
        if first not in self._first:
            return text
        return f"/{text} list" if text in self._families and text in self._commands else f"/{text}"

    def is_command(self, text: str) -> bool:
        return text.partition(" ")[0] in self._first
