"""From a profile's numbers to what its terms can bring on this day, and where their postings are.

For stated queries that is `bot.ranking.scoring.plan_scores` over arrays, with every operation in the order that it has
there, so that the coefficients are the same to the last bit.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.domain.profile_vector import MOST_SHARING
from bot.ranking.kernels.arrays import (
    DAMAGED,
    DONE,
    NEAREST,
    NO_ROLE,
    TAUGHT,
    UNSURE,
    Day,
    Rules,
    Stated,
    Vectors,
)
from bot.ranking.kernels.jit import compiled, inlined, integer
from bot.ranking.kernels.stating import cover, query_norm, read_query
from bot.ranking.kernels.sums import STACK
from bot.ranking.kernels.vectors import QUERY, Layout, find_row, layout, may_occur

BEYOND = 1e100
LARGEST_SINGLE = 3.5e38
CLASSES = 33
"""One more than the highest class of a day (bot.ranking.day_matrix)."""
STATED_SUM, TAUGHT_SUM, NEAREST_SUM = 0, 1, 2
"""The sums that coefficients go to: the last one and those after it are of the queries of which the best few count."""


class Plan(NamedTuple):
    """A planned profile: hits, each a term of the profile that the day has, those of stated queries first.

    Hit h has the row rows[h] with the postings begins[h]:stops[h] and an `idf`; `bounds` is its coefficient, of a
    shared term at least what it brings. Of the shared ones `order` names those of the dense rows first, then other
    common ones, then rare ones by falling df; their `counts` entries begin at firsts[h], and belong to queries with
    `factors` and a sum in `owners`. Stated query s has the hits ends[s - 1]:ends[s] with their part of what makes an
    interest; `near` says whether it lists a paper by itself.
    """

    rows: npt.NDArray[np.int32]
    begins: npt.NDArray[np.uint64]
    stops: npt.NDArray[np.uint64]
    idf: npt.NDArray[np.float64]
    bounds: npt.NDArray[np.float64]
    firsts: npt.NDArray[np.int32]
    counts: npt.NDArray[np.int32]
    order: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int64]
    coverage: npt.NDArray[np.float64]
    near: npt.NDArray[np.bool_]
    factors: npt.NDArray[np.float64]
    owners: npt.NDArray[np.int64]
    candidates: npt.NDArray[np.int32]
    classes: npt.NDArray[np.uint8]
    sizes: npt.NDArray[np.int64]
    scratch: npt.NDArray[np.float64]


def make_plan(longest: int) -> Plan:
    """Room for vectors of up to so many words."""
    size = longest + 1
    return Plan(
        rows=np.empty(size, np.int32),
        begins=np.empty(size, np.uint64),
        stops=np.empty(size, np.uint64),
        idf=np.empty(size),
        bounds=np.empty(size),
        firsts=np.empty(size, np.int32),
        counts=np.empty(size, np.int32),
        order=np.empty(size, np.int32),
        ends=np.empty(size, np.int64),
        coverage=np.empty(size),
        near=np.empty(size, np.bool_),
        factors=np.empty(MOST_SHARING + 1),
        owners=np.empty(MOST_SHARING + 1, np.int64),
        candidates=np.empty(size, np.int32),
        classes=np.empty(size, np.uint8),
        sizes=np.empty(CLASSES, np.int64),
        scratch=np.empty((7, max(size, STACK))),
    )


class Sizes(NamedTuple):
    """Of a plan: its state (the rest means nothing unless DONE), numbers of stated hits, of shared hits in dense rows,
    in dense or other common rows, of all hits; of stated queries, of sums, of liked papers. No less than the sum of all
    |coefficients|, and whether one may be negative. Where the entries' weights and owners begin, -1 for no owners."""

    state: int
    stated_hits: int
    dense: int
    common: int
    hits: int
    stated: int
    sums: int
    likes: int
    whole: float
    negative: bool
    weights: int
    entry_owners: int


