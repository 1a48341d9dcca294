"""From a profile's numbers to coefficients on the day's terms: `bot.ranking.scoring.plan_scores` over arrays.

Every operation is in the order that it has there, so that the coefficients are the same to the last bit.
"""

import numpy as np
import numpy.typing as npt

from bot.domain.profile_vector import MARK
from bot.ranking.kernels.arrays import (
    DAMAGED,
    DONE,
    FIELD,
    NO_ROLE,
    TAUGHT,
    TEXT,
    UNSURE,
    Day,
    Plan,
    Rules,
    Stated,
    Vectors,
)
from bot.ranking.kernels.jit import compiled, inlined, integer
from bot.ranking.kernels.sums import pairwise

BEYOND = 1e100
HEAD = 4
"""Words of a vector's head, and of each query's."""


@compiled
def layout(vectors: Vectors, p: int) -> tuple[int, int, int]:
    """(first mute count, first term id, number of terms) of a vector; (-1, -1, -1) if its size is not what it says."""
    words = vectors.words
    begin, end = vectors.starts[p], vectors.starts[p + 1]
    size = end - begin
    if size < HEAD or words[begin] != MARK:
        return -1, -1, -1
    queries, mutes = integer(words[begin + 1]), integer(words[begin + 2])
    body = HEAD + HEAD * queries + mutes + mutes % 2
    if body > size:
        return -1, -1, -1
    terms, muted = 0, 0
    for q in range(queries):
        terms += integer(words[begin + HEAD + HEAD * q + 1])
    counts = begin + HEAD + HEAD * queries
    for m in range(mutes):
        muted += integer(words[counts + m])
    whole = body + 2 * terms + (terms + 31) // 32 + muted
    if whole + whole % 2 != size:
        return -1, -1, -1
    return counts, begin + body, terms


@inlined
def find_row(bitmap: npt.NDArray[np.uint32], slots: npt.NDArray[np.uint64], shift: int, term: int) -> int:
    """The row of a term id, -1 if no document of the day has it."""
    prefix = term >> 12
    if not (bitmap[prefix >> 5] >> np.uint32(prefix & 31)) & np.uint32(1):
        return -1
    mask = len(slots) - 1
    at = term >> shift
    while True:
        slot = slots[at]
        entry = integer(slot & np.uint64(0xFFFFFFFF))
        if entry == 0:
            return -1
        if integer(slot >> np.uint64(32)) == term:
            return entry - 1
        at = (at + 1) & mask


@compiled
def stated_terms(vectors: Vectors, roles: npt.NDArray[np.int64]) -> npt.NDArray[np.uint32]:
    """The ids of all terms of stated interests, as often as they stand there."""
    found = np.empty(64, np.uint32)
    count = 0
    for p in range(len(vectors.starts) - 1):
        _, at, _ = layout(vectors, p)
        if at < 0:
            continue
        begin = vectors.starts[p]
        for q in range(vectors.words[begin + 1]):
            kind, terms = vectors.words[begin + HEAD + HEAD * q], integer(vectors.words[begin + HEAD + HEAD * q + 1])
            if kind < len(roles) and (roles[kind] == TEXT or roles[kind] == FIELD):
                while count + terms > len(found):
                    found = np.concatenate((found, np.empty(len(found), np.uint32)))
                found[count : count + terms] = vectors.words[at : at + terms]
                count += terms
            at += terms
    return found[:count]


