"""The search language: words, "phrases", author:, cat:, since:. Anything else is just words."""

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """All of `words`, `phrases`, `authors` and `categories` must match. `since` is the first day that counts.

    `begun` is the beginning of a word, for who is still typing it; what is found may have words that begin nearly so.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    since: date | None = None
    begun: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.phrases or self.authors or self.categories or self.since or self.begun)


class SearchQueryError(ValueError):
    """The query cannot be understood; the text says why and what to write instead."""


MAX_WORDS = 32

_TOKEN = re.compile(
    r'(?P<field>author|cat|since):(?:"(?P<quoted>[^"]*)"|(?P<bare>\S*))|"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)',
    re.I,
)
_WORD = re.compile(r"\w+", re.UNICODE)


def parse_search_query(text: str) -> SearchQuery:
    """Read a query. Words beyond the first 32 do not count. Raises SearchQueryError for a date nobody can read."""
    words: list[str] = []
    phrases: list[str] = []
    authors: list[str] = []
    categories: list[str] = []
    since: date | None = None
    for match in _TOKEN.finditer(text[:10_000]):
        field = (match["field"] or "").lower()
        value = match["quoted"] if match["quoted"] is not None else match["bare"] or ""
        if field == "since":
            since = _parse_since(value)
        elif field and _WORD.search(value):
            (authors if field == "author" else categories).append(value)
        elif match["phrase"] is not None and _WORD.search(match["phrase"]):
            phrases.append(match["phrase"])
        elif match["word"] is not None:
            words += _WORD.findall(match["word"])
    return SearchQuery(tuple(words[:MAX_WORDS]), tuple(phrases[:MAX_WORDS]), tuple(authors), tuple(categories), since)


def _parse_since(value: str) -> date:
    padded = value + "-01" * (2 - value.count("-"))
    try:
        return date.fromisoformat(padded)
    except ValueError:
        raise SearchQueryError(
            f"I cannot read the date {value[:40]!r}: write since:2026, since:2026-03 or since:2026-03-14."
        ) from None
