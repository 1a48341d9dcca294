"""OAI-PMH, arXiv's way to harvest everything: ListRecords as arXivRaw, arXiv or Dublin Core."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from bot.domain.arxiv_calendar import ORDINARY, ArxivCalendar
from bot.domain.listing import FeedItem, FeedRequest, NextPage, Rejected
from bot.domain.paper import Paper, PaperId, parse_paper_id
from bot.feeds.dates import parse_moment, parse_year
from bot.feeds.names import split_authors, turn_name
from bot.feeds.record import NO_ID, arxiv_id, arxiv_links, clean_paper, endpoint, says_withdrawn
from bot.feeds.xml_stream import BrokenXmlError, child_text, children, iter_elements, local_name, text_of

SOURCE = "arxiv"


def request(base_url: str, *, set_spec: str = "", since: date | None = None, token: str = "") -> FeedRequest:
    """ListRecords of a set (`cs`, `cs:cs:LG`) changed since a day, as arXivRaw; a token alone goes on where it says."""
    if token:
        query = {"verb": "ListRecords", "resumptionToken": token}
    else:
        query = {"verb": "ListRecords", "metadataPrefix": "arXivRaw"}
        if set_spec:
            query["set"] = set_spec
        if since is not None:
            query["from"] = since.isoformat()
    return FeedRequest(f"{endpoint(base_url, '/oai')}?{urlencode(query)}", "text/xml")


def parse(stream: BinaryIO, calendar: ArxivCalendar = ORDINARY) -> Iterator[FeedItem]:
    """Papers, and a NextPage with the resumption token if the list goes on. `noRecordsMatch` is an empty list.

    `announced_at` of arXiv's papers is an estimate by its calendar.
    """
    read = 0
    answered = False
    try:
        for name, element in iter_elements(stream, {"record", "error", "resumptionToken"}):
            answered = True
            if name == "record":
                read += 1
                item = _parse_record(element, f"record {read}", calendar)
                if item is not None:
                    yield item
            elif name == "error":
                if element.get("code") != "noRecordsMatch":
                    yield Rejected(
                        "document",
                        f"the service says: {element.get('code')}: {' '.join(text_of(element).split())[:300]}",
                    )
            else:
                token = (element.text or "").strip()
                if token:
                    yield NextPage(token, _count(element.get("completeListSize")))
    except BrokenXmlError as error:
        yield Rejected(f"after record {read}", str(error))
        return
    if not answered:
        yield Rejected("document", "no answer to ListRecords")


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else None


def _parse_record(record: Element, where: str, calendar: ArxivCalendar) -> Paper | Rejected | None:
    header = next(children(record, "header"), None)
    if header is not None and header.get("status") == "deleted":
        return None  # deleted means no longer distributed; what a reader has saved stays
    identifier = child_text(header, "identifier").strip() if header is not None else ""
    metadata = next((content for part in children(record, "metadata") for content in part), None)
    where = identifier[:100] or where
    if metadata is None:
        return Rejected(where, "a record without metadata")
    name = local_name(metadata)
    if name == "arXivRaw":
        return _parse_arxiv_raw(metadata, identifier, where, calendar)
    if name == "arXiv":
        return _parse_arxiv(metadata, identifier, where, calendar)
    if name == "dc":
        return _parse_dublin_core(metadata, identifier, where, calendar)
    return Rejected(where, f"metadata of an unknown kind: {name[:40]}")


def _parse_arxiv_raw(data: Element, identifier: str, where: str, calendar: ArxivCalendar) -> Paper | Rejected:
    versions = [
        (int(match[1]), parse_moment(child_text(version, "date").strip()))
        for version in children(data, "version")
        if (match := re.fullmatch(r"v?(\d{1,3})", version.get("version", ""), re.ASCII))
    ]
    versions.sort(key=lambda pair: pair[0])
    authors = split_authors(child_text(data, "authors"))
    number, updated_at = versions[-1] if versions else (None, None)
    submitted_at = versions[0][1] if versions and versions[0][0] == 1 else None
    return _arxiv_paper(data, identifier, where, authors, submitted_at, updated_at, number, calendar)


def _parse_arxiv(data: Element, identifier: str, where: str, calendar: ArxivCalendar) -> Paper | Rejected:
    authors = tuple(
        " ".join(
            part for part in (child_text(author, name).strip() for name in ("forenames", "keyname", "suffix")) if part
        )
        for group in children(data, "authors")
        for author in children(group, "author")
    )
    created, updated = (parse_moment(child_text(data, name).strip()) for name in ("created", "updated"))
    return _arxiv_paper(data, identifier, where, authors, created, updated or created, None, calendar)


def _arxiv_paper(
    data: Element,
    identifier: str,
    where: str,
    authors: tuple[str, ...],
    submitted_at: datetime | None,
    updated_at: datetime | None,
    version: int | None,
    calendar: ArxivCalendar,
) -> Paper | Rejected:
    named = arxiv_id(child_text(data, "id").strip()) or arxiv_id(identifier)
    if named is None:
        return Rejected(where, "no arXiv id")
    url, pdf_url = arxiv_links(named[0])
    abstract = child_text(data, "abstract")
    return clean_paper(
        Paper(
            id=named[0],
            title=child_text(data, "title"),
            abstract=abstract,
            authors=authors,
            categories=tuple(child_text(data, "categories").split()),
            version=version,
            doi=child_text(data, "doi").split(" ")[0],  # several DOIs stand there separated by spaces
            year=submitted_at.year if submitted_at else None,
            submitted_at=submitted_at,
            updated_at=updated_at,
            announced_at=calendar.announced_after(submitted_at) if submitted_at else None,
            url=url,
            pdf_url=pdf_url,
            withdrawn=says_withdrawn(abstract, child_text(data, "comments")),
            source=SOURCE,
        ),
        where,
    )


def _parse_dublin_core(data: Element, identifier: str, where: str, calendar: ArxivCalendar) -> Paper | Rejected:
    links = [identifier, *(text_of(element).strip() for element in children(data, "identifier"))]
    ids = [paper_id for link in links if (paper_id := parse_paper_id(link[:400]))]
    arxiv = next((paper_id for paper_id in ids if paper_id.startswith("arXiv:")), None)
    doi = next((paper_id for paper_id in ids if paper_id.startswith("doi:")), None)
    dates = sorted(moment for element in children(data, "date") if (moment := parse_moment(text_of(element).strip())))
    submitted_at = dates[0] if dates else None
    # Dublin Core says `description` twice: the abstract, then the comments
    descriptions = [text_of(element) for element in children(data, "description")]
    abstract = max(descriptions, key=len, default="")
    url, pdf_url = arxiv_links(arxiv) if arxiv else (next((link for link in links if link.startswith("http")), ""), "")
    return clean_paper(
        Paper(
            id=PaperId(arxiv or doi or NO_ID),
            title=child_text(data, "title"),
            abstract=abstract,
            authors=tuple(turn_name(text_of(element)) for element in children(data, "creator")),
            categories=() if arxiv else tuple(text_of(element) for element in children(data, "subject")),
            doi=doi.removeprefix("doi:") if doi else "",
            year=submitted_at.year if submitted_at else parse_year(child_text(data, "date")),
            submitted_at=submitted_at,
            updated_at=dates[-1] if dates else None,
            announced_at=calendar.announced_after(submitted_at) if submitted_at and arxiv else None,
            url=url,
            pdf_url=pdf_url,
            withdrawn=any(says_withdrawn(text) for text in descriptions),
            source=SOURCE if arxiv else "oai",
        ),
        where,
    )
