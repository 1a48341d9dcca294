"""JSON lines: one paper a line, at least `title` and `abstract`."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from bot.domain.listing import FeedItem, Rejected
from bot.domain.paper import Paper, PaperId, normalise_doi, parse_paper_id, title_key
from bot.feeds.dates import parse_moment, parse_year
from bot.feeds.names import split_authors
from bot.feeds.reading import MAX_LINE_BYTES, BrokenStreamError, decode_text, read_lines
from bot.feeds.record import NO_ID, arxiv_id, arxiv_links, clean_paper, count

SOURCE = "file"


def parse(stream: BinaryIO, *, source: str = SOURCE) -> Iterator[FeedItem]:
    """The papers of a file, plain or gzipped, line by line in bounded memory.

    Optional fields: id, authors (a list or `A, B and C`), year, categories (a list or a string of words), doi, url,
    pdf_url, code_url, version, upvotes, comments, submitted_at, updated_at, announced_at. An id that is no arXiv id
    and no DOI is the file's own: `local:<id>`. An id that comes again with another title is refused.
    """
    titles: dict[tuple[PaperId, int | None], int] = {}
    where = "line 1"
    try:
        for number, line in read_lines(stream):
            where = f"line {number}"
            if line is None:
                yield Rejected(where, f"longer than {MAX_LINE_BYTES // 2**20} MB")
            elif line.strip():
                item = _parse_line(line, where, source)
                if isinstance(item, Paper) and not item.id.startswith("title:"):
                    title = hash(title_key(item.title))
                    if titles.setdefault((item.id, item.version), title) != title:
                        item = Rejected(where, f"{item.id} stands in this file with another title already")
                yield item
    except BrokenStreamError as error:
        yield Rejected(where, str(error))


def _parse_line(line: bytes, where: str, source: str) -> Paper | Rejected:
    try:
        row = json.loads(decode_text(line))
    except (ValueError, RecursionError) as error:
        return Rejected(where, f"no JSON: {str(error)[:120]}")
    if not isinstance(row, dict):
        return Rejected(where, "not a JSON object")
    missing = [name for name in ("title", "abstract") if not isinstance(row.get(name), str)]
    if missing:
        return Rejected(where, f"no {' and no '.join(missing)}")
    return clean_paper(_draft(row, source), where)


def _draft(row: Mapping[str, Any], source: str) -> Paper:
    doi = normalise_doi(_text(row, "doi"))
    number = count(row.get("id"))
    paper_id, version = _identify(_text(row, "id") if number is None else str(number), doi, _text(row, "url"))
    url, pdf_url = arxiv_links(paper_id) if paper_id.startswith("arXiv:") else ("", "")
    submitted_at = parse_moment(row.get("submitted_at"))
    year = parse_year(row.get("year"))
    return Paper(
        id=paper_id,
        title=_text(row, "title"),
        abstract=_text(row, "abstract"),
        authors=_names(row.get("authors")),
        categories=_words(row.get("categories")),
        version=version if version is not None else count(row.get("version")),
        doi=doi,
        year=submitted_at.year if year is None and submitted_at else year,
        submitted_at=submitted_at,
        updated_at=parse_moment(row.get("updated_at")),
        announced_at=parse_moment(row.get("announced_at")),
        url=_text(row, "url") or url,
        pdf_url=_text(row, "pdf_url") or pdf_url,
        code_url=_text(row, "code_url"),
        upvotes=count(row.get("upvotes")),
        comments=count(row.get("comments")),
        submitted_by=_text(row, "submitted_by"),
        withdrawn=row.get("withdrawn") is True,
        source=source,
    )


def _identify(given: str, doi: str, url: str) -> tuple[PaperId, int | None]:
    """The id that the record gives, else its DOI, else the paper its link names."""
    if given.strip():
        named = arxiv_id(given)
        if named:
            return named
        return parse_paper_id(given[:400]) or local_id(given), None
    if doi:
        return PaperId(f"doi:{doi}"), None
    return parse_paper_id(url[:400]) or NO_ID, None


def local_id(given: str) -> PaperId:
    """A file's own id as `local:<id>`: letters, digits and `._:/+-` stay, anything else is a `-`, at most 150."""
    kept = re.sub(r"[^\w.:/+-]+", "-", given.strip(), flags=re.ASCII).strip("-")[:150]
    return PaperId(f"local:{kept}") if kept else NO_ID


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return split_authors(value)
    if not isinstance(value, list):
        return ()
    named = (one.get("name") if isinstance(one, dict) else one for one in value)
    return tuple(name for name in named if isinstance(name, str))


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(word for word in re.split(r"[\s,;]+", value[:10_000]) if word)
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()
