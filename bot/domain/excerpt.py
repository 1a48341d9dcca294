"""The beginning of an abstract, in whole sentences."""

import re

SHORT_ABSTRACT = 360
"""Characters of an abstract in a list: two or three sentences."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'(])")


def shorten(text: str, limit: int = SHORT_ABSTRACT) -> str:
    """Whole sentences up to the limit; a first sentence that is too long is cut at a word."""
    if len(text) <= limit:
        return text
    kept = ""
    for sentence in _SENTENCE.split(text):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > limit:
            break
        kept = longer
    if kept:
        return kept + " …"
    return text[:limit].rsplit(" ", 1)[0] + " …"