@compiled
def plan_profile(
    vectors: Vectors, p: int, day: Day, stated: Stated, rules: Rules, plan: Plan, scratch: npt.NDArray[np.float64]
) -> int:
    """Fill `plan`; its state. `scratch` is float64[6, as many as the longest vector has words].

    UNSURE for what is not finite, beyond all measure, or of a kind without a role: the exact ranker knows what to say.
    """
    words = vectors.words
    _, at, whole = layout(vectors, p)
    if at < 0:
        return DAMAGED
    begin = vectors.starts[p]
    first = at
    plan_rows, coefficients, coverage = plan.rows, plan.coefficients, plan.coverage
    weights, idf, single, rows, parts = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
    starts, docs, posting_weights = day.starts, day.docs, day.weights
    begins, stops = plan.begins, plan.stops
    entries, touched = 0, 0
    for q in range(words[begin + 1]):
        head = begin + HEAD + HEAD * q
        kind, terms, scale = words[head], integer(words[head + 1]), vectors.doubles[(head + 2) // 2]
        role = rules.roles[kind] if kind < len(rules.roles) else NO_ROLE
        if role == NO_ROLE or not np.isfinite(scale):
            return UNSURE
        is_stated = role in (TEXT, FIELD)
        count = read_query(vectors, at, terms, first, whole, role, day, stated, scratch)
        if count < 0:
            return UNSURE
        at += terms
        norm = query_norm(role, count, weights, idf, single, parts)
        if norm > 0:
            if is_stated:
                cover(role, count, weights, idf, single, parts, rules.telling_cap)
            for t in range(count):
                value = weights[t] / norm * scale
                if not abs(value) * rules.highest_idf < BEYOND:
                    return UNSURE
                if rows[t] >= 0:
                    row = integer(rows[t])
                    plan_rows[entries] = np.int32(row)
                    # All these look-ups wait for memory at the same time; the loops over postings would wait in turn.
                    begins[entries] = np.uint64(starts[row])
                    stops[entries] = np.uint64(starts[row + 1])
                    touched += integer(docs[starts[row]]) + integer(posting_weights[starts[row]])
                    coefficients[entries] = value * idf[t]
                    coverage[entries] = parts[t] if is_stated else 0.0
                    entries += 1
        plan.ends[q] = entries
        plan.roles[q] = role
        plan.near[q] = is_stated and scale > 0
    # Nobody asks for `touched`, but what is not used is not read.
    scratch[5, 0] = touched
    return DONE


@compiled
def read_query(
    vectors: Vectors,
    at: int,
    terms: int,
    first: int,
    whole: int,
    role: int,
    day: Day,
    stated: Stated,
    scratch: npt.NDArray[np.float64],
) -> int:
    """The terms of a query that weigh something into `scratch`: weight, IDF, 1 for a word and 0 for a pair, row or -1.

    Of what a person typed the words that most papers have are left out where there are others. How many terms there
    are, -1 if a weight is not finite. The IDF of a learned term that the day lacks is not looked up.
    """
    words, singles = vectors.words, vectors.singles
    bitmap, slots, shift, day_idf = day.bitmap, day.slots, day.shift, day.idf
    weights, idf, single, rows = scratch[0], scratch[1], scratch[2], scratch[3]
    is_stated = role in (TEXT, FIELD)
    tells = False
    if role == TEXT:
        for t in range(at, at + terms):
            place = np.searchsorted(stated.ids, words[t])
            tells = tells or (stated.telling[place] and not is_pair(words, first, whole, t))
    count = 0
    for t in range(at, at + terms):
        weight = np.float64(singles[t + whole])
        if not np.isfinite(weight):
            return -1
        if weight == 0:
            continue
        row = find_row(bitmap, slots, shift, integer(words[t]))
        if is_stated:
            place = np.searchsorted(stated.ids, words[t])
            if tells and not stated.telling[place]:
                continue
            idf[count] = stated.idf[place]
            single[count] = 0.0 if is_pair(words, first, whole, t) else 1.0
        elif row >= 0:
            idf[count] = day_idf[row]
        weights[count] = weight
        rows[count] = row
        count += 1
    return count


@inlined
def is_pair(words: npt.NDArray[np.uint32], first: int, whole: int, term: int) -> bool:
    """Whether a term of a vector is a pair of words; `first` is where its `whole` term ids begin."""
    number = term - first
    return integer(words[first + 2 * whole + (number >> 5)] >> np.uint32(number & 31)) & 1 == 1


@compiled
def query_norm(
    role: int,
    count: int,
    weights: npt.NDArray[np.float64],
    idf: npt.NDArray[np.float64],
    single: npt.NDArray[np.float64],
    parts: npt.NDArray[np.float64],
) -> float:
    """As `bot.ranking.scoring` has it: of text by its words, of names by the best alternative, else by squares."""
    if role >= TAUGHT:
        for t in range(count):
            parts[t] = weights[t] * weights[t]
        return pairwise(parts, 0, count)
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
    return pairwise(parts, 0, kept)


@compiled
def counted(count: int, single: npt.NDArray[np.float64]) -> float:
    """1 if a query has words (its pairs then count nothing beside them), 0 if it has only pairs."""
    for t in range(count):
        if single[t] != 0:
            return 1.0
    return 0.0


@compiled
def cover(
    role: int,
    count: int,
    weights: npt.NDArray[np.float64],
    idf: npt.NDArray[np.float64],
    single: npt.NDArray[np.float64],
    parts: npt.NDArray[np.float64],
    telling_cap: float,
) -> None:
    """`parts` becomes which part of the query each term is: `bot.ranking.relevance.coverage_weights`."""
    if role == FIELD:
        for t in range(count):
            parts[t] = 1.0 if weights[t] > 0 else 0.0
        return
    wanted = counted(count, single)
    sizes = np.empty(count)
    for t in range(count):
        parts[t] = weights[t] * min(idf[t], telling_cap) * (1.0 if single[t] == wanted else 0.0)
        sizes[t] = abs(parts[t])
    whole = pairwise(sizes, 0, count)
    if whole != 0:
        for t in range(count):
            parts[t] = parts[t] / whole
