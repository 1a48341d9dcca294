"""A paper as a row and back."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.paper import Paper, PaperId, PaperKey, title_paper_id
from store.dialect import chunks
from store.tables import papers
from store.types import storable

PLAIN = (
    "title",
    "abstract",
    "version",
    "year",
    "submitted_at",
    "updated_at",
    "announced_at",
    "first_seen_at",
    "url",
    "pdf_url",
    "code_url",
    "upvotes",
    "comments",
    "submitted_by",
    "withdrawn",
    "source",
)
"""What a row and a Paper call and hold alike."""

_TEXTS = tuple(field.name for field in fields(Paper) if field.type is str and field.name != "id")
_COLUMNS = [papers.c[name] for name in ("key", "paper_id", "authors", "categories", "doi", "raw_title", "raw_abstract")]
_PLAIN_COLUMNS = [papers.c[name] for name in PLAIN]
_plain = attrgetter(*PLAIN)
_told = attrgetter(*(field.name for field in fields(Paper) if field.name not in {"key", "first_seen_at"}))
_texts = attrgetter(*_TEXTS)


def select_papers(*more: ColumnElement[Any]) -> Select[Any]:
    """SELECT of what `to_paper` reads, `more` columns after it."""
    return select(*_COLUMNS, *_PLAIN_COLUMNS, *more)


title_id = lru_cache(maxsize=16_384)(title_paper_id)
"""`title_paper_id`, remembered for a batch or so: one title is asked for several times."""

WIDTH = len(_COLUMNS) + len(_PLAIN_COLUMNS)


def to_paper(row: Sequence[Any]) -> Paper:
    key, paper_id, authors, categories, doi, raw_title, raw_abstract, *plain = row[:WIDTH]
    return Paper(
        id=PaperId(paper_id),
        authors=tuple(json.loads(authors)),
        categories=tuple(json.loads(categories)),
        doi=doi or "",
        raw_title=raw_title or "",
        raw_abstract=raw_abstract or "",
        key=PaperKey(key),
        **dict(zip(PLAIN, plain, strict=True)),
    )


def to_row(paper: Paper, content_hash: bytes, revision: int) -> dict[str, Any]:
    """The row of a paper that has its key and its first sight."""
    return {
        "key": paper.stored_key,
        "paper_id": paper.id,
        "title_key": title_id(paper.title),
        "authors": json.dumps(paper.authors, ensure_ascii=False),
        "categories": json.dumps(paper.categories, ensure_ascii=False),
        "doi": paper.doi or None,
        "raw_title": None if paper.raw_title in {"", paper.title} else paper.raw_title,
        "raw_abstract": None if paper.raw_abstract in {"", paper.abstract} else paper.raw_abstract,
        "fresh_at": paper.fresh_at,
        "content_hash": content_hash,
        "revision": revision,
        **dict(zip(PLAIN, _plain(paper), strict=True)),
    }


def content_hash(paper: Paper) -> bytes:
    """A hash of all that a feed told of a paper."""
    return hashlib.blake2b(repr(_told(paper)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def storable_paper(paper: Paper) -> Paper:
    """The paper without characters that no database takes; raw texts that say nothing more are dropped."""
    changes: dict[str, Any] = {}
    for name, text in zip(_TEXTS, _texts(paper), strict=True):
        clean = storable(text)
        if clean != text:
            changes[name] = clean
    for name in ("authors", "categories"):
        words: tuple[str, ...] = getattr(paper, name)
        if not all(word.isascii() for word in words) or any("\0" in word for word in words):
            changes[name] = tuple(storable(word) for word in words)
    if paper.raw_title and paper.raw_title == paper.title:
        changes["raw_title"] = ""
    if paper.raw_abstract and paper.raw_abstract == paper.abstract:
        changes["raw_abstract"] = ""
    return replace(paper, **changes) if changes else paper


async def load_papers(connection: AsyncConnection, keys: Iterable[int]) -> dict[PaperKey, Paper]:
    found: dict[PaperKey, Paper] = {}
    for chunk in chunks(list(dict.fromkeys(keys))):
        for row in await connection.execute(select_papers().where(papers.c.key.in_(chunk))):
            paper = to_paper(row)
            found[paper.stored_key] = paper
    return found
