"""What the public page is handed from inside, and how it finds a paper there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.exceptions import HTTPException

from bot.domain.page import Page, PageRequest, PaperPage
from bot.domain.paper import Paper, PaperId, parse_paper_id
from bot.domain.span import Span, SpanKind


class Library(Protocol):
    """The papers, for who only looks."""

    async def page(self, span: Span, asked: PageRequest) -> Page:
        """A span's papers in the order that was asked for; a page beyond the last one shows none."""
        ...

    async def latest(self, kind: SpanKind) -> Span:
        """The last span that has papers, the one of today where there are none."""
        ...

    async def paper(self, paper_id: PaperId) -> PaperPage | None:
        """A stored paper under any id that it has or had."""
        ...

    async def similar(self, paper: Paper, limit: int) -> Sequence[Paper]:
        """Stored papers like this one, the likest first."""
        ...

    async def search(self, text: str, limit: int) -> Sequence[Paper]:
        """What the search language finds, best first. Raises SearchQueryError."""
        ...


async def find_paper(library: Library, text: str) -> PaperPage:
    """The paper that an address names by any form of its id. Raises HTTPException: 404."""
    paper_id = parse_paper_id(text)
    found = await library.paper(paper_id) if paper_id else None
    if found is None:
        raise HTTPException(404, "there is no such paper here")
    return found


@dataclass(frozen=True, slots=True)
class Inside:
    """`curator` is whose choice a day's papers are where its page names nobody; empty for nobody."""

    library: Library
    bibtex: Callable[[Sequence[Paper]], str]
    curator: str = ""
