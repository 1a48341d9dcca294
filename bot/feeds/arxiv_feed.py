"""arXiv's daily announcement feeds, RSS or Atom: what was announced at the last midnight Eastern."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO
from urllib.parse import quote

from bot.domain.listing import FeedItem, FeedRequest, Rejected
from bot.domain.paper import Paper
from bot.feeds.dates import parse_moment
from bot.feeds.names import split_authors
from bot.feeds.record import arxiv_id, arxiv_links, clean_paper, says_withdrawn
from bot.feeds.syndication import read_feed, rows, text

SOURCE = "arxiv"

_PREFIX = re.compile(
    r"\s*arXiv:(?P<id>\S{1,40})\s+Announce Type:\s*(?P<type>[a-z-]{1,20})\s*(?:Abstract:)?\s*", re.IGNORECASE
)


def request(base_url: str, categories: Sequence[str]) -> FeedRequest:
    """Today's announcements of these categories or archives together."""
    joined = "+".join(quote(category, safe=".-") for category in categories)
    return FeedRequest(f"{base_url.rstrip('/')}/rss/{joined}", "application/rss+xml, application/atom+xml")


def parse(stream: BinaryIO) -> Iterator[FeedItem]:
    """The announced papers in order; a day without announcements gives nothing.

    New papers and cross-lists carry the announcement's time. A replacement was announced long ago: it carries its
    version and no `announced_at`.
    """
    feed = read_feed(stream)
    if text(feed.head, "title").startswith("Feed error"):
        yield Rejected("feed", f"arXiv says: {text(feed.head, 'subtitle', 'title')[:500]}")
        return
    channel_date = text(feed.head, "published", "updated")
    for number, entry in enumerate(feed.entries, 1):
        yield _parse_entry(entry, channel_date, f"item {number}")
    if feed.problem:
        yield Rejected("feed", feed.problem)


def _parse_entry(entry: Mapping[str, Any], channel_date: str, where: str) -> Paper | Rejected:
    summary = text(entry, "summary", "description")
    prefix = _PREFIX.match(summary)
    named = arxiv_id(text(entry, "id")) or arxiv_id(text(entry, "link")) or (arxiv_id(prefix["id"]) if prefix else None)
    if named is None:
        return Rejected(where, f"no arXiv id: {text(entry, 'id', 'link')[:80]!r}")
    paper_id, version = named
    if version is None and prefix:
        version = (arxiv_id(prefix["id"]) or named)[1]
    announce_type = text(entry, "arxiv_announce_type") or (prefix["type"] if prefix else "new")
    announced_at = parse_moment(text(entry, "published")) or parse_moment(channel_date)
    abstract = summary[prefix.end() :] if prefix else summary
    url, pdf_url = arxiv_links(paper_id)
    return clean_paper(
        Paper(
            id=paper_id,
            title=text(entry, "title"),
            abstract=abstract,
            # feedparser may take "A (B)" for a name and its e-mail; the joined string is in the first author's name
            authors=split_authors(", ".join(rows(entry, "authors", "name")) or text(entry, "author")),
            categories=rows(entry, "tags", "term"),
            version=version,
            doi=text(entry, "arxiv_doi"),
            announced_at=None if announce_type.strip().lower().startswith("replace") else announced_at,
            url=url,
            pdf_url=pdf_url,
            withdrawn=says_withdrawn(abstract),
            source=SOURCE,
        ),
        where,
    )
