"""Rounded numbers that still add up to their rounded sum."""

import math
from collections.abc import Sequence


def apportioned(values: Sequence[float], total: float, unit: float) -> list[int]:
    """Each value in whole units, so that together they make round(total / unit).

    `total` is what the values add up to, rounding errors aside. By the method of largest remainders (A. Hamilton's,
    for seats): all are rounded down, and the units that are missing go to those that lost the most, so none is a
    whole unit or more from its value.
    """
    exact = [value / unit for value in values]
    units = [math.floor(value) for value in exact]
    missing = min(max(round(total / unit) - sum(units), 0), len(units))
    lost = sorted(range(len(exact)), key=lambda at: (units[at] - exact[at], at))
    for at in lost[:missing]:
        units[at] += 1
    return units
