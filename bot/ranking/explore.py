"""Exploration: a few places of a list go to papers outside of it, to learn whether the person wants such papers.

Thompson sampling over a correlated Beta process (Goetschalckx, Poupart and Hoey, "Continuous correlated Beta
processes", IJCAI 2011): what is believed of a near miss c is Beta(a, b), where every verdict of the person counts as
far as its paper is like c. One draw from each belief, and the highest is shown: a near miss of which little is known
comes up often, one like papers that were turned down hardly ever.

    a = PRIOR r(c) / 2 + sum over liked papers p of cos(c, p)
    b = PRIOR (1 - r(c) / 2) + sum over disliked papers p of cos(c, p)

r(c) is the score of c as a share of the highest score listed: a paper that scores as high is as likely liked as not.
"""

import numpy as np

from bot.domain.ranking import Exploration
from bot.ranking.bm25 import Bm25, Floats
from bot.ranking.diversify import Places, likeness
from bot.ranking.inverted_lists import Ints

ONE_IN = 5
"""At most one paper in so many of a list is an exploration pick."""

PRIOR = 2.0
"""What the score is worth before anything like a paper was judged, in verdicts on that very paper."""

VERDICTS = 50
"""The latest so many likes and dislikes each are looked at."""

_LEAST = 1e-3


def explored_places(listed: int, k: int, share: float, exploration: Exploration) -> int:
    """How many of the first k go to exploration where `listed` papers reach the floor of relevance.

    `share` of k in the long run, whole places by the day's draw; never more than one in `ONE_IN` of what is shown.
    None before the first verdict: what somebody stated is shown first, as they stated it.
    """
    if not exploration.liked and not exploration.disliked:
        return 0
    wanted = k * min(share, 1 / ONE_IN)
    places = int(wanted) + int(_generator(exploration, 0).random() < wanted - int(wanted))
    while places > min(k, listed + places) // ONE_IN:
        places -= 1
    return places


def thompson_order(
    relative: Floats, near_misses: Places, liked: Places, disliked: Places, exploration: Exploration, bm25: Bm25
) -> Ints:
    """The near misses in falling order of one draw from each belief; the same for the same person and day.

    `relative` is float64[n], the scores of the near misses as shares of the highest score listed.
    """
    cosines = likeness(near_misses, [*liked, *disliked], bm25)
    for_it = cosines[:, : len(liked)].sum(axis=1)
    against = cosines[:, len(liked) :].sum(axis=1)
    likely = np.clip(relative, _LEAST, 1.0) / 2
    draws = _generator(exploration, 1).beta(PRIOR * likely + for_it, PRIOR * (1 - likely) + against)
    return np.argsort(-draws, kind="stable").astype(np.int64)


def _generator(exploration: Exploration, purpose: int) -> np.random.Generator:
    return np.random.default_rng([exploration.person_id, exploration.day, purpose])
