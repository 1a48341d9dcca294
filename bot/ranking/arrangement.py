"""The second stage of a ranking: the best become a list, its near-duplicates broken up (bot.ranking.diversify)."""

from collections.abc import Sequence

from bot.domain.ranking import Step
from bot.ranking.bm25 import Bm25
from bot.ranking.diversify import diversified, similarities
from bot.ranking.parameters import RankingSettings
from bot.ranking.ranked import Ranked
from bot.ranking.scored import Found


def pool_of(settings: RankingSettings) -> int:
    """How many papers are looked at to break up near-duplicates."""
    return settings.diversify_pool if settings.diversify_strength else 0


def arranged(best: Sequence[Found], bm25: Bm25, k: int, pool: int, strength: float) -> list[Ranked]:
    """The first k of papers in falling order of their scores; the first `pool` are diversified with this strength."""
    order = list(range(len(best)))
    if pool:
        head = best[:pool]
        similarity = similarities([(one.slot, one.doc) for one in head], bm25)
        order[: len(head)] = diversified([one.score for one in head], similarity, strength)
    listed = []
    for rank, at in enumerate(order[:k], start=1):
        steps = (Step("diversify", f"moved from {at + 1} to {rank}"),) if at + 1 != rank else ()
        listed.append(Ranked(best[at].key, rank, best[at].score, best[at].contributions.parts, steps))
    return listed
