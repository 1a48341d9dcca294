"""Of every document of the day at once, in float32, the most that it can score."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.ranking.kernels.arrays import Day, Rules
from bot.ranking.kernels.jit import inlined
from bot.ranking.kernels.planning import Plan, Sizes
from bot.ranking.kernels.selecting import LEAST, REJECTED
from bot.ranking.kernels.vectors import document

Singles = npt.NDArray[np.float32]

ROUNDING = 2.0**-23
"""Twice what a float32 operation is wrong by at the most."""
STEP = 2.0**-16
"""What a posting's weight is rounded by, as a share of the highest, is less."""
WIDEST = 1e-30
"""Coefficients that differ by more than this factor are left to the exact ranker: float32 would lose the small ones."""
TOLERANCE = 1e-12
"""Of the sum of all |coefficients|: what is nearer than this to a limit is left to the exact ranker."""


class Scan(NamedTuple):
    """Arrays of W columns, the documents and a few more: sums of what was stated and taught, how much of an interest
    each document has and which have enough."""

    stated: Singles
    taught: Singles
    coverage: npt.NDArray[np.float64]
    near: npt.NDArray[np.bool_]


class Measure(NamedTuple):
    """unit: what brings the largest bound of a hit to 1, 0 if there is none. error: how far a float32 sum in these
    units may be off. tolerance: how near to a limit an exact score cannot be told from it. certain: whether float32
    will do."""

    unit: float
    error: float
    tolerance: float
    certain: bool


@inlined
def measure(sizes: Sizes, plan: Plan, day: Day, rules: Rules) -> Measure:
    """From the sums of |bounds| that one document can meet."""
    largest, smallest, total = 0.0, np.inf, 0.0
    for hit in range(sizes.hits):
        size = abs(plan.bounds[hit])
        total += size
        largest = max(largest, size)
        smallest = min(smallest, size if size > 0 else np.inf)
    if largest == 0:
        return Measure(0.0, 0.0, 0.0, sizes.hits == 0 or not sizes.negative)
    terms = min(sizes.hits, day.most_terms + sizes.stated_hits)
    highest = rules.k1 + 1
    # The bounds are sums themselves: where they cancel out, their own rounding counts.
    error = ((terms + 8) * ROUNDING + STEP) * min(total, terms * largest) + 1e-14 * sizes.whole
    certain = smallest > largest * WIDEST and largest > 1e-200
    return Measure(1 / largest, error * highest / largest, TOLERANCE * highest * sizes.whole, certain)


@inlined
def scan_day(sizes: Sizes, plan: Plan, day: Day, rules: Rules, scan: Scan, unit: float) -> None:
    """Fill `scan`; bounds are multiplied by `unit`, which keeps them in the range of float32.

    What the profile has no queries for is not touched: it is 0 from the start, and `clear` leaves it so.
    """
    add_shared(scan.taught, sizes, plan, day, unit)
    begin = 0
    for query in range(sizes.stated):
        end = plan.ends[query]
        for hit in range(begin, end):
            add_postings(scan.stated, hit, plan, day, unit)
        if plan.near[query]:
            mark_near(begin, end, plan, day, scan, rules.interest_floor)
        begin = end


@inlined
def add_shared(sums: Singles, sizes: Sizes, plan: Plan, day: Day, unit: float) -> None:
    """sums += the shared terms' weights, each times its bound in units; of dense rows four at a time."""
    order, rows, bounds, dense = plan.order, plan.rows, plan.bounds, day.dense
    at = 0
    while at < sizes.dense:
        h0, h1, h2, h3 = order[at], order[at], order[at], order[at]
        b0 = np.float32(bounds[h0] * unit)
        b1, b2, b3 = np.float32(0.0), np.float32(0.0), np.float32(0.0)
        if at + 3 < sizes.dense:
            h1, h2, h3 = order[at + 1], order[at + 2], order[at + 3]
            b1, b2, b3 = np.float32(bounds[h1] * unit), np.float32(bounds[h2] * unit), np.float32(bounds[h3] * unit)
            r0, r1, r2, r3 = dense[rows[h0]], dense[rows[h1]], dense[rows[h2]], dense[rows[h3]]
            for doc in range(len(sums)):
                sums[doc] += (b0 * r0[doc] + b1 * r1[doc]) + (b2 * r2[doc] + b3 * r3[doc])
            at += 4
        else:
            r0 = dense[rows[h0]]
            for doc in range(len(sums)):
                sums[doc] += b0 * r0[doc]
            at += 1
    for place in range(sizes.dense, sizes.hits - sizes.stated_hits):
        add_postings(sums, order[place], plan, day, unit)


@inlined
def add_postings(sums: Singles, hit: int, plan: Plan, day: Day, unit: float) -> None:
    """sums += a term's weights times its bound in units."""
    postings = day.postings
    bound = np.float32(plan.bounds[hit] * unit * day.weight_step)
    for at in range(plan.begins[hit], plan.stops[hit]):
        posting = postings[at]
        sums[document(posting)] += bound * np.float32(np.int32(posting & 0xFFFF))


@inlined
def mark_near(begin: int, end: int, plan: Plan, day: Day, scan: Scan, floor: float) -> None:
    """Which documents have enough of a stated interest; added in the ranker's order and precision."""
    for hit in range(begin, end):
        for at in range(plan.begins[hit], plan.stops[hit]):
            scan.coverage[document(day.postings[at])] += plan.coverage[hit]
    for hit in range(begin, end):
        for at in range(plan.begins[hit], plan.stops[hit]):
            doc = document(day.postings[at])
            covered = scan.coverage[doc]
            if covered > 0 and covered >= floor:
                scan.near[doc] = True
            scan.coverage[doc] = 0.0


@inlined
def offer(sizes: Sizes, scan: Scan, values: Singles, documents: int, floor: float, measured: Measure) -> None:
    """The values to choose by: the most that all can score that may be listed; else REJECTED.

    Without negative coefficients a score above 0 is a term in common, whatever the rounding.
    """
    taught, stated, near = scan.taught, scan.stated, scan.near
    least = np.float32(-measured.error) if sizes.negative else np.float32(0.0)
    enough = np.float32(floor * measured.unit - measured.error)
    if not sizes.negative:
        enough = max(enough, LEAST)
    for at in range(len(values)):
        total = taught[at] + stated[at]
        wanted = (total > least) & ((taught[at] >= enough) | near[at])
        value = total if total > LEAST else LEAST
        values[at] = value if wanted else REJECTED
    for at in range(documents, len(values)):
        values[at] = REJECTED


@inlined
def clear(sizes: Sizes, scan: Scan) -> None:
    """Make `scan` as good as new after a profile."""
    scan.taught[:] = 0
    if sizes.stated_hits > 0:
        scan.stated[:] = 0
        scan.near[:] = False
