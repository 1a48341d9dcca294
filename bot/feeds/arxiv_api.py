"""arXiv's export API: Atom pages of a query, up to 2,000 papers a slice."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO
from urllib.parse import quote
from xml.etree.ElementTree import Element

from bot.domain.arxiv_calendar import ORDINARY, ArxivCalendar
from bot.domain.listing import FeedItem, FeedRequest, NextPage, Rejected
from bot.domain.paper import Paper, PaperId
from bot.feeds.dates import parse_moment
from bot.feeds.record import arxiv_id, arxiv_links, clean_paper, endpoint, says_withdrawn
from bot.feeds.xml_stream import BrokenXmlError, child_text, children, iter_elements

SOURCE = "arxiv"
PAGE_SIZE = 2000
PATH = "/api/query"
ATOM = "application/atom+xml"


def request_by_ids(base_url: str, ids: Sequence[PaperId]) -> FeedRequest:
    """The papers with these arXiv ids (others are left out), at most 2,000."""
    numbers = [paper_id.removeprefix("arXiv:") for paper_id in ids if paper_id.startswith("arXiv:")][:PAGE_SIZE]
    listed = ",".join(quote(number, safe="/") for number in numbers)
    return FeedRequest(f"{endpoint(base_url, PATH)}?id_list={listed}&max_results={len(numbers)}", ATOM)


def request_newest(
    base_url: str, categories: Sequence[str], start: int | str = 0, *, page_size: int = PAGE_SIZE
) -> FeedRequest:
    """The newest submissions of any of these categories; `start` is a NextPage's token."""
    query = "+OR+".join(f"cat:{quote(category, safe='.-*')}" for category in categories)
    return FeedRequest(
        f"{endpoint(base_url, PATH)}?search_query={query}&sortBy=submittedDate&sortOrder=descending"
        f"&start={int(start)}&max_results={min(page_size, PAGE_SIZE)}",
        ATOM,
    )


def parse(stream: BinaryIO, calendar: ArxivCalendar = ORDINARY) -> Iterator[FeedItem]:
    """Papers in the API's order, then a NextPage if there are more.

    `announced_at` is an estimate: the announcement that the first submission went into by arXiv's calendar.
    """
    numbers = {"totalResults": -1, "startIndex": 0}
    read = 0
    try:
        for name, element in iter_elements(stream, {"entry", *numbers}):
            if name == "entry":
                read += 1
                yield _parse_entry(element, f"entry {read}", calendar)
            else:
                text = (element.text or "").strip()
                numbers[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    except BrokenXmlError as error:
        yield Rejected(f"after entry {read}", str(error))
        return
    total, done = numbers["totalResults"], numbers["startIndex"] + read
    if not read and total < 0:
        yield Rejected("document", "no answer of arXiv's API")
    elif read and done < total:
        yield NextPage(str(done), total)
    elif not read and done < total:
        # arXiv now and then answers a page of a long query with no entries at all; asking again would never end
        yield Rejected(f"entry {done}", f"the service sent an empty page though it counts {total} papers")


def _parse_entry(entry: Element, where: str, calendar: ArxivCalendar) -> Paper | Rejected:
    link = child_text(entry, "id").strip()
    if "/api/errors" in link:
        return Rejected(where, f"arXiv says: {child_text(entry, 'summary').strip()[:300]}")
    named = arxiv_id(link)
    if named is None:
        return Rejected(where, f"no arXiv id: {link[:80]!r}")
    paper_id, version = named
    url, pdf_url = arxiv_links(paper_id)
    submitted_at = parse_moment(child_text(entry, "published"))
    abstract = child_text(entry, "summary")
    return clean_paper(
        Paper(
            id=paper_id,
            title=child_text(entry, "title"),
            abstract=abstract,
            authors=tuple(child_text(author, "name") for author in children(entry, "author")),
            categories=_categories(entry),
            version=version,
            doi=child_text(entry, "doi"),
            year=submitted_at.year if submitted_at else None,
            submitted_at=submitted_at,
            updated_at=parse_moment(child_text(entry, "updated")),
            announced_at=calendar.announced_after(submitted_at) if submitted_at else None,
            url=url,
            pdf_url=pdf_url,
            withdrawn=says_withdrawn(abstract, child_text(entry, "comment")),
            source=SOURCE,
        ),
        where,
    )


def _categories(entry: Element) -> tuple[str, ...]:
    """The primary category first."""
    primary = [element.get("term", "") for element in children(entry, "primary_category")]
    return (*primary, *(element.get("term", "") for element in children(entry, "category")))
