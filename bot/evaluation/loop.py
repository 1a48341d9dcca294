"""Feedback day by day: ten papers are shown, each is answered, and the next day's ranking knows the answers."""

from collections.abc import Sequence

import numpy as np

from bot.evaluation.cases import Case
from bot.evaluation.metrics import order_of
from bot.evaluation.peer import Known, Peer
from bot.ranking.inverted_lists import Ints

A_DAY = 10
DAYS = (5, 10, 20)


def found_by_day(peer: Peer, fitted_to: Ints, case: Case, days: Sequence[int] = DAYS) -> dict[str, float]:
    """Day -> the share of the relevant papers that were shown up to it; `fitted_to` are the peer's candidates.

    A shown paper is liked if it is relevant and disliked if not, and is never shown again.
    """
    relevant = frozenset(case.relevant)
    known, open_ones = case.known, case.candidates
    found: dict[str, float] = {}
    count = 0
    for day in range(1, max(days) + 1):
        if len(open_ones):
            scores = peer.score(known)[np.searchsorted(fitted_to, open_ones)]
            shown = open_ones[order_of(scores)[:A_DAY]]
            liked = tuple(paper for paper in shown.tolist() if paper in relevant)
            disliked = tuple(paper for paper in shown.tolist() if paper not in relevant)
            count += len(liked)
            known = Known((*known.liked, *liked), (*known.disliked, *disliked), known.readers)
            open_ones = np.setdiff1d(open_ones, shown)
        if day in days:
            found[str(day)] = count / len(relevant)
    return found
