"""The few that are left, scored as the ranker scores them: in float64, correctly rounded, the best liked papers."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.ranking.kernels.arrays import Day, Rules, Vectors
from bot.ranking.kernels.jit import inlined, integer
from bot.ranking.kernels.planning import NEAREST_SUM, STATED_SUM, TAUGHT_SUM, Plan, Sizes
from bot.ranking.kernels.sums import Floats, add, is_certain, two_sum
from bot.ranking.kernels.vectors import document

MISSED, LISTED, UNCERTAIN = 0, 1, 2
"""What comes of a document: no paper for this person; one with a score; the ranker must say."""
LANES = 8
"""Of so many places a batch is a multiple."""


class Exact(NamedTuple):
    """Room for a batch of B documents: `places`, of every document one more than its place in the batch, 0 for others;
    high and low float64[sums, B], whose sum is a sum; what even that is off by, and whether there is a term at all; the
    saturation of one term; of one document the highest sums of queries of which the best few count, one more than
    count; [high], [low] and [rest] of the whole (see `add`)."""

    places: npt.NDArray[np.uint16]
    high: Floats
    low: Floats
    rest: Floats
    touched: npt.NDArray[np.bool_]
    weights: Floats
    best_high: Floats
    best_low: Floats
    whole: Floats


def make_exact(documents: int, batch: int, sums: int, nearest: int) -> Exact:
    return Exact(
        np.zeros(documents, np.uint16),
        np.zeros((sums, batch)),
        np.zeros((sums, batch)),
        np.zeros(batch),
        np.zeros(batch, np.bool_),
        np.zeros(batch),
        np.empty(nearest + 1),
        np.empty(nearest + 1),
        np.empty(3),
    )


@inlined
def score_batch(
    docs: npt.NDArray[np.int32],
    begin: int,
    few: int,
    vectors: Vectors,
    sizes: Sizes,
    plan: Plan,
    day: Day,
    rules: Rules,
    exact: Exact,
) -> None:
    """Add up docs[begin:begin + few]: common terms for all of them at once, rare ones where they occur."""
    places, order, postings, k1 = exact.places, plan.order, day.postings, rules.k1
    width = (few + LANES - 1) // LANES * LANES
    for place in range(few):
        places[docs[begin + place]] = place + 1
    for at in range(sizes.sums):
        exact.high[at, :width] = 0
        exact.low[at, :width] = 0
    exact.rest[:width] = 0
    exact.touched[:width] = False
    exact.weights[:width] = 0
    for hit in range(sizes.stated_hits):
        for at in range(plan.begins[hit], plan.stops[hit]):
            doc = document(postings[at])
            if places[doc]:
                value = plan.bounds[hit] * saturation(day.tfs[at], day.norm[doc], k1)
                add_value(exact, STATED_SUM, integer(places[doc]) - 1, value)
    for number in range(sizes.common, sizes.hits - sizes.stated_hits):
        hit = order[number]
        for at in range(plan.begins[hit], plan.stops[hit]):
            doc = document(postings[at])
            if places[doc]:
                weight = saturation(day.tfs[at], day.norm[doc], k1)
                first = integer(plan.firsts[hit])
                for entry in range(first, first + plan.counts[hit]):
                    to, coefficient = entry_of(entry, plan.idf[hit], vectors, sizes, plan)
                    add_value(exact, to, integer(places[doc]) - 1, coefficient * weight)
    for number in range(sizes.common):
        hit = order[number]
        if weigh(docs, begin, few, integer(plan.rows[hit]), day, k1, exact):
            first = integer(plan.firsts[hit])
            for entry in range(first, first + plan.counts[hit]):
                to, coefficient = entry_of(entry, plan.idf[hit], vectors, sizes, plan)
                add_values(exact, to, coefficient, width)
    for place in range(few):
        places[docs[begin + place]] = 0


@inlined
def saturation(tf: int, norm: float, k1: float) -> float:
    """As `bot.ranking.bm25` has it."""
    return np.float64(tf) * (k1 + 1) / (np.float64(tf) + norm)


@inlined
def entry_of(entry: int, idf: float, vectors: Vectors, sizes: Sizes, plan: Plan) -> tuple[int, float]:
    """(the sum that an entry goes to, its coefficient)."""
    owner = integer(vectors.octets[sizes.entry_owners + entry]) if sizes.entry_owners >= 0 else 0
    return plan.owners[owner], np.float64(vectors.singles[sizes.weights + entry]) * plan.factors[owner] * idf


@inlined
def weigh(docs: npt.NDArray[np.int32], begin: int, few: int, row: int, day: Day, k1: float, exact: Exact) -> bool:
    """The saturation of a common term in each document of the batch; whether one has it."""
    weights, touched, tfs, norm = exact.weights, exact.touched, day.common_tfs, day.norm
    occurs = 0
    for place in range(few):
        tf = integer(tfs[docs[begin + place], row])
        occurs |= tf
        weights[place] = tf
    if occurs == 0:
        return False
    for place in range(few):
        tf = weights[place]
        touched[place] |= tf > 0
        weights[place] = tf * (k1 + 1) / (tf + norm[docs[begin + place]])
    return True


@inlined
def add_values(exact: Exact, to: int, coefficient: float, width: int) -> None:
    """`add_value` for all places at once, where most values are 0: branches would cost more."""
    high, low, rest, weights = exact.high, exact.low, exact.rest, exact.weights
    for place in range(width):
        total, over = two_sum(high[to, place], coefficient * weights[place])
        high[to, place] = total
        total, over = two_sum(low[to, place], over)
        low[to, place] = total
        rest[place] += abs(over)


@inlined
def add_value(exact: Exact, to: int, place: int, value: float) -> None:
    high, low = exact.high, exact.low
    high[to, place], over = two_sum(high[to, place], value)
    low[to, place], over = two_sum(low[to, place], over)
    exact.rest[place] += abs(over)
    exact.touched[place] = True


@inlined
def outcome(place: int, is_near: bool, sizes: Sizes, floor: float, tolerance: float, exact: Exact) -> tuple[int, float]:
    """(what comes of a document of the batch, score). UNCERTAIN where a comparison, or the ranker's choice among the
    liked papers, hangs on a rounding."""
    if not exact.touched[place]:
        return MISSED, 0.0
    high, low, whole = exact.high, exact.low, exact.whole
    taught = high[TAUGHT_SUM, place]
    whole[0], whole[1], whole[2] = high[STATED_SUM, place], low[STATED_SUM, place], exact.rest[place]
    add(whole, taught)
    add(whole, low[TAUGHT_SUM, place])
    if sizes.likes > 0:
        best_high, best_low = exact.best_high, exact.best_low
        limit = len(best_high) - 1
        best_high[:] = 0
        best_low[:] = 0
        for at in range(NEAREST_SUM, sizes.sums):
            one, other = two_sum(high[at, place], low[at, place])
            if one != 0 and abs(one) <= tolerance:
                return UNCERTAIN, 0.0
            if one > 0:
                keep_best_of(best_high, best_low, limit, one, other)
        same = best_high[limit - 1] == best_high[limit] and best_low[limit - 1] == best_low[limit]
        if best_high[limit] > 0 and best_high[limit - 1] - best_high[limit] <= tolerance and not same:
            return UNCERTAIN, 0.0
        for at in range(limit):
            if best_high[at] > 0:
                taught += best_high[at]
                add(whole, best_high[at])
                add(whole, best_low[at])
    score = whole[0] + whole[1]
    if abs(score) <= tolerance:
        return UNCERTAIN, 0.0
    if not is_near:
        if abs(taught - floor) <= tolerance or (taught != 0 and abs(taught) <= tolerance):
            return UNCERTAIN, 0.0
        if taught < floor or taught <= 0:
            return MISSED, 0.0
    if score < 0:
        return MISSED, 0.0
    if not is_certain(whole[0], whole[1], whole[2]):
        return UNCERTAIN, 0.0
    return LISTED, score


@inlined
def keep_best_of(best_high: Floats, best_low: Floats, limit: int, high: float, low: float) -> None:
    """Insert a query's score into the falling first limit + 1."""
    at = limit
    if high < best_high[at] or (high == best_high[at] and low <= best_low[at]):
        return
    while at > 0 and (best_high[at - 1] < high or (best_high[at - 1] == high and best_low[at - 1] < low)):
        best_high[at] = best_high[at - 1]
        best_low[at] = best_low[at - 1]
        at -= 1
    best_high[at] = high
    best_low[at] = low


@inlined
def insert_score(docs: npt.NDArray[np.int32], scores: Floats, count: int, k: int, doc: int, score: float) -> int:
    """Put a document among the best `count` of at most k, best first, equals by document; how many there are now."""
    at = count
    if count == k:
        if score < scores[k - 1] or (score == scores[k - 1] and doc > docs[k - 1]):
            return count
        at = k - 1
    while at > 0 and (scores[at - 1] < score or (scores[at - 1] == score and docs[at - 1] > doc)):
        scores[at] = scores[at - 1]
        docs[at] = docs[at - 1]
        at -= 1
    scores[at] = score
    docs[at] = doc
    return min(count + 1, k)
