"""Terms for what is not text: authors and categories. They count no length and have a tf of 1."""

import re
from collections.abc import Iterable

from bot.ranking.terms import fold

_SUFFIX = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})
_NAME_PART = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


def field_terms(authors: Iterable[str], categories: Iterable[str]) -> list[str]:
    """The terms a paper is indexed by besides its text, each once.

    "Jane Q. Doe" gives `author:jane doe` and, as one of the people that "J. Doe" may be, `author:j. doe`;
    "J. Doe" gives `author:j doe`. `cs.LG` gives `cat:cs.lg` and its archive `cat:cs`.
    """
    terms: dict[str, None] = {}
    for author in authors:
        first, rest = _split_name(author)
        if not rest and not first:
            continue
        if not first:
            terms[f"author:{rest}"] = None
        elif len(first) == 1:
            terms[f"author:{first} {rest}"] = None
        else:
            terms[f"author:{first} {rest}"] = None
            terms[f"author:{first[0]}. {rest}"] = None
    for category in categories:
        name = category.strip().lower()
        if name:
            terms[f"cat:{name}"] = None
            terms[f"cat:{name.partition('.')[0]}"] = None
    return list(terms)


def author_terms(name: str) -> list[str]:
    """What a followed author is looked up by: "Jane Doe" finds Jane Doe and J. Doe but not John Doe; "J. Doe" all."""
    first, rest = _split_name(name)
    if not rest:
        return []
    if not first:
        return [f"author:{rest}"]
    if len(first) == 1:
        return [f"author:{first} {rest}", f"author:{first}. {rest}"]
    return [f"author:{first} {rest}", f"author:{first[0]} {rest}"]


def category_terms(category: str) -> list[str]:
    """What a category (`cs.LG`) or a whole archive (`cs`) is looked up by."""
    name = category.strip().lower().removesuffix(".*")
    return [f"cat:{name}"] if name else []


def _split_name(name: str) -> tuple[str, str]:
    """(first name or initial, the rest) without accents, dots, middle initials and suffixes; family-first is turned."""
    family, comma, given = name.partition(",")
    parts = [part for part in _NAME_PART.findall(fold(name)) if part not in _SUFFIX]
    if comma and given.strip(" .").lower() not in _SUFFIX:
        head = [part for part in _NAME_PART.findall(fold(family)) if part not in _SUFFIX]
        parts = parts[len(head) :] + head
    parts = ["".join(_initial(part)) for part in parts]
    if len(parts) < 2:
        return "", "".join(parts)
    first, *middle, last = parts
    return first, " ".join([*(part for part in middle if len(part) > 1), last])


def _initial(part: str) -> str:
    """Hyphens and apostrophes do not count: "Jean-Pierre" is "jeanpierre", "J-P" is "j"."""
    pieces = re.split(r"['\u2019-]", part)
    return pieces[0][0] if all(len(piece) == 1 for piece in pieces) else "".join(pieces)
