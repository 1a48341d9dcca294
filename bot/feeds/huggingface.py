"""Hugging Face's daily papers: what its community put up on a day, with votes."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, BinaryIO

from bot.domain.listing import FeedItem, FeedRequest, ListingHead, Rejected
from bot.domain.paper import Paper
from bot.feeds.dates import parse_moment
from bot.feeds.reading import BrokenStreamError, decode_text, read_document
from bot.feeds.record import arxiv_id, arxiv_links, clean_paper, count, says_withdrawn, web_url

SOURCE = "huggingface"


def request(base_url: str, day: date) -> FeedRequest:
    """The papers of a day."""
    return FeedRequest(f"{base_url.rstrip('/')}/api/daily_papers?date={day.isoformat()}", "application/json")


def parse(stream: BinaryIO, day: date) -> Iterator[FeedItem]:
    """A ListingHead for `day`, then its papers in order; nothing for a day without papers (weekends).

    `submitted_at` is the paper's publication. `announced_at` stays empty: the page does not know it, and the day it
    was put up here is the listing's.
    """
    try:
        rows = json.loads(decode_text(read_document(stream)))
    except (BrokenStreamError, ValueError, RecursionError) as error:
        yield Rejected("document", f"no JSON: {str(error)[:200]}")
        return
    if not isinstance(rows, list):
        said = _text(rows, "error")[:300] if isinstance(rows, dict) else ""
        yield Rejected("document", f"the service says: {said}" if said else "not a list of papers")
        return
    if rows:
        yield ListingHead(SOURCE, day)
    for number, row in enumerate(rows, 1):
        yield _parse_row(row, f"paper {number}")


def _parse_row(row: object, where: str) -> Paper | Rejected:
    paper = row.get("paper") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(paper, dict):
        return Rejected(where, "not a paper's record")
    named = arxiv_id(_text(paper, "id"))
    if named is None:
        return Rejected(where, f"no arXiv id: {_text(paper, 'id')[:80]!r}")
    url, pdf_url = arxiv_links(named[0])
    submitted_at = parse_moment(paper.get("publishedAt"))
    abstract = _text(paper, "summary") or _text(row, "summary")
    return clean_paper(
        Paper(
            id=named[0],
            title=_text(paper, "title") or _text(row, "title"),
            abstract=abstract,
            authors=_authors(paper.get("authors")),
            year=submitted_at.year if submitted_at else None,
            submitted_at=submitted_at,
            url=url,
            pdf_url=pdf_url,
            code_url=web_url(paper.get("githubRepo")),
            upvotes=count(paper.get("upvotes")),
            comments=count(row.get("numComments")),
            submitted_by=_user(row.get("submittedBy")) or _user(paper.get("submittedOnDailyBy")),
            withdrawn=says_withdrawn(abstract),
            source=SOURCE,
        ),
        where,
    )


def _authors(value: object) -> tuple[str, ...]:
    """Those that are not hidden: hidden ones are guesses that the paper's page has taken back."""
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    return tuple(_text(row, "name") for row in rows if row.get("hidden") is not True)


def _user(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    return _text(value, "fullname") or _text(value, "name") or _text(value, "user")


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""
