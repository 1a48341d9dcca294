"""Pages that are the same for everyone: the papers of a day, a week or a month; one paper; what a search finds.

Nothing is fetched, and nothing stored, for who only looks.
"""

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

from bot.domain.page import Order, Page, PageRequest, PaperPage, Shelf, Shelved, Shown
from bot.domain.paper import Paper, PaperId, PaperKey
from bot.domain.search_query import parse_search_query
from bot.domain.span import Span, SpanKind, span_of
from bot.ports import UnitOfWork
from bot.ranking.trending import trending_score
from bot.usecases.context import Context
from bot.usecases.ingest_papers import refresh_search
from bot.usecases.search_papers import rank_similar

ON_A_PAGE = 100
FEWEST = 3
"""Readers: of fewer who like a paper nothing is told, neither by a number nor by its place."""

SIMILAR = 5
MOST_SIMILAR = 20
FOUND = 50
KEPT = 64
"""Spans, and papers with those like them, that stay in memory."""

LIKES_LAST = timedelta(minutes=1)
MOST_LIKED = 2_000

K = TypeVar("K")
V = TypeVar("V")

Likes = Mapping[PaperKey, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Kept:
    revision: int
    until: datetime
    shelf: Shelf
    likes: Likes


class Browser:
    """Remembers what it read until the store has changed."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._shelves: OrderedDict[Span, _Kept] = OrderedDict()
        self._similar: OrderedDict[tuple[PaperKey, int], tuple[PaperKey, ...]] = OrderedDict()

    async def page(self, span: Span, asked: PageRequest) -> Page:
        """A span's papers in the order that was asked for; a page beyond the last one shows none."""
        async with self._context.store.read() as uow:
            kept = await self._kept(uow, span)
            before, after = await uow.listings.days_beside(span.first, span.last)
            wanted = [one for one in kept.shelf.papers if not asked.category or asked.category in one.categories]
            ordered = _ordered(wanted, asked.order, kept.likes, min(self._context.clock.now(), _end(span)))
            start = (asked.number - 1) * ON_A_PAGE
            keys = [one.key for one in ordered[start : start + ON_A_PAGE]]
            papers = await uow.papers.by_keys(keys)
        counts = Counter(category for one in kept.shelf.papers for category in one.categories)
        return Page(
            span,
            asked,
            tuple(Shown(papers[key], kept.likes.get(key, (0, 0))[0]) for key in keys if key in papers),
            start + 1,
            len(wanted),
            max(1, -(-len(wanted) // ON_A_PAGE)),
            next((head.curator for head in kept.shelf.heads if head.curator), ""),
            tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
            span_of(span.kind, before) if before else None,
            span_of(span.kind, after) if after else None,
        )

    async def latest(self, kind: SpanKind) -> Span:
        """The last span that has papers, the one of today where there are none."""
        today = self._context.clock.now().date()
        tomorrow = today + timedelta(days=1)
        async with self._context.store.read() as uow:
            day, _ = await uow.listings.days_beside(tomorrow, tomorrow)
        return span_of(kind, day or today)

    async def paper(self, paper_id: PaperId) -> PaperPage | None:
        """A stored paper under any id that it has or had."""
        async with self._context.store.read() as uow:
            paper = await uow.papers.find(paper_id)
            if paper is None:
                return None
            versions = await uow.papers.versions(paper.stored_key)
        return PaperPage(paper, await self.similar(paper, SIMILAR), versions)

    async def similar(self, paper: Paper, limit: int) -> tuple[Paper, ...]:
        """Papers like a stored one, of any age, the likest first."""
        async with self._context.store.read() as uow:
            revision = await uow.papers.revision()
        keys = self._similar.get((paper.stored_key, revision))
        if keys is None:
            ranked = await rank_similar(self._context, paper, MOST_SIMILAR)
            keys = tuple(entry.key for entry in ranked.entries)
            _keep(self._similar, (paper.stored_key, revision), keys)
        return await self._papers(keys[:limit])

    async def search(self, text: str, limit: int = FOUND) -> tuple[Paper, ...]:
        """What the search language finds, best first. Raises SearchQueryError."""
        query = parse_search_query(text)
        if query.is_empty:
            return ()
        await refresh_search(self._context, batch=500, batches=1)
        return await self._papers(await self._context.search.search(query, limit))

    async def _papers(self, keys: Sequence[PaperKey]) -> tuple[Paper, ...]:
        async with self._context.store.read() as uow:
            papers = await uow.papers.by_keys(keys)
        return tuple(papers[key] for key in keys if key in papers)

    async def _kept(self, uow: UnitOfWork, span: Span) -> _Kept:
        now = self._context.clock.now()
        revision = await uow.papers.revision()
        kept = self._shelves.get(span)
        if kept is not None and kept.revision == revision and now < kept.until:
            self._shelves.move_to_end(span)
            return kept
        shelf = kept.shelf if kept is not None and kept.revision == revision else await uow.listings.shelf(span)
        reactions = await uow.papers.likes(datetime.combine(span.first, time(), UTC), MOST_LIKED)
        likes = {key: counts for key, counts in reactions.items() if counts[0] >= FEWEST}
        kept = _Kept(revision, now + LIKES_LAST, shelf, likes)
        _keep(self._shelves, span, kept)
        return kept


def _keep(memory: OrderedDict[K, V], key: K, value: V) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > KEPT:
        memory.popitem(last=False)


def _end(span: Span) -> datetime:
    return datetime.combine(span.last + timedelta(days=1), time(), UTC)


def _ordered(papers: Sequence[Shelved], order: Order, likes: Likes, now: datetime) -> list[Shelved]:
    """Trending by its score; then what a page listed, as it stood there, before the rest, newest first."""

    def listed(one: Shelved) -> tuple[bool, int, float, str]:
        return one.place is None, one.place or 0, -one.at.timestamp(), one.id

    def trending(one: Shelved) -> float:
        if not one.upvotes and one.key not in likes:
            return 0.0
        age_days = max(0.0, (now - one.at).total_seconds() / 86_400)
        return trending_score(max(0, one.upvotes), *likes.get(one.key, (0, 0)), age_days)

    match order:
        case Order.NEWEST:
            return sorted(papers, key=lambda one: (-one.at.timestamp(), *listed(one)))
        case Order.UPVOTES:
            return sorted(papers, key=lambda one: (-one.upvotes, *listed(one)))
        case Order.TRENDING:
            return sorted(papers, key=lambda one: (-trending(one), *listed(one)))
