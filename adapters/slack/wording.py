"""The core's words as Slack's rich text, and text for the one place where Slack reads markup."""

from adapters.chat.wording import Wording, cut
from adapters.slack.blocks import Element, words
from bot.domain.plain_text import clean_line, plain_text

SLASH = "/papers"

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escape(text: str) -> str:
    """Text for where Slack reads markup: no mention, no channel, no link. (Stars and underscores it may still take for
    bold and slanted letters; nothing but the words of notifications goes there.)"""
    return plain_text(text).translate(_ENTITIES)


def escaped_within(text: str, limit: int) -> str:
    """`escape` in at most `limit` characters, cut at a word."""
    escaped, room = escape(text), limit
    while len(escaped) > limit:
        shorter = escape(cut(plain_text(text), room))
        room -= max(1, len(shorter) - limit)
        escaped = shorter
    return escaped


class Writer(Wording):
    """Writes what the core says; commands get the slash command that they are options of."""

    def elements(self, text: str) -> list[Element]:
        """Our own words, with what they quote as it is."""
        return [self.code(piece) if is_code else words(piece) for piece, is_code in self.pieces(text)]

    def flat(self, text: str) -> str:
        """The same for where nothing can be code: it is quoted instead."""
        return "".join(f"“{self.slashed(piece)}”" if is_code else piece for piece, is_code in self.pieces(text))

    def code(self, text: str) -> Element:
        return words(self.slashed(clean_line(text)) or "…", code=True)

    def slashed(self, text: str) -> str:
        return f"{SLASH} {text}" if self.is_command(text) else text
