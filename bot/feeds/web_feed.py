"""Any RSS or Atom feed: journals, conferences, preprint servers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from bot.domain.listing import FeedItem, FeedRequest, Rejected
from bot.domain.paper import Paper, PaperId, normalise_doi, parse_paper_id
from bot.feeds.dates import parse_moment
from bot.feeds.names import split_authors, tidy_names, turn_name
from bot.feeds.record import NO_ID, clean_paper
from bot.feeds.syndication import read_feed, rows, text

SOURCE = "web"

_DOI_INSIDE = re.compile(r"10\.\d{4,9}/[^\s?#&\"<>]{1,200}")
_DOI_TAIL = re.compile(r"(?:/(?:full|abstract|meta|pdf|epdf)|\.pdf|v\d{1,2})$", re.IGNORECASE)
_LABEL = re.compile(r"\s*(?:<[^<>]{1,100}>\s*){0,5}Abstract[:.]?\s*(?=[<A-Z])")


def request(url: str) -> FeedRequest:
    """The feed at a fixed address."""
    return FeedRequest(url, "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5")


def parse(stream: BinaryIO) -> Iterator[FeedItem]:
    """The feed's papers in its order; entries without an abstract are refused, like any other record."""
    feed = read_feed(stream)
    for number, entry in enumerate(feed.entries, 1):
        yield _parse_entry(entry, f"entry {number}")
    if feed.problem:
        yield Rejected("feed", feed.problem)


def _parse_entry(entry: Mapping[str, Any], where: str) -> Paper | Rejected:
    link = text(entry, "link") or next(iter(rows(entry, "links", "href")), "")
    named = [text(entry, name) for name in ("id", "prism_doi", "dc_identifier", "arxiv_doi", "link")]
    named += rows(entry, "links", "href")
    paper_id, doi = _identify(named)
    published_at = parse_moment(text(entry, "published", "updated", "created", "prism_publicationdate"))
    contents = (*rows(entry, "content", "value"), text(entry, "summary"))
    abstract = _LABEL.sub("", max(contents, key=len), count=1)
    return clean_paper(
        Paper(
            id=paper_id,
            title=text(entry, "title"),
            abstract=abstract,
            authors=_authors(entry),
            categories=rows(entry, "tags", "term"),
            doi=doi,
            year=published_at.year if published_at else None,
            updated_at=parse_moment(text(entry, "updated")),
            announced_at=published_at,
            url=link,
            source=SOURCE,
        ),
        where,
    )


def _identify(texts: list[str]) -> tuple[PaperId, str]:
    """The paper's id (an arXiv id before a DOI) and its DOI, from ids and links."""
    ids = [paper_id for text in texts if (paper_id := parse_paper_id(text[:400]))]
    dois = [paper_id.removeprefix("doi:") for paper_id in ids if paper_id.startswith("doi:")]
    dois += [doi for text in texts if (match := _DOI_INSIDE.search(text[:2000])) and (doi := _trim_doi(match[0]))]
    doi = dois[0] if dois else ""
    arxiv = next((paper_id for paper_id in ids if paper_id.startswith("arXiv:")), None)
    return arxiv or (PaperId(f"doi:{doi}") if doi else NO_ID), doi


def _trim_doi(found: str) -> str:
    return normalise_doi(_DOI_TAIL.sub("", found))


def _authors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    names = rows(entry, "authors", "name")
    if len(names) == 1:
        return split_authors(names[0])
    return tidy_names(turn_name(name) for name in names) if names else split_authors(text(entry, "author"))
