"""Text from outside made safe for a terminal: nothing in it can move the cursor, change colours or reverse a line."""

import re
import unicodedata

# Only what begins with ESC is taken away whole. C1 controls open sequences too, but in titles they come from text that
# was decoded wrongly, and what follows them is text: they go alone.
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, erase
    r"|\x1b[\]PX^_][^\x07\x1b\r\n]*(?:\x07|\x1b\\)?"  # OSC, DCS and their like: window titles, links
    r"|\x1b[ -/]*[0-~]"  # two- and three-byte escapes
)
_BREAKS = re.compile(r"\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def clean_lines(text: str) -> list[str]:
    """The lines of a text without control characters, escape sequences, bidi controls and lone surrogates."""
    text = _ESCAPES.sub("", text)
    text = _BREAKS.sub("\n", text)
    text = _BIDI.sub("", text.replace("\t", "    "))
    text = _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))
    return [_calm(line).rstrip() for line in text.split("\n")]


def clean_line(text: str) -> str:
    """The same as one line with single spaces."""
    return _SPACES.sub(" ", " ".join(clean_lines(text))).strip()


def _calm(line: str) -> str:
    """At most four marks on one letter: stacks of them ("zalgo") run over the lines above and below."""
    if line.isascii():
        return line
    kept: list[str] = []
    marks = 0
    for char in line:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= 4:
            kept.append(char)
    return "".join(kept)
