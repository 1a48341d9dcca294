"""Text from outside made safe for a terminal: nothing in it can move the cursor, change colours or reverse a line."""

import re

from bot.domain.plain_text import plain_text

# Only what begins with ESC is taken away whole. C1 controls open sequences too, but in titles they come from text that
# was decoded wrongly, and what follows them is text: they go alone.
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, erase
    r"|\x1b[\]PX^_][^\x07\x1b\r\n]*(?:\x07|\x1b\\)?"  # OSC, DCS and their like: window titles, links
    r"|\x1b[ -/]*[0-~]"  # two- and three-byte escapes
)
_SPACES = re.compile(r"\s+")


def clean_lines(text: str) -> list[str]:
    """The lines of a text without control characters, escape sequences, bidi controls and lone surrogates."""
    return [line.rstrip() for line in plain_text(_ESCAPES.sub("", text), tab="    ").split("\n")]


def clean_line(text: str) -> str:
    """The same as one line with single spaces."""
    return _SPACES.sub(" ", " ".join(clean_lines(text))).strip()
