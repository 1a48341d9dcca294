"""A person's library, to import: BibTeX, RIS, or any text that names papers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.listing import Rejected
from bot.domain.paper import Paper, PaperId, find_paper_ids, normalise_doi, parse_paper_id, title_key
from bot.feeds.clean import clean_text
from bot.feeds.dates import parse_year
from bot.feeds.library_formats import Entry, read_bibtex, read_ris
from bot.feeds.reading import decode_text
from bot.feeds.record import MAX_TITLE_CHARS, NO_ID, arxiv_links, clean_paper

SOURCE = "library"
MAX_LIBRARY_BYTES = 20 * 2**20

_BIBTEX = re.compile(r"^\s*@\s*[A-Za-z]{1,40}\s*[{(]", re.MULTILINE)
_RIS = re.compile(r"^\s*TY  - ?\S", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LibraryImport:
    """What a library names, each list in the file's order and without repeats.

    `papers` are whole (title and abstract); `ids` stand for entries without an abstract that name their paper;
    `titles` for those that have only a title.
    """

    papers: tuple[Paper, ...] = ()
    ids: tuple[PaperId, ...] = ()
    titles: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()


def parse_library(name: str, data: bytes) -> LibraryImport:
    """Read a library. Its content says what it is; what is neither BibTeX nor RIS is searched for ids.

    What cannot be read is in `rejected`; nothing raises.
    """
    if len(data) > MAX_LIBRARY_BYTES:
        return LibraryImport(rejected=(Rejected(name, f"larger than {MAX_LIBRARY_BYTES // 2**20} MB"),))
    text = decode_text(data).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if _BIBTEX.search(text):
        return _collect(read_bibtex(text))
    if _RIS.search(text):
        return _collect(read_ris(text))
    ids = tuple(find_paper_ids(text))
    if ids:
        return LibraryImport(ids=ids)
    return LibraryImport(rejected=(Rejected(name, "no entry, arXiv id or DOI in this file"),))


def _collect(entries: Iterator[Entry | Rejected]) -> LibraryImport:
    papers: dict[PaperId, Paper] = {}
    ids: dict[PaperId, None] = {}
    titles: dict[str, str] = {}
    rejected: list[Rejected] = []
    for entry in entries:
        item = entry if isinstance(entry, Rejected) else _read_entry(entry)
        if isinstance(item, Rejected):
            rejected.append(item)
        elif isinstance(item, Paper):
            papers.setdefault(item.id, item)
        elif isinstance(item, _Titled):
            titles.setdefault(title_key(item.title), item.title)
        else:
            ids[item] = None
    return LibraryImport(
        tuple(papers.values()),
        tuple(paper_id for paper_id in ids if paper_id not in papers),
        tuple(titles.values()),
        tuple(rejected),
    )


@dataclass(frozen=True, slots=True)
class _Titled:
    title: str


def _read_entry(entry: Entry) -> Paper | PaperId | _Titled | Rejected:
    paper_id, doi = _identify(entry)
    if entry.title.strip() and entry.abstract.strip():
        url, pdf_url = arxiv_links(paper_id) if paper_id.startswith("arXiv:") else (entry.url, "")
        paper = clean_paper(
            Paper(
                id=paper_id,
                title=entry.title,
                abstract=entry.abstract,
                authors=entry.authors,
                categories=entry.categories,
                doi=doi,
                year=parse_year(entry.year),
                url=url,
                pdf_url=pdf_url,
                source=SOURCE,
            ),
            entry.where,
        )
        if isinstance(paper, Paper) or not paper_id:
            return paper
    if paper_id:
        return paper_id
    title = clean_text(entry.title[: MAX_TITLE_CHARS * 2])[:MAX_TITLE_CHARS]
    return _Titled(title) if title_key(title) else Rejected(entry.where, "no title, arXiv id, DOI or link of a paper")


def _identify(entry: Entry) -> tuple[PaperId, str]:
    """The entry's paper (an arXiv id before a DOI) and its DOI."""
    ids = [paper_id for text in entry.links if (paper_id := parse_paper_id(text[:400]))]
    arxiv = next((paper_id for paper_id in ids if paper_id.startswith("arXiv:")), None)
    other = next((paper_id for paper_id in ids if not paper_id.startswith("arXiv:")), NO_ID)
    doi = next((doi for text in entry.links if (doi := normalise_doi(text[:400]))), "")
    return arxiv or other, "" if doi.startswith("10.48550/") else doi
