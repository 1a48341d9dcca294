"""Which feed a file or an answer is, from its name and its first bytes."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import BinaryIO

from bot.domain.arxiv_calendar import ORDINARY, ArxivCalendar
from bot.domain.listing import FeedItem, Rejected
from bot.domain.paper import SAMPLE_SOURCE, Paper
from bot.feeds import arxiv_api, arxiv_feed, huggingface, json_lines, oai_pmh, text_page, web_feed
from bot.feeds.dates import drop_future
from bot.feeds.reading import decode_text


class FeedKind(StrEnum):
    ARXIV_FEED = "arxiv_feed"
    ARXIV_API = "arxiv_api"
    OAI_PMH = "oai_pmh"
    HUGGINGFACE = "huggingface"
    JSON_LINES = "json_lines"
    TEXT_PAGE = "text_page"
    WEB_FEED = "web_feed"
    BINARY = "binary"


_NAMELESS = frozenset({FeedKind.JSON_LINES, FeedKind.TEXT_PAGE, FeedKind.WEB_FEED})

HEAD_BYTES = 4096
"""How many of the first bytes `detect` wants."""

_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")

_ARXIV_API = re.compile(r"arxiv\.org/api/|arXiv Query|arXiv Search Results|/api/query\?")
_ARXIV_FEED = re.compile(
    r"updates on (?:the )?arXiv\.org|announce_type|Feed error for query|//rss\.arxiv\.org|rss-help.{1,4}arxiv"
)

_NAMES = (
    (re.compile(r"/api/daily_papers|daily_papers.*\.json$"), FeedKind.HUGGINGFACE),
    (re.compile(r"/oai2?(?:\?|$)|verb=ListRecords"), FeedKind.OAI_PMH),
    (re.compile(r"/api/query(?:\?|$)"), FeedKind.ARXIV_API),
    (re.compile(r"arxiv\.org/(?:rss|atom)/|^https?://rss\.arxiv\."), FeedKind.ARXIV_FEED),
    (re.compile(r"\.(?:jsonl|ndjson|json)(?:\.gz)?$"), FeedKind.JSON_LINES),
    (re.compile(r"\.(?:rss|atom|xml|rdf)(?:\.gz)?$"), FeedKind.WEB_FEED),
)

NO_PAPERS = "this is no file of papers: its bytes are no text (feeds, JSON lines and text pages are read, also .gz)"


def detect(name: str, head: bytes) -> FeedKind:
    """The kind of feed; `head` (its first bytes, gzipped or not) counts for more than `name` (a file name or URL)."""
    plain = _plain(head[: HEAD_BYTES * 4])
    if _is_binary(plain[:HEAD_BYTES]):
        return FeedKind.BINARY
    text = decode_text(plain)[:HEAD_BYTES].lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return _detect_xml(text)
    if text.startswith("["):
        return FeedKind.HUGGINGFACE
    if text.startswith("{"):
        return FeedKind.JSON_LINES
    if text:
        return FeedKind.TEXT_PAGE
    return next((kind for pattern, kind in _NAMES if pattern.search(name.lower())), FeedKind.TEXT_PAGE)


def _is_binary(head: bytes) -> bool:
    """Programs, pictures, archives: text has no NUL, but for UTF-16, which says so with its mark."""
    return head.startswith(b"%PDF-") or (b"\0" in head and not head.startswith(_UTF_16_MARKS))


def _detect_xml(text: str) -> FeedKind:
    if "<OAI-PMH" in text:
        return FeedKind.OAI_PMH
    if _ARXIV_FEED.search(text):
        return FeedKind.ARXIV_FEED
    return FeedKind.ARXIV_API if _ARXIV_API.search(text) else FeedKind.WEB_FEED


def _plain(head: bytes) -> bytes:
    if not head.startswith(b"\x1f\x8b"):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except zlib.error:
        return b""


def parse_any(
    kind: FeedKind,
    stream: BinaryIO,
    *,
    today: date,
    day: date | None = None,
    source: str = "",
    calendar: ArxivCalendar = ORDINARY,
) -> Iterator[FeedItem]:
    """Parse a feed of a known kind. Dates more than a year after `today` are dropped.

    `day` is the day of a listing, whatever its page says. `source` names the papers of feeds that have no name of
    their own (files, pages, other people's feeds); nothing can name itself a sample.
    """
    items = drop_future(_parse(kind, stream, today, day, calendar), today)
    return _renamed(items, source) if source and source != SAMPLE_SOURCE and kind in _NAMELESS else items


def _parse(
    kind: FeedKind, stream: BinaryIO, today: date, day: date | None, calendar: ArxivCalendar
) -> Iterator[FeedItem]:
    match kind:
        case FeedKind.ARXIV_FEED:
            return arxiv_feed.parse(stream)
        case FeedKind.ARXIV_API:
            return arxiv_api.parse(stream, calendar)
        case FeedKind.OAI_PMH:
            return oai_pmh.parse(stream, calendar)
        case FeedKind.HUGGINGFACE:
            return huggingface.parse(stream, day=day or today)
        case FeedKind.JSON_LINES:
            return json_lines.parse(stream)
        case FeedKind.TEXT_PAGE:
            return text_page.parse(stream, today=today, day=day)
        case FeedKind.WEB_FEED:
            return web_feed.parse(stream)
        case FeedKind.BINARY:
            return iter((Rejected("document", NO_PAPERS),))


def _renamed(items: Iterator[FeedItem], source: str) -> Iterator[FeedItem]:
    for item in items:
        yield replace(item, source=source) if isinstance(item, Paper) else item
