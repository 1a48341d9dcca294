"""Approximate scores of every document of the day at once, in float32."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.ranking.kernels.arrays import GROUP, TAUGHT, Day, Plan, Rules
from bot.ranking.kernels.jit import compiled, integer

Singles = npt.NDArray[np.float32]


class Scan(NamedTuple):
    """Arrays of W columns, the documents and a few more: sums of what was stated and taught, the row of one query,
    best float32[groups, most that count, W], how much of an interest each document has and which have enough."""

    stated: Singles
    taught: Singles
    row: Singles
    best: npt.NDArray[np.float32]
    coverage: npt.NDArray[np.float64]
    near: npt.NDArray[np.bool_]


@compiled
def add_terms(sums: Singles, begin: int, end: int, plan: Plan, unit: float, day: Day) -> None:
    """sums += the terms' weights, each times its coefficient in units."""
    rows, coefficients = plan.rows, plan.coefficients
    begins, stops, docs, weights, dense = plan.begins, plan.stops, day.docs, day.weights, day.dense
    for entry in range(begin, end):
        row = integer(rows[entry])
        coefficient = np.float32(coefficients[entry] * unit)
        if row < len(dense):
            for at in range(len(sums)):
                sums[at] += coefficient * dense[row, at]
        else:
            for at in range(begins[entry], stops[entry]):
                sums[docs[at]] += coefficient * weights[at]


@compiled
def keep_best(best: npt.NDArray[np.float32], row: Singles, count: int) -> None:
    """Insert a query's scores into the highest so far; `row` is used up."""
    for place in range(count):
        for at in range(len(row)):
            one, other = best[place, at], row[at]
            best[place, at] = one if one > other else other
            row[at] = other if one > other else one


@compiled
def mark_near(q: int, plan: Plan, day: Day, scan: Scan, floor: float) -> None:
    """Which documents have enough of a stated interest; added in the ranker's order and precision."""
    begin = plan.ends[q - 1] if q else 0
    for entry in range(begin, plan.ends[q]):
        term = plan.rows[entry]
        for at in range(day.starts[term], day.starts[term + 1]):
            scan.coverage[day.docs[at]] += plan.coverage[entry]
    for entry in range(begin, plan.ends[q]):
        term = plan.rows[entry]
        for at in range(day.starts[term], day.starts[term + 1]):
            doc = day.docs[at]
            covered = scan.coverage[doc]
            if covered > 0 and covered >= floor:
                scan.near[doc] = True
            scan.coverage[doc] = 0.0


@compiled
def scan_day(queries: int, plan: Plan, day: Day, rules: Rules, scan: Scan, unit: float) -> None:
    """Fill `scan`; coefficients are multiplied by `unit`, which keeps them in the range of float32.

    Rows that the profile has no queries for are not touched: they are 0 from the start, and `clear` leaves them so.
    """
    begin = 0
    for q in range(queries):
        end, role = plan.ends[q], plan.roles[q]
        if begin == end:
            continue
        if role < GROUP:
            add_terms(scan.taught if role == TAUGHT else scan.stated, begin, end, plan, unit, day)
        else:
            scan.row[:] = 0
            add_terms(scan.row, begin, end, plan, unit, day)
            keep_best(scan.best[role - GROUP], scan.row, rules.limits[role - GROUP])
        if plan.near[q]:
            mark_near(q, plan, day, scan, rules.interest_floor)
        begin = end


@compiled
def clear(queries: int, plan: Plan, scan: Scan) -> None:
    """Make `scan` as good as new after a profile."""
    scan.taught[:] = 0
    has_stated = False
    has_groups = False
    for q in range(queries):
        has_stated = has_stated or plan.roles[q] < TAUGHT
        has_groups = has_groups or plan.roles[q] >= GROUP
    if has_stated:
        scan.stated[:] = 0
        scan.near[:] = False
    if has_groups:
        scan.best[:] = 0
