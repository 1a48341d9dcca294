"""Sums that round as the ranker's do."""

import numpy as np
import numpy.typing as npt

from bot.ranking.kernels.jit import compiled, inlined

Floats = npt.NDArray[np.float64]


@compiled
def pairwise(values: Floats, begin: int, end: int) -> float:
    """values[begin:end].sum() to the last bit: numpy adds in eight lanes, and halves what is longer than 128.

    The halving keeps its own stack: numba cannot read a function that calls itself back from its cache.
    """
    if end - begin <= 128:
        return block(values, begin, end)
    begins, ends = np.empty(48, np.int64), np.empty(48, np.int64)
    left, has_left = np.empty(48), np.zeros(48, np.bool_)
    depth = 0
    begins[0], ends[0] = begin, end
    while True:
        count = ends[depth] - begins[depth]
        if count > 128:
            half = count // 2
            half -= half % 8
            has_left[depth] = False
            begins[depth + 1], ends[depth + 1] = begins[depth], begins[depth] + half
            depth += 1
            continue
        total = block(values, begins[depth], ends[depth])
        while depth and has_left[depth - 1]:
            depth -= 1
            total = left[depth] + total
        if not depth:
            return total
        left[depth - 1], has_left[depth - 1] = total, True
        begins[depth], ends[depth] = ends[depth], ends[depth - 1]


@compiled
def block(values: Floats, begin: int, end: int) -> float:
    """The sum of at most 128 values in eight lanes."""
    count = end - begin
    total = 0.0
    if count < 8:
        for at in range(begin, end):
            total += values[at]
        return total
    r0, r1, r2, r3 = values[begin], values[begin + 1], values[begin + 2], values[begin + 3]
    r4, r5, r6, r7 = values[begin + 4], values[begin + 5], values[begin + 6], values[begin + 7]
    whole = begin + count - count % 8
    for at in range(begin + 8, whole, 8):
        r0 += values[at]
        r1 += values[at + 1]
        r2 += values[at + 2]
        r3 += values[at + 3]
        r4 += values[at + 4]
        r5 += values[at + 5]
        r6 += values[at + 6]
        r7 += values[at + 7]
    total = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7))
    for at in range(whole, end):
        total += values[at]
    return float(total)


@inlined
def two_sum(one: float, other: float) -> tuple[float, float]:
    """The rounded sum, and exactly what the rounding took away (Knuth)."""
    total = one + other
    back = total - one
    return total, (one - (total - back)) + (other - back)


@inlined
def add(sums: Floats, value: float) -> None:
    """sums[0] + sums[1] += value, where the second takes what the first rounds off, and |what even the second rounds
    off| adds up in sums[2]: as long as that is 0, the sum of the two is exact."""
    sums[0], over = two_sum(sums[0], value)
    sums[1], over = two_sum(sums[1], over)
    sums[2] += abs(over)


@inlined
def is_certain(high: float, low: float, rest: float) -> bool:
    """Whether high + low, a single rounding, is the true sum correctly rounded: it is if the two are exact, or if
    anything within +-rest would round to the same (Ziv's test)."""
    return rest == 0 or high + (low + 2 * rest) == high + (low - 2 * rest)
