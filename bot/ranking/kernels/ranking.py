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


class Room(NamedTuple):
    """The values to choose by, also seen as int32; what `select` needs; what is hidden, also as a list; the best."""

    values: npt.NDArray[np.float32]
    bits: npt.NDArray[np.int32]
    highest: npt.NDArray[np.int32]
    picked: npt.NDArray[np.int32]
    kept: npt.NDArray[np.int32]
    docs: npt.NDArray[np.int32]
    out: npt.NDArray[np.bool_]
    out_list: npt.NDArray[np.int32]
    best_docs: npt.NDArray[np.int32]
    best_scores: npt.NDArray[np.float64]


class Work(NamedTuple):
    """All the room that the ranking of one block of profiles needs: it grows with the longest profile and the day."""

    plan: Plan
    scan: Scan
    exact: Exact
    room: Room


def make_work(longest: int, documents: int, width: int, columns: int, keep: int, k: int, nearest: int) -> Work:
    """For vectors of up to so many words, documents in so many columns, and the first k < keep."""
    values = np.empty(width, np.float32)
    return Work(
        make_plan(longest),
        Scan(np.zeros(width, np.float32), np.zeros(width, np.float32), np.zeros(width), np.zeros(width, np.bool_)),
        make_exact(documents, BATCH, NEAREST_SUM + MOST_SHARING, nearest),
        Room(
            values=values,
            bits=values.view(np.int32),
            highest=np.empty(columns, np.int32),
            picked=np.empty(columns + 1, np.int32),
            kept=np.empty(keep, np.int32),
            docs=np.empty(max(keep, documents) + 1, np.int32),
            out=np.zeros(documents, np.bool_),
            out_list=np.empty(documents, np.int32),
            best_docs=np.empty(k, np.int32),
            best_scores=np.empty(k),
        ),
    )


@compiled
def rank_range(
    begin: int,
    vectors: Vectors,
    day: Day,
    stated: Stated,
    hidden: Hidden,
    rules: Rules,
    found: Found,
    work: Work,
) -> None:
    """All vectors into rows begin, begin + 1, ... of `found`, which hold the first k."""
    plan, scan, exact, room = work
    k, documents = found.docs.shape[1], len(day.norm)
    values = room.values
    for p in range(len(vectors.starts) - 1):
        number = begin + p
        count = 0
        sizes = plan_profile(vectors, p, day, stated, rules, plan)
        state = sizes.state
        if state == DONE:
            gone = hide(vectors, p, number, day, hidden, rules.roles, room.out, room.out_list)
            found.candidates[number] = documents - gone
            measured = measure(sizes, plan, day, rules)
            if not measured.certain:
                state = UNSURE
            elif measured.unit > 0 and k > 0:
                floor = learned_floor(sizes.likes, rules)
                scan_day(sizes, plan, day, rules, scan, measured.unit)
                offer(sizes, scan, values, documents, floor, measured)
                for at in range(gone):
                    values[room.out_list[at]] = REJECTED
                few = select(room.bits, room.highest, room.picked, room.kept, room.docs)
                state, count = list_best(few, floor, measured, room, scan, vectors, sizes, plan, day, rules, exact)
                clear(sizes, scan)
            for at in range(gone):
                room.out[room.out_list[at]] = False
        found.states[number] = state
        found.counts[number] = count if state == DONE else 0
        for at in range(found.counts[number]):
            found.docs[number, at] = room.best_docs[at]
            found.scores[number, at] = room.best_scores[at]


@inlined
def learned_floor(likes: int, rules: Rules) -> float:
    """`bot.ranking.relevance.learned_floor`."""
    return float(rules.learned_floor * np.cbrt(max(1.0, likes / 3)))


@inlined
def list_best(
    few: int,
    floor: float,
    measured: Measure,
    room: Room,
    scan: Scan,
    vectors: Vectors,
    sizes: Sizes,
    plan: Plan,
    day: Day,
    rules: Rules,
    exact: Exact,
) -> tuple[int, int]:
    """(state, how many are listed): from the first `few` documents by what they can score, all that there are if these
    are fewer than were asked for, the best ones into `room`, whose values are used up."""
    k, keep, state, count = len(room.best_docs), len(room.kept), DONE, 0
    docs, values = room.docs, room.values
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
            score_batch(docs, start, end - start, vectors, sizes, plan, day, rules, exact)
            for place in range(end - start):
                doc = integer(docs[start + place])
                values[doc] = REJECTED
                comes, score = outcome(place, scan.near[doc], sizes, floor, measured.tolerance, exact)
                if comes == UNCERTAIN:
                    state = UNSURE
                elif comes == LISTED:
                    count = insert_score(room.best_docs, room.best_scores, count, k, doc, score)
        least = room.best_scores[k - 1] * measured.unit - measured.error if count == k else 0.0
        if left < least or left < 0 or state != DONE:
            break
        left = np.float32(REJECTED)
        todo = 0
        for doc in range(len(day.norm)):
            docs[todo] = doc
            todo += (values[doc] >= 0) & (values[doc] >= least)
    return state, count
