"""A list of papers to take away: Atom, JSON Feed, BibTeX, OPML."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from adapters.web.entries import authors_line
from adapters.web.paper_links import is_followed
from bot.domain.paper import LONG_AGO, Paper
from bot.domain.paper_path import paper_path
from bot.domain.plain_text import plain_text

ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class PaperList:
    """`base` is the site's, without a slash at the end; `page` is the path of the page that shows the list, and `feed`
    maps the name of a form to the path where the list has it. `name` is the path that stands for the list in its id,
    where that is not its page's: no two feeds have the same."""

    title: str
    base: str
    page: str
    feed: Callable[[str], str]
    papers: Sequence[Paper]
    name: str = ""


def atom(papers: PaperList) -> str:
    """RFC 4287. An entry's id is its page here; who reads on goes there."""
    feed = Element("feed", {"xmlns": ATOM})
    _text(feed, "id", papers.base + (papers.name or papers.page))
    _text(feed, "title", papers.title)
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": papers.base + papers.page})
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": papers.base + papers.feed("atom")})
    _text(feed, "updated", _stamp(max(map(came_at, papers.papers), default=LONG_AGO)))
    _text(SubElement(feed, "author"), "name", "Paperboy")
    for paper in papers.papers:
        address = papers.base + paper_path(paper.id)
        entry = SubElement(feed, "entry")
        _text(entry, "id", address)
        _text(entry, "title", paper.title)
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
        if is_followed(paper.link):
            SubElement(entry, "link", {"rel": "related", "href": paper.link})
        _text(entry, "updated", _stamp(paper.updated_at or came_at(paper)))
        _text(entry, "published", _stamp(came_at(paper)))
        for name in paper.authors:
            _text(SubElement(entry, "author"), "name", name)
        for category in paper.categories:
            SubElement(entry, "category", {"term": plain_text(category)})
        _text(entry, "summary", paper.abstract)
    return _document(feed)


def json_feed(papers: PaperList) -> str:
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    items = []
    for paper in papers.papers:
        address = papers.base + paper_path(paper.id)
        item = {
            "id": address,
            "url": address,
            "external_url": paper.link if is_followed(paper.link) else "",
            "title": paper.title,
            "content_text": paper.abstract,
            "date_published": _stamp(came_at(paper)),
            "date_modified": _stamp(paper.updated_at) if paper.updated_at else "",
            "authors": [{"name": name} for name in paper.authors],
            "tags": list(paper.categories),
        }
        items.append({name: value for name, value in item.items() if value})
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": papers.title,
        "home_page_url": papers.base + papers.page,
        "feed_url": papers.base + papers.feed("json"),
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False)


def opml(papers: PaperList) -> str:
    """OPML 2.0: the list's feed, to be followed, and its papers as links."""
    root = Element("opml", {"version": "2.0"})
    _text(SubElement(root, "head"), "title", papers.title)
    body = SubElement(root, "body")
    title = plain_text(papers.title)
    outline = SubElement(
        body,
        "outline",
        {
            "type": "rss",
            "text": title,
            "title": title,
            "xmlUrl": papers.base + papers.feed("atom"),
            "htmlUrl": papers.base + papers.page,
        },
    )
    for paper in papers.papers:
        address = paper.link if is_followed(paper.link) else papers.base + paper_path(paper.id)
        by = plain_text(authors_line(paper))
        SubElement(outline, "outline", {"type": "link", "text": plain_text(paper.title), "url": address, "author": by})
    return _document(root)


LIST_FORMS = (("Atom", "atom"), ("JSON Feed", "json"), ("BibTeX", "bib"), ("OPML", "opml"))
"""(label, ending of an address) of every form."""

Writer = Callable[[PaperList], str]
Forms = Mapping[str, tuple[Writer, str]]

FEEDS: Forms = {"atom": (atom, "application/atom+xml"), "json": (json_feed, "application/feed+json")}
"""Of them those that a reader of feeds follows: the ending of an address -> what writes the list so, its media type."""


def list_forms(bibtex: Callable[[Sequence[Paper]], str]) -> Forms:
    """All of them."""
    return {
        **FEEDS,
        "bib": (lambda papers: bibtex(papers.papers), "application/x-bibtex"),
        "opml": (opml, "text/x-opml"),
    }


def came_at(paper: Paper) -> datetime:
    """When it was announced, or what comes closest to that."""
    return paper.announced_at or paper.submitted_at or paper.first_seen_at or LONG_AGO


def _text(parent: Element, name: str, text: str) -> None:
    # What XML 1.0 has no way to write is in no text here.
    SubElement(parent, name).text = plain_text(text)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _document(root: Element) -> str:
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"
