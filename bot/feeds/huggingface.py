"""Hugging Face's daily papers: what its community put up on a day, with votes."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, BinaryIO

from bot.domain.listing import FeedItem, FeedRequest, ListingHead, Rejected
from bot.domain.paper import Paper
from bot.feeds.dates import parse_moment
from bot.feeds.reading import BrokenStream, decode_text, read_document
from bot.feeds.record import arxiv_id, arxiv_links, clean_paper, count, says_withdrawn, web_url

SOURCE = "huggingface"


def request(base_url: str, day: date) -> FeedRequest:
    """The papers of a day."""
    return FeedRequest(f"{base_url.rstrip('/')}/api/daily_papers?date={day.isoformat()}", "application/json")


def parse(stream: BinaryIO, *, day: date) -> Iterator[FeedItem]:
    """A ListingHead for `day`, then its papers in order; nothing for a day without papers (weekends).

    `submitted_at` is the paper's publication. `announced_at` stays empty: the page does not know it, and the day it
    was put up here is the listing's.
    """
    try:
        rows = json.loads(decode_text(read_document(stream)))
    except (BrokenStream, ValueError, RecursionError) as error:
        yield Rejected("document", f"no JSON: {str(error)[:200]}")
        return
    if not isinstance(rows, list):
        said = rows.get("error") if isinstance(rows, dict) else None
        yield Rejected(
            "document", f"the service says: {said[:300]}" if isinstance(said, str) else "not a list of papers"
        )
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
    by = row.get("submittedBy") or paper.get("submittedOnDailyBy")
    authors = paper.get("authors")
    return clean_paper(
        Paper(
            id=named[0],
            title=_text(paper, "title") or _text(row, "title"),
            abstract=abstract,
            authors=tuple(
                _text(one, "name") for one in authors if isinstance(one, dict) and one.get("hidden") is not True
            )
            if isinstance(authors, list)
            else (),
            year=submitted_at.year if submitted_at else None,
            submitted_at=submitted_at,
            url=url,
            pdf_url=pdf_url,
            code_url=web_url(paper.get("githubRepo")),
            upvotes=count(paper.get("upvotes")),
            comments=count(row.get("numComments")),
            submitted_by=(_text(by, "fullname") or _text(by, "name") or _text(by, "user"))
            if isinstance(by, dict)
            else "",
            withdrawn=says_withdrawn(abstract),
            source=SOURCE,
        ),
        where,
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""
