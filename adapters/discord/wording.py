"""Text made safe for Discord: outside text says what it says and does nothing; our own words may be bold or code."""

import re
import unicodedata
from collections.abc import Collection

_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_MARKUP = re.compile(r"[\\`*_~|<>\[\]]")
_LINE_START = re.compile(r"^([ \t]*)([#+-])", re.MULTILINE)
# Discord makes a link of an address in running text, and an invitation of one without a scheme too.
_ADDRESS = re.compile(r":(?=//)|(?<=discord)\.(?=gg\b|com\b)", re.IGNORECASE)
_MASS_MENTION = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_CODE = re.compile(r"(`[^`\n]+`)")
_HARMLESS = re.compile(r"(?!.*//)[\w +/:.,'\"-]{1,80}")


def clean(text: str) -> str:
    """Without control characters, bidi controls and lone surrogates; at most four marks on one letter."""
    text = _BIDI.sub("", _BREAKS.sub("\n", text).replace("\t", " "))
    text = _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))
    return text if text.isascii() else _calm(text)


def clean_line(text: str) -> str:
    """The same as one line with single spaces."""
    return " ".join(clean(text).split())


def escape(text: str) -> str:
    """Text as Discord shows it letter for letter: no markup, no mention, no link of its own."""
    text = _MARKUP.sub(r"\\\g<0>", clean(text))
    text = _LINE_START.sub(r"\1\\\2", text)
    text = _ADDRESS.sub(r"\\\g<0>", text)
    return _MASS_MENTION.sub("@\u200b", text)


def escaped_within(text: str, limit: int) -> str:
    """`escape` in at most `limit` characters, cut at a word."""
    text = clean(text)
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
        pieces = _CODE.split(clean(text))
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


def _calm(text: str) -> str:
    """Stacks of marks ("zalgo") run over the lines above and below."""
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= 4:
            kept.append(char)
    return "".join(kept)
