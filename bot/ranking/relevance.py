"""The floor of relevance: which papers are for a person at all, however short the list gets without the others.

A paper is listed for one reason that holds by itself; weak agreements with many interests do not add up to one.

- A text interest: the paper has enough of it (`interest_floor`). In the scale of scores, 1 is a paper of average
  length with each word of the interest once; here neither length nor repetition counts, since a common word does not
  become the interest by being repeated, nor a long paper irrelevant by its length.
- An author or category: the paper has it.
- Likes less dislikes: they add up to `learned_floor`, which rises with the number of likes (see there).
- A topic takes the place of all of these: the paper has enough of it (`topic_floor`).
"""

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from bot.domain.profile import PartKind, ProfileQuery
from bot.ranking.bm25 import Floats
from bot.ranking.parameters import RankingSettings
from bot.ranking.terms import is_pair

LEARNED_KINDS = frozenset({PartKind.LEARNED, PartKind.DISLIKED, PartKind.LIKED_PAPER})

_ROUNDING = 1e-9


def coverage_weights(query: ProfileQuery, idf: Floats, settings: RankingSettings) -> Floats:
    """float64[T]: which part of the query each of its terms is. For a name or category one alternative is all of it.

    A word counts by its IDF, but no more than a word of `telling_df` of all papers; the parts add up to 1 where no
    weight is negative. Pairs count nothing beside words: a paper that has a pair has its words.
    """
    weights = np.array(query.weights, np.float64)
    if query.kind in {PartKind.AUTHOR, PartKind.CATEGORY}:
        return (weights > 0).astype(np.float64)
    if query.kind in LEARNED_KINDS:
        return np.zeros(len(weights))
    single = np.array([not is_pair(term) for term in query.terms])
    telling = np.minimum(idf, math.log((1 - settings.telling_df) / settings.telling_df))
    parts = weights * telling * (single if single.any() else ~single)
    whole = float(np.abs(parts).sum())
    covered: Floats = parts / whole if whole else parts
    return covered


def learned_floor(queries: Iterable[ProfileQuery], settings: RankingSettings) -> float:
    """What likes less dislikes must add up to: `learned_floor`, from three liked papers on times cbrt(likes / 3).

    The mean of many papers has something in common with more papers than one of them has, so that chance agreements
    score higher. With the cube root, and scales that fall by as much (bot.ranking.learned), one to five papers in a
    hundred reach the floor, for 1 to 40 likes alike.
    """
    likes = sum(query.kind is PartKind.LIKED_PAPER for query in queries)
    return float(settings.learned_floor * np.cbrt(max(1.0, likes / 3)))


def reaches(values: Floats, floor: float) -> npt.NDArray[np.bool_]:
    """Which values reach a floor, rounding errors aside; nothing that is not above 0 does."""
    reached: npt.NDArray[np.bool_] = (values > 0) & (values >= floor * (1 - _ROUNDING))
    return reached
