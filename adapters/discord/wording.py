"""Text made safe for Discord: outside text says what it says and does nothing; our own words may be bold or code."""

import re
from collections.abc import Collection

from adapters.chat.wording import Wording, cut
from bot.domain.plain_text import clean_line, plain_text

_MARKUP = re.compile(r"[\\`*_~|<>\[\]]")
_LINE_START = re.compile(r"^([ \t]*)([#+-])", re.MULTILINE)
# Discord makes a link of an address in running text, and an invitation of one without a scheme too.
_ADDRESS = re.compile(r":(?=//)|(?<=discord)\.(?=gg\b|com\b)", re.IGNORECASE)
_MASS_MENTION = re.compile(r"@(?=everyone|here)", re.IGNORECASE)


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


def link_text(text: str, limit: int) -> str:
    """Text for the words of a masked link, where Discord knows no escaped brackets."""
    line = clean_line(text).replace("[", "(").replace("]", ")")
    return escaped_within(line, limit)


def in_code(text: str) -> str:
    """Text for a code span or block, as one line."""
    return _MASS_MENTION.sub("@\u200b", clean_line(text).replace("`", "'"))


class Writer(Wording):
    """Writes what the core says; commands get the slash that they are typed with."""

    def __init__(self, commands: Collection[str] = ()) -> None:
        super().__init__(commands)
        self._families = frozenset(name.split()[0] for name in commands if " " in name)

    def rich(self, text: str) -> str:
        """Our own words, with what they quote escaped."""
        return "".join(self.code(piece) if is_code else escape(piece) for piece, is_code in self.pieces(text))

    def code(self, text: str) -> str:
        return f"`{self.slashed(in_code(text))}`"

    def slashed(self, text: str) -> str:
        """A command as Discord spells it; anything else as it is."""
        if not self.is_command(text):
            return text
        return f"/{text} list" if text in self._families and text in self.commands else f"/{text}"
