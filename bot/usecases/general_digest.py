"""The digest of what everybody reads: papers by votes, else the latest page, each once a person; nothing personal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.delivery import Composed, Delivery, SkipReason, SubscriptionId
from bot.domain.paper import Paper, PaperKey
from bot.domain.person import PersonId
from bot.domain.ranking import Entry, Ranking, Step
from bot.domain.subscription import Subscription
from bot.messages.lists import trend_words
from bot.ports import UnitOfWork
from bot.ranking.trending import rank_trending
from bot.usecases.context import Context

MOST_VOTED = 2_000
LISTED = 200
"""Papers that are looked at: a person who has seen all of these has seen what there is."""


@dataclass(frozen=True, slots=True)
class Read:
    """A paper that everybody reads, and what its place comes from."""

    paper: Paper
    score: float = 0.0
    why: str = ""


async def everybodys(context: Context, uow: UnitOfWork) -> list[Read]:
    """The fresh papers with votes, best first; where nothing has any, those of the latest page in its order."""
    now = context.clock.now()
    since = now - timedelta(days=context.fresh_days)
    trends = rank_trending(await uow.papers.votes(since, MOST_VOTED), now, LISTED)
    papers = await uow.papers.by_keys([trend.votes.key for trend in trends])
    voted = [(papers[trend.votes.key], trend) for trend in trends if trend.votes.key in papers]
    # A paper that was fresh long ago may have a reader of today.
    read = [Read(paper, trend.score, trend_words(trend)) for paper, trend in voted if trend.votes.fresh_at >= since]
    return read or await _latest_page(uow, since)


async def _latest_page(uow: UnitOfWork, since: datetime) -> list[Read]:
    listing = await uow.listings.latest()
    if listing is None:
        return []
    found = await uow.papers.find_many(listing.papers[:LISTED])
    listed = [found[paper_id] for paper_id in listing.papers[:LISTED] if paper_id in found]
    by = f"on the page of {listing.head.curator}" if listing.head.curator else "on the latest page"
    return [Read(paper, why=by) for paper in listed if paper.first_seen_at and paper.first_seen_at >= since]


async def choose_general(context: Context, person_id: PersonId, size: int) -> tuple[Ranking, SkipReason | None]:
    """The best of them that the person was not shown, or why there are none. Nothing is written."""
    async with context.store.read() as uow:
        read = await everybodys(context, uow)
        seen = await uow.impressions.seen(person_id)
        reason = None if read else await _why_none(uow)
    chosen = [one for one in read if one.paper.stored_key not in seen][:size]
    if not chosen:
        return Ranking((), len(read)), reason or SkipReason.ALL_SEEN
    return Ranking(tuple(_entry(one, rank) for rank, one in enumerate(chosen, start=1)), len(read)), None


async def general_of(context: Context, keys: Sequence[PaperKey]) -> Ranking:
    """Exactly these papers, each at its place; of those that are no longer stored there is no entry."""
    async with context.store.read() as uow:
        read = await everybodys(context, uow)
        papers = await uow.papers.by_keys(keys)
    known = {one.paper.stored_key: one for one in read}
    placed = ((rank, known.get(key, Read(papers[key]))) for rank, key in enumerate(keys, start=1) if key in papers)
    return Ranking(tuple(_entry(one, rank) for rank, one in placed), len(read))


async def compose_general(
    context: Context, wanted: Sequence[Delivery], subscriptions: Mapping[SubscriptionId, Subscription]
) -> list[Composed]:
    """Whether there is something to bring for these deliveries, of one person each."""
    if not wanted:
        return []
    since = context.clock.now() - timedelta(days=context.fresh_days)
    async with context.store.read() as uow:
        read = await everybodys(context, uow)
        seen = set(await uow.impressions.seen_by([one.person_id for one in wanted], since))
        reason = SkipReason.ALL_SEEN if read else await _why_none(uow)
    composed = []
    for delivery in wanted:
        open_ones = [one.paper.stored_key for one in read if (delivery.person_id, one.paper.stored_key) not in seen]
        result = Composed(delivery.id, len(read), tuple(open_ones))
        if not open_ones:
            tell = subscriptions[delivery.subscription_id].tell_empty
            result = replace(result, skipped=reason.value, tell=tell)
        composed.append(result)
    return composed


async def _why_none(uow: UnitOfWork) -> SkipReason:
    return SkipReason.NOTHING_FRESH if await uow.papers.count() else SkipReason.NO_PAPERS


def _entry(read: Read, rank: int) -> Entry:
    steps = (Step("trending", read.why),) if read.why else ()
    return Entry(read.paper, rank, read.score, (), steps)
