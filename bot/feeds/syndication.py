"""RSS and Atom through feedparser, without its surprises: bounded, never raising, half-read entries left out."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import feedparser

from bot.feeds.reading import BrokenStreamError, read_document

_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
_ENTRY_END = re.compile(rb"</(?:\w{1,20}:)?(?:item|entry)\s*>")


@dataclass(frozen=True, slots=True)
class Syndicated:
    """A feed: its head, its whole entries, and what was wrong with it (empty if nothing)."""

    head: Mapping[str, Any]
    entries: tuple[Mapping[str, Any], ...]
    problem: str = ""


def read_feed(stream: BinaryIO) -> Syndicated:
    """Read RSS or Atom. A broken document gives its whole entries and a problem."""
    try:
        data = read_document(stream)
    except BrokenStreamError as error:
        return Syndicated({}, (), str(error))
    if b"<!ENTITY" in data:
        return Syndicated({}, (), "the XML declares entities, which no feed needs")
    try:
        parsed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        AssertionError,
        ArithmeticError,
        RecursionError,
    ) as error:
        # for broken XML feedparser falls back to a parser of tag soup, which breaks on some soups in its own ways
        return Syndicated({}, (), f"the feed is broken: {type(error).__name__}")
    entries, head = tuple(parsed.entries), parsed.feed
    problem = ""
    if not parsed.get("version"):
        problem = "this is no RSS or Atom feed"
    elif parsed.get("bozo") and not isinstance(parsed.get("bozo_exception"), _HARMLESS):
        problem = f"the feed is broken: {str(parsed.get('bozo_exception'))[:200]}"
        entries = entries[: len(_ENTRY_END.findall(data))]
    return Syndicated(head, entries, problem)


def text(entry: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that is a non-empty string, else an empty one.

    Reads past feedparser's own aliases (`updated` for `published` and the like), which guess.
    """
    values = (dict.get(entry, name) for name in names) if isinstance(entry, dict) else ()
    return next((value for value in values if isinstance(value, str) and value), "")


def rows(entry: Mapping[str, Any], name: str, field: str) -> tuple[str, ...]:
    """The strings `field` of a list of mappings (tags, links, authors); what has another shape is left out."""
    listed = entry.get(name)
    values = [row.get(field) for row in listed if isinstance(row, Mapping)] if isinstance(listed, list) else []
    return tuple(value for value in values if isinstance(value, str) and value)
