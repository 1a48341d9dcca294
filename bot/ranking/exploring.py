"""The third stage of a ranking: the last places of a list go to exploration picks (bot.ranking.explore)."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.domain.paper import PaperKey
from bot.domain.ranking import Exploration, Step
from bot.ranking.explore import VERDICTS, explored_places, thompson_order
from bot.ranking.inverted_lists import Ints
from bot.ranking.parameters import RankingSettings
from bot.ranking.ranked import Ranked
from bot.ranking.scored import Scored
from bot.ranking.term_index import Slot, TermIndex

_GAVE_WAY = Step("explore", "gave its place to an exploration pick")


def explored(
    scored: Scored, listed: list[Ranked], k: int, exploration: Exploration, index: TermIndex, settings: RankingSettings
) -> list[Ranked]:
    """The list with its exploration picks at the end of the first k; what gave way for them comes after.

    `scored` is everything that scored, also below the floor; `listed` reaches as far as it is needed.
    """
    count = explored_places(min(k, len(listed)), k, settings.explore_share, exploration)
    if not count:
        return listed
    picks = _picks(scored, listed[:k], exploration, index, settings)[:count].tolist()
    count = len(picks)
    kept = min(k, len(listed[:k]) + count) - count
    chosen = []
    for rank, at in enumerate(picks, start=kept + 1):
        own = scored.plan.contributions(scored.slots[at], scored.docs[at : at + 1])[0]
        number = 1 + int((scored.scores > scored.scores[at]).sum())
        chosen.append(Ranked(PaperKey(int(scored.keys[at])), rank, own.score, own.parts, (_explores(number),)))
    picked = {entry.key for entry in chosen}
    after = [
        replace(entry, rank=rank, steps=(*entry.steps, _GAVE_WAY) if entry.rank <= k else entry.steps)
        for rank, entry in enumerate(
            (entry for entry in listed[kept:] if entry.key not in picked), start=kept + count + 1
        )
    ]
    return [*listed[:kept], *chosen, *after]


def _picks(
    scored: Scored, shown: Sequence[Ranked], exploration: Exploration, index: TermIndex, settings: RankingSettings
) -> Ints:
    """The near misses of what is shown, as places in `scored`, in the order in which they are explored."""
    least = settings.explore_floor * min(entry.score for entry in shown)
    keys = np.array([entry.key for entry in shown], np.int64)
    open_ones = np.flatnonzero((scored.scores >= least) & ~np.isin(scored.keys, keys))
    by_score = np.lexsort((scored.keys[open_ones], -scored.scores[open_ones]))
    pool = open_ones[by_score[: settings.explore_pool]]
    order = thompson_order(
        scored.scores[pool] / max(entry.score for entry in shown),
        [(scored.slots[at], int(scored.docs[at])) for at in pool.tolist()],
        _located(index, exploration.liked),
        _located(index, exploration.disliked),
        exploration,
        scored.plan.bm25,
    )
    return pool[order]


def _located(index: TermIndex, keys: Sequence[PaperKey]) -> list[tuple[Slot, int]]:
    """Where the latest of these papers stand, those that are not stored left out."""
    wanted = np.array(keys[:VERDICTS], np.int64)
    found: list[tuple[Slot, int]] = []
    for slot in index.slots:
        places = slot.segment.places(wanted)
        places = places[places >= 0]
        found += [(slot, place) for place in places[slot.live[places]].tolist()]
    return found


def _explores(by_score: int) -> Step:
    return Step("explore", f"number {by_score} by score, shown to learn whether you want such papers")
