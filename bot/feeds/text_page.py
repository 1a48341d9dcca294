"""A page of trending papers as plain text: furniture, a date, then title and abstract by turns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from bot.domain.listing import FeedItem, ListingHead, Rejected
from bot.domain.paper import Paper
from bot.feeds.dates import parse_day
from bot.feeds.reading import BrokenStreamError, decode_text, read_document
from bot.feeds.record import NO_ID, clean_paper

SOURCE = "page"
MAX_TITLE_CHARS = 400
"""Longer text between two abstracts is not taken for a title but for more of the abstract before it."""

_CURATOR = re.compile(r"by\s*(?P<name>\S.{0,100}?)(?:\s+and the research community)?", re.IGNORECASE)
_FURNITURE = re.compile(
    r"new|get trending papers in your email inbox!?|subscribe|trending papers|daily papers|upvotes?|comments?"
    r"|view|share|github|arxiv(?: page)?|pdf|previous|next|\W*|[+-]?\d[\d.,]*k?|\d+ (?:authors?|comments?|upvotes?)"
    r"|(?:submitted|published) (?:by|on)\b.{0,80}|log ?in|sign up",
    re.IGNORECASE,
)
_GAP = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    text: str

    @property
    def is_prose(self) -> bool:
        """Whether it reads like an abstract rather than a title."""
        return len(self.text) >= 400 or (len(self.text) >= 80 and self.text[-1] in ".!…")


def parse(stream: BinaryIO, *, today: date, day: date | None = None, source: str = SOURCE) -> Iterator[FeedItem]:
    """A ListingHead, then the page's papers in order, ids from their titles; nothing for a page without papers.

    The listing's day is `day`, else the page's own date (without a year: the latest such day up to `today`), else
    `today`. A title that no abstract follows is refused, and reading goes on.
    """
    try:
        text = decode_text(read_document(stream))
    except BrokenStreamError as error:
        yield Rejected("document", str(error))
        return
    head, blocks = _split_head(_blocks(text), today)
    if not blocks:
        if text.strip():
            yield Rejected("document", "no paper on this page: no title with an abstract after it")
        return
    yield ListingHead(source, day or head.day or today, head.curator)
    yield from _papers(blocks, source)


def _blocks(text: str) -> list[_Block]:
    """Paragraphs with the line each begins at; in a page without blank lines every line is one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = _GAP if _GAP.search(text.strip()) else re.compile("\n")
    blocks: list[_Block] = []
    line, start = 1, 0
    for end, after in [*((gap.start(), gap.end()) for gap in separator.finditer(text)), (len(text), len(text))]:
        paragraph = text[start:end]
        if paragraph.strip():
            blocks.append(_Block(line + _leading_lines(paragraph), paragraph.strip()))
        line += text.count("\n", start, after)
        start = after
    return blocks


def _leading_lines(paragraph: str) -> int:
    return paragraph[: len(paragraph) - len(paragraph.lstrip())].count("\n")


@dataclass(frozen=True, slots=True)
class _Head:
    day: date | None = None
    curator: str = ""


def _split_head(blocks: list[_Block], today: date) -> tuple[_Head, list[_Block]]:
    """What stands above the first title, and the rest. Everything up to a date is the page's head."""
    first = next((number for number, block in enumerate(blocks) if block.is_prose), None)
    if first is None:
        return _Head(), []
    title = max(0, first - 1)
    day, curator, start = None, "", 0
    for number, block in enumerate(blocks[:title]):
        found = parse_day(block.text, today)
        by = _CURATOR.fullmatch(block.text)
        if found is not None:
            day, start = found, number + 1
        elif by is not None:
            curator = by["name"]
    return _Head(day, curator), _without_furniture(blocks[start:])


def _without_furniture(blocks: list[_Block]) -> list[_Block]:
    """What stands alone between two abstracts is a title even if it looks like furniture (a paper is called "0")."""
    kept: list[_Block] = []
    for number, block in enumerate(blocks):
        before = not kept or kept[-1].is_prose
        after = number + 1 < len(blocks) and blocks[number + 1].is_prose
        if (before and after) or not _is_furniture(block):
            kept.append(block)
    return kept


def _is_furniture(block: _Block) -> bool:
    return len(block.text) < 120 and (
        _FURNITURE.fullmatch(block.text) is not None or block.text.lower().endswith("and the research community")
    )


def _papers(blocks: list[_Block], source: str) -> Iterator[FeedItem]:
    title: _Block | None = None
    abstract: list[str] = []
    lost = False
    for number, block in enumerate(blocks):
        follower = blocks[number + 1] if number + 1 < len(blocks) else None
        starts = len(block.text) <= MAX_TITLE_CHARS and (
            not block.is_prose or (follower is not None and follower.is_prose and bool(abstract))
        )
        if title is not None and not abstract and block.is_prose:
            abstract.append(block.text)
        elif starts or len(block.text) > 50_000:
            if title is not None:
                yield _paper(title, abstract, source)
            title, abstract, lost = block, [], False
        elif title is not None:
            abstract.append(block.text)
        elif not lost:
            lost = True
            yield Rejected(f"line {block.line}", "an abstract without a title before it")
    if title is not None:
        yield _paper(title, abstract, source)


def _paper(title: _Block, abstract: list[str], source: str) -> Paper | Rejected:
    where = f"line {title.line}"
    if not abstract:
        return Rejected(where, f"no abstract follows: {title.text[:60]!r}")
    return clean_paper(Paper(id=NO_ID, title=title.text, abstract=" ".join(abstract), source=source), where)
