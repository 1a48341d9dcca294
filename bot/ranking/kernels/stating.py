"""What a person stated, as coefficients: the part of `bot.ranking.scoring.plan_scores` that text and names need.

Every operation is in the order that it has there, so that the coefficients are the same to the last bit.
"""

import numpy as np
import numpy.typing as npt

from bot.ranking.kernels.arrays import FIELD, TEXT, Day, Stated, Vectors
from bot.ranking.kernels.jit import compiled, inlined, integer
from bot.ranking.kernels.sums import pairwise
from bot.ranking.kernels.vectors import Layout, find_row, may_occur

Floats = npt.NDArray[np.float64]


@compiled
def read_query(
    vectors: Vectors, here: Layout, at: int, terms: int, role: int, day: Day, stated: Stated, scratch: Floats
) -> int:
    """The terms of a stated query that weigh something into the rows of `scratch`: weight, IDF, 1 for a word and 0 for
    a pair, row of the day or -1, part of what makes the interest.

    Words that most papers have are left out where there are others. How many terms there are, -1 if a weight is not
    finite.
    """
    words, singles = vectors.words, vectors.singles
    weights, idf, single, rows = scratch[0], scratch[1], scratch[2], scratch[3]
    tells = False
    if role == TEXT:
        for t in range(at, at + terms):
            place = np.searchsorted(stated.ids, words[t])
            tells = tells or (stated.telling[place] and not is_pair(words, here, t))
    count = 0
    for t in range(at, at + terms):
        weight = np.float64(singles[t + here.own_terms])
        if not np.isfinite(weight):
            return -1
        place = np.searchsorted(stated.ids, words[t])
        if weight == 0 or (tells and not stated.telling[place]):
            continue
        term = integer(words[t])
        weights[count] = weight
        idf[count] = stated.idf[place]
        single[count] = 0.0 if is_pair(words, here, t) else 1.0
        rows[count] = find_row(day.slots, day.shift, term) if may_occur(day.bitmap, term) else -1
        count += 1
    return count


@inlined
def is_pair(words: npt.NDArray[np.uint32], here: Layout, term: int) -> bool:
    """Whether an own term of a vector is a pair of words."""
    number = term - here.own
    return integer(words[here.own + 2 * here.own_terms + (number >> 5)] >> np.uint32(number & 31)) & 1 == 1


@compiled
def query_norm(role: int, count: int, scratch: Floats) -> float:
    """As `bot.ranking.scoring` has it: of text by its words, of names by the best alternative."""
    weights, idf, single, parts = scratch[0], scratch[1], scratch[2], scratch[4]
    if role == FIELD:
        highest = 0.0
        for t in range(count):
            highest = max(highest, abs(weights[t]) * idf[t])
        return highest
    kept = 0
    wanted = counted(count, single)
    for t in range(count):
        if single[t] == wanted:
            parts[kept] = abs(weights[t]) * idf[t]
            kept += 1
    return pairwise(parts, kept, scratch[6])


@compiled
def counted(count: int, single: Floats) -> float:
    """1 if a query has words (its pairs then count nothing beside them), 0 if it has only pairs."""
    for t in range(count):
        if single[t] != 0:
            return 1.0
    return 0.0


@compiled
def cover(role: int, count: int, scratch: Floats, telling_cap: float) -> None:
    """Which part of the query each term is: `bot.ranking.relevance.coverage_weights`."""
    weights, idf, single, parts = scratch[0], scratch[1], scratch[2], scratch[4]
    if role == FIELD:
        for t in range(count):
            parts[t] = 1.0 if weights[t] > 0 else 0.0
        return
    wanted = counted(count, single)
    sizes = scratch[5]
    for t in range(count):
        parts[t] = weights[t] * min(idf[t], telling_cap) * (1.0 if single[t] == wanted else 0.0)
        sizes[t] = abs(parts[t])
    whole = pairwise(sizes, count, scratch[6])
    if whole != 0:
        for t in range(count):
            parts[t] = parts[t] / whole
