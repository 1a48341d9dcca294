"""Pages that are the same for everyone: the papers of a day, a week or a month; one paper; what a search finds.

Nothing is fetched, and nothing stored, for who only looks.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter

from bot.domain.latest import Latest
from bot.domain.page import MOST_SIMILAR, Order, Page, PageRequest, PaperPage, Shelf, Shelved, Shown
from bot.domain.paper import Paper, PaperId, PaperKey
from bot.domain.search_query import parse_search_query
from bot.domain.span import Span, SpanKind, midnight, span_of
from bot.ports import UnitOfWork
from bot.ranking.trending import trending_score
from bot.usecases.context import Context
from bot.usecases.ingest_papers import refresh_search
from bot.usecases.search_papers import rank_similar

ON_A_PAGE = 100
FEWEST = 3
"""Readers: of fewer who like a paper nothing is told, neither by a number nor by its place."""

SIMILAR = 5
FOUND = 50
KEPT = 64
"""Spans, and papers with those like them, that stay in memory."""

DAY = timedelta(days=1)
LIKES_LAST = timedelta(minutes=1)
MOST_LIKED = 2_000

Likes = Mapping[PaperKey, tuple[int, int]]


class Browser:
    """Remembers what it read until the store has changed."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._spans: Latest[Span, _SpanRead] = Latest(KEPT)
        self._similar: Latest[tuple[PaperKey, int], tuple[PaperKey, ...]] = Latest(KEPT)
        self._latest: tuple[tuple[int, date], date | None] = ((-1, date.min), None)

    async def page(self, span: Span, asked: PageRequest) -> Page:
        """A span's papers in the order that was asked for; a page beyond the last one shows none."""
        now = self._context.clock.now()
        async with self._context.store.read() as uow:
            read = await self._read(uow, span, now)
            wanted = read.ordered(asked.order, asked.category, min(now, midnight(span.last + DAY)))
            start = (asked.number - 1) * ON_A_PAGE
            keys = wanted[start : start + ON_A_PAGE]
            papers = await uow.papers.by_keys(keys)
        before, after = read.beside
        return Page(
            span,
            asked,
            tuple(read.shown(papers[key]) for key in keys if key in papers),
            start + 1,
            len(wanted),
            max(1, -(-len(wanted) // ON_A_PAGE)),
            read.curator,
            read.categories,
            span_of(span.kind, before) if before else None,
            span_of(span.kind, after) if after else None,
        )

    async def latest(self, kind: SpanKind) -> Span:
        """The last span that has papers, the one of today where there are none."""
        today = self._context.clock.now().date()
        async with self._context.store.read() as uow:
            asked = (await uow.papers.revision(), today)
            if self._latest[0] != asked:
                day, _ = await uow.listings.days_beside(today + DAY, today + DAY)
                self._latest = (asked, day)
        return span_of(kind, self._latest[1] or today)

    async def warm(self) -> None:
        """Have the latest day, week and month in memory, so that nobody waits for them to be read."""
        for kind in SpanKind:
            await self.page(await self.latest(kind), PageRequest())

    async def paper(self, paper_id: PaperId) -> PaperPage | None:
        """A stored paper under any id that it has or had."""
        async with self._context.store.read() as uow:
            paper = await uow.papers.find(paper_id)
            if paper is None:
                return None
            versions = await uow.papers.versions(paper.stored_key)
            submission = await uow.submissions.find(paper.stored_key)
        return PaperPage(paper, await self.similar(paper, SIMILAR), versions, submission.by if submission else "")

    async def similar(self, paper: Paper, limit: int) -> tuple[Paper, ...]:
        """Papers like a stored one, of any age, the likest first."""
        async with self._context.store.read() as uow:
            revision = await uow.papers.revision()
        keys = self._similar.get((paper.stored_key, revision))
        if keys is None:
            ranked = await rank_similar(self._context, paper, MOST_SIMILAR)
            keys = tuple(entry.key for entry in ranked.entries)
            self._similar[paper.stored_key, revision] = keys
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

    async def _read(self, uow: UnitOfWork, span: Span, now: datetime) -> "_SpanRead":
        revision = await uow.papers.revision()
        read = self._spans.get(span)
        if read is None or read.revision != revision:
            beside = await uow.listings.days_beside(span.first, span.last)
            read = _SpanRead(revision, await uow.listings.shelf(span), beside)
        if now >= read.likes_until:
            reactions = await uow.papers.likes(midnight(span.first), MOST_LIKED)
            read.take_likes(reactions, now + LIKES_LAST)
        self._spans[span] = read
        return read


class _SpanRead:
    """What a span held at a revision of the store, its orders made as they are asked for."""

    def __init__(self, revision: int, shelf: Shelf, beside: tuple[date | None, date | None]) -> None:
        counts = Counter(category for one in shelf.papers for category in one.categories)
        self.revision = revision
        self.beside = beside
        self.curator = next((head.curator for head in shelf.heads if head.curator), "")
        self.categories = tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
        self.submitted = shelf.submitted
        self.likes: Likes = {}
        self.likes_until = datetime.min.replace(tzinfo=UTC)
        self._papers = _as_listed(shelf.papers)
        self._known = frozenset(counts)
        self._orders: dict[tuple[Order, str], tuple[PaperKey, ...]] = {}

    def take_likes(self, reactions: Likes, until: datetime) -> None:
        self.likes = {key: counts for key, counts in reactions.items() if counts[0] >= FEWEST}
        self.likes_until = until
        self._orders = {asked: keys for asked, keys in self._orders.items() if asked[0] is not Order.TRENDING}

    def shown(self, paper: Paper) -> Shown:
        likes, _ = self.likes.get(paper.stored_key, (0, 0))
        submission = self.submitted.get(paper.stored_key)
        return Shown(paper, likes, submission.by if submission else "")

    def ordered(self, order: Order, category: str, now: datetime) -> tuple[PaperKey, ...]:
        """Of equal ones those that a page listed, as they stood there, come before the rest, the newest first."""
        if category and category not in self._known:
            return ()
        if (order, category) not in self._orders:
            papers = [one for one in self._papers if not category or category in one.categories]
            self._orders[order, category] = tuple(one.key for one in self._sorted(papers, order, now))
        return self._orders[order, category]

    def _sorted(self, papers: list[Shelved], order: Order, now: datetime) -> list[Shelved]:
        match order:
            case Order.NEWEST:
                return sorted(papers, key=attrgetter("at_us"), reverse=True)
            case Order.UPVOTES:
                return sorted(papers, key=attrgetter("upvotes"), reverse=True)
            case Order.TRENDING:
                voted: list[Shelved] = []
                others: list[Shelved] = []
                for one in papers:
                    has_votes = one.upvotes > 0 or one.key in self.likes or one.key in self.submitted
                    (voted if has_votes else others).append(one)
                return sorted(voted, key=lambda one: -self._trending(one, now)) + others

    def _trending(self, one: Shelved, now: datetime) -> float:
        """Who submits a paper says before everybody that they like it, and of old ones begins anew."""
        at, (likes, dislikes) = one.at, self.likes.get(one.key, (0, 0))
        submission = self.submitted.get(one.key)
        if submission is not None:
            likes = max(likes, 1)
            at = submission.at if submission.at <= now else at
        return trending_score(max(0, one.upvotes), likes, dislikes, max(0.0, (now - at) / DAY))


def _as_listed(papers: Sequence[Shelved]) -> list[Shelved]:
    """What a day's page listed as it stood there, then the rest, the newest first, of one moment by their ids. Sorted
    key by key, which spares tens of thousands of tuples."""
    listed = sorted((one for one in papers if one.place is not None), key=attrgetter("place"))
    rest = sorted((one for one in papers if one.place is None), key=attrgetter("id"))
    return listed + sorted(rest, key=attrgetter("at_us"), reverse=True)
