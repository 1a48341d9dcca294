"""BibTeX (bibtexparser) and RIS (rispy) as one plain kind of entry."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry as Block

from bot.domain.listing import Rejected
from bot.feeds.clean import clean_text
from bot.feeds.names import split_authors, tidy_names, turn_name

_NOTED_ID = re.compile(r"arXiv:\s*(?:\d{4}\.\d{4,5}|[a-z.-]{2,20}/\d{7})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as its file tells it; `links` holds whatever may name the paper, likeliest first."""

    where: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    year: str
    url: str
    links: tuple[str, ...]


def read_bibtex(text: str) -> Iterator[Entry | Rejected]:
    """The entries of a BibTeX file; blocks that cannot be parsed are refused, the rest is read."""
    library = parse_string(text)
    for entry in library.entries:
        yield _bibtex_entry(entry)
    for block in library.failed_blocks:
        duplicate = getattr(block, "ignore_error_block", None)
        if isinstance(duplicate, Block):  # the same key twice is still two papers
            yield _bibtex_entry(duplicate)
        else:
            yield Rejected(f"line {(block.start_line or 0) + 1}", "this block is no BibTeX")


def _bibtex_entry(block: Block) -> Entry:
    raw = {key.lower(): str(field.value)[:200_000] for key, field in block.fields_dict.items()}
    fields = {key: _unbrace(value) for key, value in raw.items()}
    eprint = fields.get("eprint", "").strip()
    kind = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").lower()
    notes = (fields.get(key, "")[:2000] for key in ("journal", "note", "howpublished"))
    noted = [match[0] for note in notes for match in _NOTED_ID.finditer(note)]
    links = (eprint if kind == "arxiv" else "", fields.get("doi", ""), fields.get("url", ""), *noted)
    return Entry(
        where=f"@{block.entry_type}{{{block.key[:80]}}}",
        title=fields.get("title", ""),
        abstract=fields.get("abstract", ""),
        authors=tidy_names(_bibtex_name(name) for name in _split_names(raw.get("author", ""))),
        categories=tuple(fields.get("primaryclass", "").split()),
        year=fields.get("year") or fields.get("date", ""),
        url=fields.get("url", ""),
        links=tuple(link.replace("\\_", "_").strip() for link in links if link.strip()),
    )


def _split_names(joined: str) -> list[str]:
    """Names between the `and`s that stand in no braces."""
    names, depth, start = [], 0, 0
    for match in re.finditer(r"[{}]|\s+and\s+", joined, re.IGNORECASE):
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
        elif depth <= 0:
            names.append(joined[start : match.start()])
            start = match.end()
    return [*names, joined[start:]]


def _bibtex_name(name: str) -> str:
    clean = clean_text(_unbrace(name[:1000]))
    return clean if name.strip().startswith("{") and name.strip().endswith("}") else turn_name(clean)


def _unbrace(text: str) -> str:
    """A field's text without the braces that only protect capitals; LaTeX's own braces stay."""
    previous = ""
    while previous != text:
        previous, text = text, re.sub(r"(?<![\\}A-Za-z^_\"'`~=.])\{([^{}\\$]*)\}", r"\1", text)
    return text


def read_ris(text: str) -> Iterator[Entry | Rejected]:
    """The entries of a RIS file; one whose end is missing is read as well."""
    if not re.search(r"^ER  -[^\n]*\s*\Z", text, re.MULTILINE):
        text += "\nER  - \n"
    try:
        records = rispy.loads(text)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        # rispy promises nothing about malformed files
        yield Rejected("document", f"this is no RIS: {type(error).__name__}")
        return
    for number, record in enumerate(records, 1):
        yield _ris_entry(record, f"record {number}")


def _ris_entry(record: Mapping[str, Any], where: str) -> Entry:
    names = record.get("authors") or record.get("first_authors") or []
    urls = [*_texts(record.get("urls")), *_texts(record.get("url"))]
    links = (*_texts(record.get("doi")), *urls, *_texts(record.get("accession_number")), *_texts(record.get("notes")))
    return Entry(
        where=where,
        title=_first(record, "title", "primary_title"),
        abstract=_first(record, "abstract", "notes_abstract"),
        authors=tidy_names(turn_name(name) for name in _texts(names)) or split_authors(_first(record, "author")),
        categories=tuple(_texts(record.get("keywords"))),
        year=_first(record, "year", "publication_year", "date"),
        url=urls[0] if urls else "",
        links=tuple(link for link in links if link.strip()),
    )


def _first(record: Mapping[str, Any], *names: str) -> str:
    return next((text for name in names for text in _texts(record.get(name)) if text.strip()), "")


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