@inlined
def plan_profile(vectors: Vectors, p: int, day: Day, stated: Stated, rules: Rules, plan: Plan) -> Sizes:
    """Fill `plan`. UNSURE for what is not finite, beyond all measure, or of a kind without a role: the exact ranker
    knows what to say."""
    here = layout(vectors, p, rules.roles)
    hits, queries, whole, negative = 0, 0, 0.0, False
    sharing, likes = 0, 0
    state = DONE if here.queries >= 0 else DAMAGED
    at = here.own
    for q in range(here.queries):
        head = here.heads + QUERY * q
        kind, terms, scale = vectors.words[head], integer(vectors.words[head + 1]), vectors.doubles[head // 2 + 1]
        role = rules.roles[kind] if kind < len(rules.roles) else NO_ROLE
        if role == NO_ROLE or not np.isfinite(scale):
            state = UNSURE
            break
        if role >= TAUGHT:
            norm, lowest, highest = vectors.doubles[head // 2 + 2], vectors.singles[head + 6], vectors.singles[head + 7]
            factor = scale / norm if norm > 0 else 0.0
            largest = max(abs(lowest), abs(highest))
            if not (abs(factor) * LARGEST_SINGLE * rules.highest_idf < BEYOND and np.isfinite(largest)):
                state = UNSURE
                break
            plan.factors[sharing] = factor
            plan.owners[sharing] = TAUGHT_SUM if role == TAUGHT else NEAREST_SUM + likes
            whole += abs(factor) * rules.highest_idf * np.float64(largest) * terms
            negative = negative or (lowest if factor > 0 else -highest) < 0
            likes += role == NEAREST
            sharing += 1
            continue
        added, size, below = plan_stated(vectors, here, at, terms, role, scale, day, stated, rules, plan, hits)
        if added < 0:
            state = UNSURE
            break
        at += terms
        hits += added
        whole += size
        negative = negative or below
        plan.ends[queries] = hits
        plan.near[queries] = scale > 0
        queries += 1
    if sharing > 1:
        # A damaged vector may name queries that it has not.
        plan.factors[sharing:] = np.nan
        plan.owners[sharing:] = STATED_SUM
    stated_hits, dense, common = hits, 0, 0
    if state == DONE and here.shared_terms > 0:
        state, hits = find_shared(vectors, here, day, plan, hits)
        dense, common = put_in_order(plan, stated_hits, hits)
    owners = here.owners if here.sharing > 1 else -1
    return Sizes(
        state,
        stated_hits,
        dense,
        common,
        hits,
        queries,
        NEAREST_SUM + likes,
        likes,
        whole,
        negative,
        here.weights,
        owners,
    )


@compiled
def plan_stated(
    vectors: Vectors,
    here: Layout,
    at: int,
    terms: int,
    role: int,
    scale: float,
    day: Day,
    stated: Stated,
    rules: Rules,
    plan: Plan,
    hits: int,
) -> tuple[int, float, bool]:
    """How many hits a stated query adds, -1 if it is left to the ranker; the sum of its |coefficients|, and whether one
    is negative."""
    scratch = plan.scratch
    count = read_query(vectors, here, at, terms, role, day, stated, scratch)
    if count < 0:
        return -1, 0.0, False
    norm = query_norm(role, count, scratch)
    added, whole, negative = 0, 0.0, False
    if not norm > 0:
        return added, whole, negative
    cover(role, count, scratch, rules.telling_cap)
    factor = scale / norm
    for t in range(count):
        value = scratch[0, t] * factor
        if not abs(value) * rules.highest_idf < BEYOND:
            return -1, 0.0, False
        row = integer(scratch[3, t])
        if row >= 0:
            hit = hits + added
            look_up(plan, day, hit, row)
            plan.bounds[hit] = value * scratch[1, t]
            plan.coverage[hit] = scratch[4, t]
            whole += abs(plan.bounds[hit])
            negative = negative or plan.bounds[hit] < 0
            added += 1
    return added, whole, negative


@inlined
def look_up(plan: Plan, day: Day, hit: int, row: int) -> int:
    """Fill in what a row says of a hit. The result is the first posting, and nobody asks for it, but all these look-ups
    wait for memory at the same time; the loops over postings would wait in turn."""
    begin = np.uint64(day.starts[row])
    plan.rows[hit] = row
    plan.begins[hit] = begin
    plan.stops[hit] = np.uint64(day.starts[row + 1])
    plan.idf[hit] = day.idf[row]
    return integer(day.postings[begin])


@inlined
def find_shared(vectors: Vectors, here: Layout, day: Day, plan: Plan, hits: int) -> tuple[int, int]:
    """(state, number of hits): fill in the shared terms that the day has."""
    words, singles, octets, bitmap, slots = vectors.words, vectors.singles, vectors.octets, day.bitmap, day.slots
    candidates, firsts, counts = plan.candidates, plan.firsts, plan.counts
    first, found, entry = here.shared, 0, 0
    if here.sharing > 1:
        most = here.most
        for term in range(here.shared_terms):
            candidates[found] = term
            counts[found] = entry
            found += may_occur(bitmap, integer(words[first + term]))
            entry += integer(octets[here.counts + term])
        if entry != here.entries:
            return DAMAGED, hits
    else:
        most = here.weights
        for term in range(here.shared_terms):
            candidates[found] = term
            counts[found] = term
            found += may_occur(bitmap, integer(words[first + term]))
    kept, touched = 0, 0
    for at in range(found):
        term = candidates[at]
        row = find_row(slots, day.shift, integer(words[first + term]))
        plan.rows[hits + kept] = row
        candidates[kept] = term
        counts[kept] = counts[at]
        kept += row >= 0
    factor = 1.0 if here.sharing > 1 else plan.factors[0]
    is_finite = True
    for at in range(kept):
        hit = hits + at
        touched += look_up(plan, day, hit, integer(plan.rows[hit]))
        bound = np.float64(singles[most + candidates[at]]) * factor * plan.idf[hit]
        is_finite = is_finite and np.isfinite(bound)
        plan.bounds[hit] = bound
        plan.classes[at] = day.classes[plan.stops[hit] - plan.begins[hit]]
    plan.scratch[0, 0] = touched
    if not is_finite:
        return UNSURE, hits
    # From the back: what is read stands no further back than what is written.
    for at in range(kept - 1, -1, -1):
        firsts[hits + at] = counts[at]
        counts[hits + at] = integer(octets[here.counts + candidates[at]]) if here.sharing > 1 else 1
    return DONE, hits + kept


@inlined
def put_in_order(plan: Plan, begin: int, end: int) -> tuple[int, int]:
    """`order` of the hits from `begin` on, by their classes: how many are in dense rows, how many in common ones."""
    sizes, classes, order = plan.sizes, plan.classes, plan.order
    sizes[:] = 0
    for at in range(end - begin):
        sizes[classes[at]] += 1
    dense, common = sizes[0], sizes[0] + sizes[1]
    place = 0
    for one in range(len(sizes)):
        size = sizes[one]
        sizes[one] = place
        place += size
    for at in range(end - begin):
        one = classes[at]
        order[sizes[one]] = begin + at
        sizes[one] += 1
    return dense, common
