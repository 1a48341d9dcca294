"""Sums that round as the ranker's do."""

import numpy as np
import numpy.typing as npt

from bot.ranking.kernels.jit import compiled, inlined, integer

Floats = npt.NDArray[np.float64]


STACK = 192
"""Numbers that `pairwise` needs room for."""


@compiled
def pairwise(values: Floats, count: int, stack: Floats) -> float:
    """values[:count].sum() to the last bit: numpy adds in eight lanes, and halves what is longer than 128.

    The halving keeps its own stack, of four numbers a level: where a part begins and ends, the sum of its left half,
    and whether that is known.
    """
    depth = 0
    stack[0], stack[1] = 0, count
    while True:
        begin, end = integer(stack[4 * depth]), integer(stack[4 * depth + 1])
        size = end - begin
        if size > 128:
            half = size // 2
            half -= half % 8
            stack[4 * depth + 3] = 0
            depth += 1
            stack[4 * depth], stack[4 * depth + 1] = begin, begin + half
            continue
        total = block(values, begin, end)
        while depth and stack[4 * depth - 1]:
            depth -= 1
            total = stack[4 * depth + 2] + total
        if not depth:
            return float(total)
        stack[4 * depth - 2], stack[4 * depth - 1] = total, 1
        stack[4 * depth], stack[4 * depth + 1] = stack[4 * depth + 1], stack[4 * depth - 3]


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
