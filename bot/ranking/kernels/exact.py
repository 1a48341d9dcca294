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


class Exact(NamedTuple):
    """Room for a batch of B documents: `places`, of every document one more than its place in the batch, 0 for others;
    high and low float64[B, sums], whose sum is a sum; what even that is off by, and whether there is a term at all; of
    one document the common hits, and of its queries of which the best few count the highest sums, one more than count;
    [high], [low] and [rest] of the whole (see `add`)."""

    places: npt.NDArray[np.uint16]
    high: Floats
    low: Floats
    rest: Floats
    touched: npt.NDArray[np.bool_]
    found: npt.NDArray[np.int32]
    best_high: Floats
    best_low: Floats
    whole: Floats


@inlined
def make_exact(documents: int, batch: int, sums: int, hits: int, nearest: int) -> Exact:
    return Exact(
        np.zeros(documents, np.uint16),
        np.zeros((batch, sums)),
        np.zeros((batch, sums)),
        np.zeros(batch),
        np.zeros(batch, np.bool_),
        np.empty(hits + 1, np.int32),
        np.empty(nearest + 1),
        np.empty(nearest + 1),
        np.empty(3),
    )


@inlined
def score_batch(
    docs: npt.NDArray[np.int32],
    begin: int,
    end: int,
    vectors: Vectors,
    sizes: Sizes,
    plan: Plan,
    day: Day,
    rules: Rules,
    exact: Exact,
) -> None:
    """Add up docs[begin:end]."""
    places, order, rows, postings = exact.places, plan.order, plan.rows, day.postings
    few = end - begin
    for place in range(few):
        places[docs[begin + place]] = place + 1
        exact.high[place, : sizes.sums] = 0
        exact.low[place, : sizes.sums] = 0
        exact.rest[place] = 0
        exact.touched[place] = False
    for hit in range(sizes.stated_hits):
        for at in range(plan.begins[hit], plan.stops[hit]):
            doc = document(postings[at])
            if places[doc]:
                value = plan.bounds[hit] * saturation(day.tfs[at], day.norm[doc], rules.k1)
                add_value(exact, integer(places[doc]) - 1, STATED_SUM, value)
    for number in range(sizes.common, sizes.hits - sizes.stated_hits):
        hit = order[number]
        for at in range(plan.begins[hit], plan.stops[hit]):
            doc = document(postings[at])
            if places[doc]:
                weight = saturation(day.tfs[at], day.norm[doc], rules.k1)
                add_entries(exact, integer(places[doc]) - 1, hit, weight, vectors, sizes, plan)
    found = exact.found
    for place in range(few):
        doc = integer(docs[begin + place])
        places[doc] = 0
        tfs = day.common_tfs[doc]
        some = 0
        for number in range(sizes.common):
            found[some] = order[number]
            some += tfs[rows[order[number]]] != 0
        for number in range(some):
            hit = found[number]
            weight = saturation(tfs[rows[hit]], day.norm[doc], rules.k1)
            add_entries(exact, place, hit, weight, vectors, sizes, plan)


@inlined
def saturation(tf: int, norm: float, k1: float) -> float:
    """As `bot.ranking.bm25` has it."""
    return np.float64(tf) * (k1 + 1) / (np.float64(tf) + norm)


@inlined
def add_entries(exact: Exact, place: int, hit: int, weight: float, vectors: Vectors, sizes: Sizes, plan: Plan) -> None:
    """What a shared term with this saturation gives by each query that has it."""
    idf, first = plan.idf[hit], integer(plan.firsts[hit])
    if sizes.entry_owners < 0:
        coefficient = np.float64(vectors.singles[sizes.weights + first]) * plan.factors[0] * idf
        add_value(exact, place, plan.owners[0], coefficient * weight)
        return
    for entry in range(first, first + plan.counts[hit]):
        owner = vectors.octets[sizes.entry_owners + entry]
        coefficient = np.float64(vectors.singles[sizes.weights + entry]) * plan.factors[owner] * idf
        add_value(exact, place, plan.owners[owner], coefficient * weight)


@inlined
def add_value(exact: Exact, place: int, to: int, value: float) -> None:
    if value == 0:
        return
    high, low = exact.high, exact.low
    high[place, to], over = two_sum(high[place, to], value)
    low[place, to], over = two_sum(low[place, to], over)
    exact.rest[place] += abs(over)
    exact.touched[place] = True


@inlined
def outcome(place: int, is_near: bool, sizes: Sizes, floor: float, tolerance: float, exact: Exact) -> tuple[int, float]:
    """(what comes of a document of the batch, score). UNCERTAIN where a comparison, or the ranker's choice among the
    liked papers, hangs on a rounding."""
    if not exact.touched[place]:
        return MISSED, 0.0
    high, low, whole = exact.high[place], exact.low[place], exact.whole
    taught = high[TAUGHT_SUM]
    whole[0], whole[1], whole[2] = high[STATED_SUM], low[STATED_SUM], exact.rest[place]
    add(whole, high[TAUGHT_SUM])
    add(whole, low[TAUGHT_SUM])
    if sizes.likes > 0:
        best_high, best_low = exact.best_high, exact.best_low
        limit = len(best_high) - 1
        best_high[:] = 0
        best_low[:] = 0
        for at in range(NEAREST_SUM, sizes.sums):
            one, other = two_sum(high[at], low[at])
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
