"""Profiles against the day: for each the first k of what `Ranker.rank` would list before it diversifies.

Scores are added up in float32; the first k and some more are then scored again exactly. A bound of the rounding errors
proves that no other document belongs to the first k; where it cannot, the profile is left to the exact ranker.
"""

import numpy as np
import numpy.typing as npt

from bot.ranking.kernels.arrays import DONE, GROUP, UNSURE, Day, Found, Hidden, Plan, Rules, Stated, Vectors
from bot.ranking.kernels.exact import TOLERANCE, Rescored, listed, rescore
from bot.ranking.kernels.jit import compiled, integer
from bot.ranking.kernels.planning import find_row, layout, plan_profile
from bot.ranking.kernels.scanning import Scan, clear, scan_day
from bot.ranking.kernels.selecting import LEAST, REJECTED, select

ROUNDING = 2.0**-23
"""Twice what a float32 operation is wrong by at the most."""
WIDEST = 1e-30
"""Coefficients that differ by more than this factor are left to the exact ranker: float32 would lose the small ones."""


@compiled
def rank_range(
    begin: int,
    end: int,
    columns: int,
    keep: int,
    vectors: Vectors,
    day: Day,
    stated: Stated,
    hidden: Hidden,
    rules: Rules,
    found: Found,
) -> None:
    """Profiles begin to end - 1 into `found`, whose rows hold the first k < keep."""
    k = found.docs.shape[1]
    width, documents = day.dense.shape[1], len(day.norm)
    longest = 0
    for p in range(begin, end):
        longest = max(longest, vectors.starts[p + 1] - vectors.starts[p])
    plan = Plan(
        np.empty(longest, np.int32),
        np.empty(longest, np.uint64),
        np.empty(longest, np.uint64),
        np.empty(longest),
        np.empty(longest),
        np.empty(longest, np.int64),
        np.empty(longest, np.int64),
        np.empty(longest, np.bool_),
    )
    scratch = np.empty((6, longest))
    groups, most = len(rules.limits), rules.limits.max()
    scan = Scan(
        np.zeros(width, np.float32),
        np.zeros(width, np.float32),
        np.zeros(width, np.float32),
        np.zeros((groups, most, width), np.float32),
        np.zeros(width),
        np.zeros(width, np.bool_),
    )
    scores = Rescored(
        np.zeros(keep),
        np.zeros(keep),
        np.zeros(keep),
        np.zeros(keep),
        np.zeros(keep, np.bool_),
        np.zeros(keep),
        np.zeros(keep),
        np.zeros((groups, keep, most + 1)),
        np.zeros((groups, keep, most + 1)),
    )
    values = np.empty(width, np.float32)
    bits = values.view(np.int32)
    highest = np.empty(columns, np.int32)
    kept, docs = np.empty(keep, np.int32), np.empty(keep, np.int32)
    places = np.zeros(documents, np.uint16)
    out, out_list = np.zeros(documents, np.bool_), np.empty(documents, np.int32)
    best_docs, best_scores = np.empty(keep, np.int32), np.empty(keep)
    for p in range(begin, end):
        found.counts[p] = 0
        state = plan_profile(vectors, p, day, stated, rules, plan, scratch)
        found.states[p] = state
        if state != DONE:
            continue
        gone = hide(vectors, p, day, hidden, out, out_list)
        found.candidates[p] = documents - gone
        queries = integer(vectors.words[vectors.starts[p] + 1])
        unit, bound, tolerance, negative, certain = measure(queries, plan, day, rules)
        if not certain:
            found.states[p] = UNSURE
        elif unit > 0:
            floor = learned_floor(queries, plan, rules)
            scan_day(queries, plan, day, rules, scan, unit)
            offer(queries, plan, scan, values, documents, rules, floor, unit, bound, negative)
            for at in range(gone):
                values[out_list[at]] = REJECTED
            few, cut = select(values, bits, columns, highest, kept, docs)
            # What is further below the k-th than two roundings is not among the first k, unless one of those above
            # turns out not to be listed at all.
            near_few = few
            while k > 0 and near_few > k and values[docs[near_few - 1]] < values[docs[k - 1]] - 2 * bound:
                near_few -= 1
            certain = rescore(queries, plan, day, rules, near_few, docs, places, scores, tolerance)
            count = listed(near_few, docs, scan.near, scores, floor, tolerance, best_docs, best_scores)
            if near_few < few and (
                0 <= count < k or (count >= k and best_scores[k - 1] * unit <= values[docs[near_few]] + bound)
            ):
                certain = rescore(queries, plan, day, rules, few, docs, places, scores, tolerance)
                count = listed(few, docs, scan.near, scores, floor, tolerance, best_docs, best_scores)
            if (
                not certain
                or count < 0
                or (cut and k > 0 and (count < k or best_scores[k - 1] * unit <= values[docs[few - 1]] + bound))
            ):
                found.states[p] = UNSURE
            else:
                found.counts[p] = min(count, k)
                for at in range(min(count, k)):
                    found.docs[p, at] = best_docs[at]
                    found.scores[p, at] = best_scores[at]
            clear(queries, plan, scan)
        for at in range(gone):
            out[out_list[at]] = False


