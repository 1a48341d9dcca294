"""Search, similar papers and trending: lists that are not personal; each becomes the list that numbers refer to."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.listing import ListingHead
from bot.domain.paper import Paper
from bot.domain.ranking import Candidates
from bot.domain.search_query import SearchQuery, parse_search_query
from bot.domain.trending import Trend
from bot.ranking.ranked import RankedList
from bot.ranking.ranker import Ranker
from bot.ranking.trending import rank_trending
from bot.usecases.context import Context
from bot.usecases.find_paper import Asker, find_paper
from bot.usecases.ingest_papers import refresh_search

LIST = 10
MOST_VOTED = 2_000
"""Papers with votes that are looked at: those with fewer votes than so many others do not trend."""
SPANS = {"day": 1, "week": 7, "month": 31}


@dataclass(frozen=True, slots=True)
class Found:
    query: SearchQuery
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Similar:
    """`scores` stand beside `papers`."""

    paper: Paper
    papers: tuple[Paper, ...]
    scores: tuple[float, ...]


async def search_papers(context: Context, asker: Asker, text: str, limit: int = LIST) -> Found:
    """Papers for a query in the search language, best first. Raises SearchQueryError."""
    query = parse_search_query(text)
    await refresh_search(context, batch=500, batches=1)
    keys = await context.search.search(query, limit)
    if not keys:
        return Found(query, ())
    async with context.store.write() as uow:
        papers = await uow.papers.by_keys(keys)
        found = tuple(papers[key] for key in keys if key in papers)
        await uow.state.put_list(asker.address, asker.person_id, [paper.id for paper in found])
    return Found(query, found)


async def find_similar(context: Context, asker: Asker, text: str, limit: int = 5) -> Similar:
    """Papers like the one that `text` names, of any age. Raises PaperNotFoundError."""
    paper = await find_paper(context, asker, text)
    ranked = await rank_similar(context, paper, limit)
    async with context.store.read() as uow:
        papers = await uow.papers.by_keys([entry.key for entry in ranked.entries])
    entries = [entry for entry in ranked.entries if entry.key in papers]
    found = tuple(papers[entry.key] for entry in entries)
    await remember_list(context, asker, found)
    return Similar(paper, found, tuple(entry.score for entry in entries))


async def rank_similar(context: Context, paper: Paper, limit: int) -> RankedList:
    """The stored papers most like a stored one, of any age."""
    async with context.store.read() as uow:
        index = await context.terms.current(uow)
    anyone = Candidates(since=datetime(1, 1, 1, tzinfo=UTC), excluded=frozenset({paper.stored_key}))
    ranker = Ranker(index, context.ranking)
    return await context.think(ranker.similar, paper.title, paper.abstract, anyone, limit)


async def list_trending(context: Context, asker: Asker, span: str, limit: int = LIST) -> list[tuple[Paper, Trend]]:
    """Papers by upvotes and local reactions within the span, best first, each with its counts and score."""
    now = context.clock.now()
    async with context.store.read() as uow:
        votes = await uow.papers.votes(now - timedelta(days=SPANS[span]), MOST_VOTED)
        trends = rank_trending(votes, now, limit)
        papers = await uow.papers.by_keys([trend.votes.key for trend in trends])
    found = [(papers[trend.votes.key], trend) for trend in trends if trend.votes.key in papers]
    await remember_list(context, asker, tuple(paper for paper, _ in found))
    return found


async def latest_page(
    context: Context, asker: Asker, limit: int = LIST
) -> tuple[ListingHead, tuple[Paper, ...]] | None:
    """The latest page of papers that was read, with its first papers in order; None if there is none."""
    async with context.store.read() as uow:
        listing = await uow.listings.latest()
        if listing is None:
            return None
        found = await uow.papers.find_many(listing.papers[:limit])
    papers = tuple(found[paper_id] for paper_id in listing.papers[:limit] if paper_id in found)
    await remember_list(context, asker, papers)
    return listing.head, papers


async def remember_list(context: Context, asker: Asker, papers: tuple[Paper, ...]) -> None:
    """From now on numbers refer to these papers, for this person at this place."""
    if papers:
        async with context.store.write() as uow:
            await uow.state.put_list(asker.address, asker.person_id, [paper.id for paper in papers])
