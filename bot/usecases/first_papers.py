"""First papers: for somebody of whom nothing is known, a few to react to."""

from bot.domain.chat import Address
from bot.domain.paper import Paper
from bot.domain.person import PersonId
from bot.domain.ranking import Entry, Ranking, Step
from bot.ranking.first_papers import first_papers
from bot.usecases.context import Context
from bot.usecases.recommend import TRIES, Asked, EmptyReason, Recommendation, Standing, record_list, standing_of

SHORTLIST = 10
"""How many of the papers that would do nearly as well in a place the one with the most upvotes is taken from."""

STEP = Step("start", "stands for a part of what is new")


async def show_first_papers(
    context: Context, person_id: PersonId, address: Address, asked: Asked, *, surface: str
) -> Recommendation:
    """`asked.n` papers of what is new and not seen yet whose answers tell the most; of near equals the most upvoted.

    They are from now on the list that numbers refer to, and count as shown. Scores are 0: nothing was scored.
    """
    for _ in range(TRIES):
        async with context.store.read() as uow:
            standing = await standing_of(context, uow, person_id, asked)
        first = await context.think(
            first_papers,
            standing.index,
            standing.candidates,
            asked.n,
            muted=standing.profile.muted,
            settings=context.ranking,
        )
        async with context.store.read() as uow:
            stored = await uow.papers.by_keys([key for place in first.places for key in place[:SHORTLIST]])
            papers = await uow.papers.count()
        chosen = [
            max((stored[key] for key in place[:SHORTLIST] if key in stored), key=_upvotes, default=None)
            for place in first.places
        ]
        entries = [
            Entry(paper, rank, 0.0, (), (STEP,))
            for rank, paper in enumerate((paper for paper in chosen if paper is not None), start=1)
        ]
        ranking = Ranking(tuple(entries), first.candidates)
        reason = None if entries else _why_none(standing, papers)
        if reason or await record_list(context, person_id, address, asked, ranking, surface):
            break
    return Recommendation(asked, ranking, reason)


def _upvotes(paper: Paper) -> int:
    """Of equals `max` takes the first, the one that was chosen."""
    return paper.upvotes or 0


def _why_none(standing: Standing, papers: int) -> EmptyReason:
    if not papers:
        return EmptyReason.NO_PAPERS
    fresh = standing.index.count_fresh(standing.candidates.since)
    return EmptyReason.ALL_SEEN if fresh else EmptyReason.NOTHING_FRESH