@compiled
def learned_floor(queries: int, plan: Plan, rules: Rules) -> float:
    """`bot.ranking.relevance.learned_floor`; the first group are the liked papers."""
    likes = 0
    for q in range(queries):
        likes += plan.roles[q] == GROUP
    return float(rules.learned_floor * np.cbrt(max(1.0, likes / 3)))


@compiled
def measure(queries: int, plan: Plan, day: Day, rules: Rules) -> tuple[float, float, float, bool, bool]:
    """(unit, bound, tolerance, whether a coefficient is negative, whether float32 will do).

    unit: what brings the largest coefficient to 1, 0 if there is none. bound: how far a float32 score in these units
    may be off, from the sums of |coefficients| that one document can meet. tolerance: see `exact`.
    """
    largest, smallest = 0.0, np.inf
    negative = False
    total, most_terms = 0.0, 0.0
    group_total = np.zeros(len(rules.limits))
    group_terms = np.zeros(len(rules.limits))
    begin = 0
    every = 0.0
    for q in range(queries):
        end, role = plan.ends[q], plan.roles[q]
        mine = 0.0
        for entry in range(begin, end):
            size = abs(plan.coefficients[entry])
            mine += size
            negative = negative or plan.coefficients[entry] < 0
            if size > 0:
                largest = max(largest, size)
                smallest = min(smallest, size)
        terms = min(end - begin, day.most_terms)
        every += mine
        if role >= GROUP:
            group_total[role - GROUP] = max(group_total[role - GROUP], mine)
            group_terms[role - GROUP] = max(group_terms[role - GROUP], terms)
        else:
            total += mine
            most_terms += terms
        begin = end
    if largest == 0:
        return 0.0, 0.0, 0.0, False, True
    for group in range(len(rules.limits)):
        total += group_total[group] * rules.limits[group]
        most_terms += group_terms[group] * rules.limits[group]
    highest = rules.k1 + 1
    bound = (most_terms + 8) * ROUNDING * highest * total / largest
    certain = smallest > largest * WIDEST and largest > 1e-200
    return 1 / largest, bound, TOLERANCE * highest * every, negative, certain


@compiled
def offer(
    queries: int,
    plan: Plan,
    scan: Scan,
    values: npt.NDArray[np.float32],
    documents: int,
    rules: Rules,
    floor: float,
    unit: float,
    bound: float,
    negative: bool,
) -> None:
    """The values to choose by: the scores of all that may be listed, rounding errors allowed for; else REJECTED.

    Without negative coefficients a score above 0 is a term in common, whatever the rounding.
    """
    taught, stated, near, best = scan.taught, scan.stated, scan.near, scan.best
    least = np.float32(-bound) if negative else np.float32(0.0)
    enough = np.float32(floor * unit - bound)
    if not negative:
        enough = max(enough, LEAST)
    has_groups = False
    for q in range(queries):
        has_groups = has_groups or plan.roles[q] >= GROUP
    if has_groups:
        for group in range(len(rules.limits)):
            for place in range(rules.limits[group]):
                for at in range(len(values)):
                    taught[at] += best[group, place, at]
    for at in range(len(values)):
        total = taught[at] + stated[at]
        wanted = (total > least) & ((taught[at] >= enough) | near[at])
        value = total if total > LEAST else LEAST
        values[at] = value if wanted else REJECTED
    for at in range(documents, len(values)):
        values[at] = REJECTED


@compiled
def hide(
    vectors: Vectors,
    p: int,
    day: Day,
    hidden: Hidden,
    out: npt.NDArray[np.bool_],
    out_list: npt.NDArray[np.int32],
) -> int:
    """Mark what is no candidate for a profile: hidden, or with all terms of a mute. How many, listed in `out_list`."""
    gone = 0
    for at in range(hidden.starts[p], hidden.starts[p + 1]):
        doc = hidden.docs[at]
        if not out[doc]:
            out[doc] = True
            out_list[gone] = doc
            gone += 1
    counts, first, terms = layout(vectors, p)
    at = first + 2 * terms + (terms + 31) // 32
    for mute in range(vectors.words[vectors.starts[p] + 2]):
        size = integer(vectors.words[counts + mute])
        rarest = -1
        for t in range(at, at + size):
            row = find_row(day.bitmap, day.slots, day.shift, integer(vectors.words[t]))
            if row < 0:
                rarest = -1
                break
            # Rows stand in falling order of df.
            rarest = max(rarest, row)
        if rarest >= 0:
            for posting in range(day.starts[rarest], day.starts[rarest + 1]):
                doc = integer(day.docs[posting])
                if not out[doc] and has_all(vectors, at, at + size, day, doc):
                    out[doc] = True
                    out_list[gone] = doc
                    gone += 1
        at += size
    return gone


@compiled
def has_all(vectors: Vectors, begin: int, end: int, day: Day, doc: int) -> bool:
    """Whether a document has every one of some terms, all of which the day has."""
    for t in range(begin, end):
        row = find_row(day.bitmap, day.slots, day.shift, integer(vectors.words[t]))
        low, high = day.starts[row], day.starts[row + 1]
        while low < high:
            middle = (low + high) // 2
            if integer(day.docs[middle]) < doc:
                low = middle + 1
            else:
                high = middle
        if low == day.starts[row + 1] or day.docs[low] != doc:
            return False
    return True
