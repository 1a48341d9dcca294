"""Text from outside without what is not text: no control characters, nothing that reverses a line."""

import re
import unicodedata

MOST_MARKS = 4

_BREAKS = re.compile(r"\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def plain_text(text: str, *, tab: str = " ") -> str:
    """Lines end in a line feed, tabs are `tab`, lone surrogates are replacement characters; control characters and bidi
    controls are gone, and one letter has at most four marks: stacks of them ("zalgo") run over the lines around it."""
    text = _BIDI.sub("", _BREAKS.sub("\n", text).replace("\t", tab))
    text = _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))
    return text if text.isascii() else _calm(text)


def clean_line(text: str) -> str:
    """The same as one line with single spaces."""
    return " ".join(plain_text(text).split())


def _calm(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)
