"""Profiles against the day: for each the first k of what `Ranker.rank` would list before it diversifies.

In a first pass every document gets the most that it can score, in float32: all queries added up, and of each term the
few liked papers that it says most about. Those that have most are then scored exactly; then all others that may belong
to the first k by what is known of these, rounding errors allowed for. What a rounding decides is left to the exact
ranker.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.domain.profile_vector import MOST_SHARING
from bot.ranking.kernels.arrays import DONE, UNSURE, Day, Found, Hidden, Rules, Stated, Vectors
from bot.ranking.kernels.exact import LISTED, UNCERTAIN, Exact, insert_score, make_exact, outcome, score_batch
from bot.ranking.kernels.hiding import hide
from bot.ranking.kernels.jit import compiled, inlined, integer
from bot.ranking.kernels.planning import NEAREST_SUM, Plan, Sizes, make_plan, plan_profile
from bot.ranking.kernels.scanning import Measure, Scan, clear, measure, offer, scan_day
from bot.ranking.kernels.selecting import REJECTED, select

BATCH = 64
"""Documents scored exactly at a time."""


class Best(NamedTuple):
    """The best so far, k at the most."""

    docs: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float64]


@compiled
def rank_range(
    begin: int,
    columns: int,
    keep: int,
    vectors: Vectors,
    day: Day,
    stated: Stated,
    hidden: Hidden,
    rules: Rules,
    found: Found,
) -> None:
    """All vectors into rows begin, begin + 1, ... of `found`, which hold the first k < keep."""
    k = found.docs.shape[1]
    width, documents = day.dense.shape[1], len(day.norm)
    profiles = len(vectors.starts) - 1
    longest = 0
    for p in range(profiles):
        longest = max(longest, vectors.starts[p + 1] - vectors.starts[p])
    plan = make_plan(longest)
    scan = Scan(np.zeros(width, np.float32), np.zeros(width, np.float32), np.zeros(width), np.zeros(width, np.bool_))
    exact = make_exact(documents, BATCH, NEAREST_SUM + MOST_SHARING, longest, rules.nearest)
    values = np.empty(width, np.float32)
    bits = values.view(np.int32)
    highest, picked = np.empty(columns, np.int32), np.empty(columns + 1, np.int32)
    kept, docs = np.empty(keep, np.int32), np.empty(max(keep, documents) + 1, np.int32)
    out, out_list = np.zeros(documents, np.bool_), np.empty(documents, np.int32)
    best = Best(np.empty(k, np.int32), np.empty(k))
    for p in range(profiles):
        number = begin + p
        count = 0
        sizes = plan_profile(vectors, p, day, stated, rules, plan)
        state = sizes.state
        if state == DONE:
            gone = hide(vectors, p, number, day, hidden, rules.roles, out, out_list)
            found.candidates[number] = documents - gone
            measured = measure(sizes, plan, day, rules)
            if not measured.certain:
                state = UNSURE
            elif measured.unit > 0 and k > 0:
                floor = learned_floor(sizes.likes, rules)
                scan_day(sizes, plan, day, rules, scan, measured.unit)
                offer(sizes, scan, values, documents, floor, measured)
                for at in range(gone):
                    values[out_list[at]] = REJECTED
                few = select(bits, columns, highest, picked, kept, docs)
                state, count = list_best(
                    few, keep, floor, measured, docs, values, scan, best, vectors, sizes, plan, day, rules, exact
                )
                clear(sizes, scan)
            for at in range(gone):
                out[out_list[at]] = False
        found.states[number] = state
        found.counts[number] = count if state == DONE else 0
        for at in range(found.counts[number]):
            found.docs[number, at] = best.docs[at]
            found.scores[number, at] = best.scores[at]


@inlined
def learned_floor(likes: int, rules: Rules) -> float:
    """`bot.ranking.relevance.learned_floor`."""
    return float(rules.learned_floor * np.cbrt(max(1.0, likes / 3)))


@inlined
def list_best(
    few: int,
    keep: int,
    floor: float,
    measured: Measure,
    docs: npt.NDArray[np.int32],
    values: npt.NDArray[np.float32],
    scan: Scan,
    best: Best,
    vectors: Vectors,
    sizes: Sizes,
    plan: Plan,
    day: Day,
    rules: Rules,
    exact: Exact,
) -> tuple[int, int]:
    """(state, how many are listed): from the first `few` documents by what they can score, all that there are if these
    are fewer than `keep`, the best ones. `docs` and `values` are used up."""
    k, state, count = len(best.docs), DONE, 0
    todo = few
    # Without liked papers what is further below the k-th than two roundings is hardly among the first k.
    while todo > k and values[docs[todo - 1]] < values[docs[k - 1]] - 2 * measured.error:
        todo -= 1
    left = np.float32(REJECTED)
    if todo < few or few == keep:
        left = values[docs[min(todo, few - 1)]]
    for _ in range(2):
        for start in range(0, todo, BATCH):
            end = min(start + BATCH, todo)
            score_batch(docs, start, end, vectors, sizes, plan, day, rules, exact)
            for place in range(end - start):
                doc = integer(docs[start + place])
                values[doc] = REJECTED
                comes, score = outcome(place, scan.near[doc], sizes, floor, measured.tolerance, exact)
                if comes == UNCERTAIN:
                    state = UNSURE
                elif comes == LISTED:
                    count = insert_score(best.docs, best.scores, count, k, doc, score)
        least = best.scores[k - 1] * measured.unit - measured.error if count == k else 0.0
        if left < least or left < 0 or state != DONE:
            break
        left = np.float32(REJECTED)
        todo = 0
        for doc in range(len(day.norm)):
            docs[todo] = doc
            todo += (values[doc] >= 0) & (values[doc] >= least)
    return state, count
