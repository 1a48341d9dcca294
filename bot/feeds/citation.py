"""A person's papers to take away: BibTeX, RIS, CSV and JSON."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence

import rispy

from bot.domain.paper import Paper

_SPECIAL = {
    "\\": r"\textbackslash{}",
    # BibTeX counts even an escaped brace, so a lone one would swallow what follows
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {char: f"\\{char}" for char in "&%$#_"}
_COLUMNS = ("id", "title", "authors", "year", "categories", "doi", "url", "abstract")
_STOP_WORDS = frozenset(
    {"a", "an", "the", "on", "in", "of", "for", "to", "and", "with", "from", "towards", "via", "is"}
)


def to_bibtex(papers: Sequence[Paper]) -> str:
    """One `@article` or `@misc` a paper, keys unique, TeX's special characters escaped, accents left as Unicode."""
    keys = _unique_keys(papers)
    return "\n".join(_bibtex_entry(paper, key) for paper, key in zip(papers, keys, strict=True))


def _bibtex_entry(paper: Paper, key: str) -> str:
    arxiv = paper.id.removeprefix("arXiv:") if paper.id.startswith("arXiv:") else ""
    fields = {
        # braces keep BibTeX from lowering the capitals
        "title": f"{{{_escape(paper.title)}}}",
        "author": " and ".join(f"{{{_escape(name)}}}" if _is_and(name) else _escape(name) for name in paper.authors),
        "year": str(_year(paper) or ""),
        "eprint": arxiv,
        "archivePrefix": "arXiv" if arxiv else "",
        "primaryClass": _escape(paper.categories[0]) if arxiv and paper.categories else "",
        "doi": _plain(_doi(paper)),
        "url": _plain(paper.link),
        "abstract": _escape(paper.abstract),
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{'misc' if arxiv else 'article'}{{{key},\n{body}\n}}\n"


def _is_and(name: str) -> bool:
    return re.search(r"\sand\s", name, re.IGNORECASE) is not None


def _escape(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in text)


def _plain(text: str) -> str:
    """For fields that TeX takes verbatim: only what would end the field goes."""
    return re.sub(r"[{}\\\s]", "", text)


def _unique_keys(papers: Sequence[Paper]) -> list[str]:
    """`surname2024word`, with a letter after it where that is taken."""
    taken: set[str] = set()
    keys = []
    for paper in papers:
        stem = _key_stem(paper)
        key = next(key for key in _candidates(stem) if key not in taken)
        taken.add(key)
        keys.append(key)
    return keys


def _key_stem(paper: Paper) -> str:
    surname = _ascii(paper.authors[0].split(",")[0].split(" ")[-1]) if paper.authors else ""
    words = (_ascii(word) for word in re.split(r"[\s\-:,/]+", paper.title))
    word = next((word for word in words if word and word not in _STOP_WORDS), "")
    return f"{surname}{_year(paper) or ''}{word}"[:60] or "paper"


def _candidates(stem: str) -> Iterator[str]:
    yield stem
    for letter in "abcdefghijklmnopqrstuvwxyz":
        yield f"{stem}{letter}"
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def _ascii(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", folded.lower())


def _year(paper: Paper) -> int | None:
    moment = paper.submitted_at or paper.announced_at
    return paper.year or (moment.year if moment else None)


def _doi(paper: Paper) -> str:
    return paper.doi or (paper.id.removeprefix("doi:") if paper.id.startswith("doi:") else "")


class _RisWriter(rispy.RisWriter):  # type: ignore[misc]
    """rispy numbers the records (`1.`) on lines that are not RIS."""

    def set_header(self, count: int) -> str:
        return ""


def to_ris(papers: Sequence[Paper]) -> str:
    """One record a paper, as Zotero, Mendeley and EndNote read it."""
    records = []
    for paper in papers:
        record: dict[str, object] = {
            "type_of_reference": "UNPB" if paper.id.startswith("arXiv:") else "JOUR",
            "title": _line(paper.title),
            "authors": [_line(_last_first(name)) for name in paper.authors],
            "year": str(_year(paper) or ""),
            "abstract": _line(paper.abstract),
            "doi": _line(_doi(paper)),
            "urls": [_line(paper.link)] if paper.link else [],
            "keywords": [_line(category) for category in paper.categories],
        }
        records.append({name: value for name, value in record.items() if value})
    return rispy.dumps(records, implementation=_RisWriter) if records else ""


def _line(text: str) -> str:
    return " ".join(text.split())


def _last_first(name: str) -> str:
    """`Jane Doe` as `Doe, Jane`: RIS takes what stands before the comma for the family name."""
    given, _, family = name.rpartition(" ")
    return name if "," in name or not given else f"{family}, {given}"


def to_csv(papers: Sequence[Paper]) -> str:
    """A table with a head. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for paper in papers:
        row = _as_row(paper)
        joined = ("; ".join(cell) if isinstance(cell, list) else str(cell or "") for cell in row.values())
        writer.writerow([f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell for cell in joined])
    return out.getvalue()


def to_json(papers: Sequence[Paper]) -> str:
    """A list of objects with the same fields as the table."""
    return json.dumps([_as_row(paper) for paper in papers], ensure_ascii=False, indent=2) + "\n"


def _as_row(paper: Paper) -> dict[str, str | int | list[str] | None]:
    return {
        "id": paper.id,
        "title": paper.title,
        "authors": list(paper.authors),
        "year": _year(paper),
        "categories": list(paper.categories),
        "doi": _doi(paper),
        "url": paper.link,
        "abstract": paper.abstract,
    }
