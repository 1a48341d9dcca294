"""Author names: one joined string as its names, and a bibliography's `Last, First` turned round."""

import re
from collections.abc import Iterable

from bot.feeds.clean import clean_text

MAX_AUTHORS = 5000
MAX_NAME_CHARS = 200

_SEPARATOR = re.compile(r"\s*(?:[,;&]|(?<=[\s,;])[aA]nd(?=\s))\s*")
_SUFFIX = re.compile(r"(?:[JS]r\.?|[IV]{2,4}|Ph\.?D\.?|M\.?D\.?)", re.IGNORECASE)
_ET_AL = re.compile(r"\s+et\.? al\.?$", re.IGNORECASE)
_NOBODY = frozenset({"", "et al", "et al.", "and", "others", "and others"})


def split_authors(joined: str) -> tuple[str, ...]:
    """The names of `A, B and C (affiliation)`: affiliations in parentheses go, their commas separate nothing.

    With semicolons only these separate, so `Doe, Jane; Roe, Rick` is two names.
    """
    text = _without_parentheses(clean_text(joined[:500_000]))
    if ";" in text:
        return tidy_names(turn_name(name) for name in text.split(";"))
    names: list[str] = []
    for name in _SEPARATOR.split(f"{text} "):
        if names and _SUFFIX.fullmatch(name):
            names[-1] = f"{names[-1]}, {name}"
        else:
            names.append(name)
    return tidy_names(names)


def turn_name(name: str) -> str:
    """`Doe, Jane` as `Jane Doe` and `Doe, Jr., Jane` as `Jane Doe, Jr.`; anything else as it is."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2 and not _SUFFIX.fullmatch(parts[1]):
        return f"{parts[1]} {parts[0]}".strip()
    if len(parts) == 3 and _SUFFIX.fullmatch(parts[1]):
        return f"{parts[2]} {parts[0]}, {parts[1]}"
    return name.strip()


def tidy_names(names: Iterable[str]) -> tuple[str, ...]:
    """Cleaned names, empty ones and `et al.` left out, each at most 200 characters, at most 5,000 of them."""
    tidied: list[str] = []
    for name in names:
        clean = _ET_AL.sub("", clean_text(name[: MAX_NAME_CHARS * 5])[:MAX_NAME_CHARS].strip(" ,;"))
        if clean.casefold() not in _NOBODY:
            tidied.append(clean)
        if len(tidied) == MAX_AUTHORS:
            break
    return tuple(tidied)


def _without_parentheses(text: str) -> str:
    kept: list[str] = []
    depth = 0
    for piece in re.split(r"([()])", text):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            kept.append(piece)
    return " ".join("".join(kept).split())
