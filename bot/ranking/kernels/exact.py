"""The few that are left, scored as the ranker scores them: in float64, correctly rounded, the best of each group."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.ranking.kernels.arrays import GROUP, TAUGHT, Day, Plan, Rules
from bot.ranking.kernels.jit import compiled, integer
from bot.ranking.kernels.sums import Floats, add, is_certain, two_sum

TOLERANCE = 1e-12
"""Of the sum of all |coefficients|: what is nearer than this to a limit is left to the exact ranker."""


class Rescored(NamedTuple):
    """Of each of the few: the score as a sum of two numbers and what they may be off by, the part learned from
    feedback, whether it has a term at all; the sum of one query; and of each group the best queries, one more than
    count: float64[groups, few, best]."""

    high: Floats
    low: Floats
    rest: Floats
    taught: Floats
    touched: npt.NDArray[np.bool_]
    row_high: Floats
    row_low: Floats
    best_high: npt.NDArray[np.float64]
    best_low: npt.NDArray[np.float64]


@compiled
def rescore(
    queries: int,
    plan: Plan,
    day: Day,
    rules: Rules,
    few: int,
    docs: npt.NDArray[np.int32],
    places: npt.NDArray[np.uint16],
    scores: Rescored,
    tolerance: float,
) -> bool:
    """Fill `scores` for docs[:few]; `places` (uint16[D], all 0) is used and left as it was.

    False where the ranker's choice among the queries of a group hangs on a rounding.
    """
    for place in range(few):
        places[docs[place]] = place + 1
    for array in (scores.high, scores.low, scores.rest, scores.taught):
        array[:few] = 0
    scores.touched[:few] = False
    scores.best_high[:] = 0
    scores.best_low[:] = 0
    certain = True
    begin = 0
    for q in range(queries):
        end, role = plan.ends[q], plan.roles[q]
        if begin == end:
            continue
        is_group = role >= GROUP
        scores.row_high[:few] = 0
        scores.row_low[:few] = 0
        add_exact(
            begin,
            end,
            plan,
            day,
            rules.k1,
            few,
            docs,
            places,
            scores.row_high if is_group else scores.high,
            scores.row_low if is_group else scores.low,
            scores.rest,
            scores.taught,
            scores.touched,
            1.0 if role == TAUGHT else 0.0,
        )
        if is_group:
            for place in range(few):
                high, low = two_sum(scores.row_high[place], scores.row_low[place])
                if high != 0 and abs(high) <= tolerance:
                    certain = False
                if high > 0:
                    keep_best_of(
                        scores.best_high[role - GROUP, place],
                        scores.best_low[role - GROUP, place],
                        rules.limits[role - GROUP],
                        high,
                        low,
                    )
        begin = end
    for group in range(len(rules.limits)):
        limit = rules.limits[group]
        for place in range(few):
            best_high, best_low = scores.best_high[group, place], scores.best_low[group, place]
            if best_high[limit] > 0 and best_high[limit - 1] - best_high[limit] <= tolerance:
                same = best_high[limit - 1] == best_high[limit] and best_low[limit - 1] == best_low[limit]
                certain = certain and same
            for at in range(limit):
                if best_high[at] > 0:
                    scores.taught[place] += best_high[at]
                    add(scores.high, scores.low, scores.rest, place, best_high[at])
                    add(scores.high, scores.low, scores.rest, place, best_low[at])
    for place in range(few):
        places[docs[place]] = 0
    return certain


@compiled
def add_exact(
    begin: int,
    end: int,
    plan: Plan,
    day: Day,
    k1: float,
    few: int,
    docs: npt.NDArray[np.int32],
    places: npt.NDArray[np.uint16],
    high: Floats,
    low: Floats,
    rest: Floats,
    taught: Floats,
    touched: npt.NDArray[np.bool_],
    share: float,
) -> None:
    """What the terms of one query give each of the few; a `share` (1 or 0) of it goes to `taught`."""
    rows, coefficients = plan.rows, plan.coefficients
    begins, stops, day_docs, tfs, norm, dense_tfs = plan.begins, plan.stops, day.docs, day.tfs, day.norm, day.dense_tfs
    for entry in range(begin, end):
        row, coefficient = integer(rows[entry]), coefficients[entry]
        if row < len(dense_tfs):
            for place in range(few):
                tf = np.float64(dense_tfs[row, docs[place]])
                if tf > 0:
                    value = coefficient * (tf * (k1 + 1) / (tf + norm[docs[place]]))
                    add(high, low, rest, place, value)
                    touched[place] = True
                    taught[place] += share * value
            continue
        for at in range(begins[entry], stops[entry]):
            doc = day_docs[at]
            if places[doc]:
                place = integer(places[doc]) - 1
                tf = np.float64(tfs[at])
                value = coefficient * (tf * (k1 + 1) / (tf + norm[doc]))
                add(high, low, rest, place, value)
                touched[place] = True
                taught[place] += share * value


@compiled
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


@compiled
def listed(
    few: int,
    docs: npt.NDArray[np.int32],
    near: npt.NDArray[np.bool_],
    scores: Rescored,
    floor: float,
    tolerance: float,
    out_docs: npt.NDArray[np.int32],
    out_scores: Floats,
) -> int:
    """Those of the few with a score above 0 that reach the floor, best first, equals by document; how many.

    -1 where a comparison hangs on a rounding.
    """
    count = 0
    for place in range(few):
        if not scores.touched[place]:
            continue
        score = scores.high[place] + scores.low[place]
        if abs(score) <= tolerance:
            return -1
        taught = scores.taught[place]
        if not near[docs[place]]:
            if abs(taught - floor) <= tolerance or (taught != 0 and abs(taught) <= tolerance):
                return -1
            if taught < floor or taught <= 0:
                continue
        if score < 0:
            continue
        if not is_certain(scores.high[place], scores.low[place], scores.rest[place]):
            return -1
        at = count
        while at > 0 and (
            out_scores[at - 1] < score or (out_scores[at - 1] == score and out_docs[at - 1] > docs[place])
        ):
            out_scores[at] = out_scores[at - 1]
            out_docs[at] = out_docs[at - 1]
            at -= 1
        out_scores[at] = score
        out_docs[at] = docs[place]
        count += 1
    return count
