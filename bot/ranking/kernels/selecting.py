"""The highest few of many values."""

import numpy as np
import numpy.typing as npt

from bot.ranking.kernels.jit import inlined, integer

Ints = npt.NDArray[np.int32]

REJECTED = np.float32(-1.0)
LEAST = np.float32(1.2e-38)
"""What a candidate has at the least; a document that is none has REJECTED."""


@inlined
def select(bits: Ints, highest: Ints, picked: Ints, kept: Ints, docs: Ints) -> int:
    """The highest len(kept) values into `kept` and `docs`, falling, of equals the first document first; how many.

    `bits` are the values seen as int32, which stand in the same order where they are positive. The maxima of columns
    are found first, by whole rows: what len(kept) of them reach is a lower bound of what is looked for, and few values
    reach it.
    """
    keep, columns = len(kept), len(highest)
    rows = len(bits) // columns
    for column in range(columns):
        highest[column] = bits[column]
    for row in range(1, rows):
        base = row * columns
        for column in range(columns):
            value = bits[base + column]
            highest[column] = value if value > highest[column] else highest[column]
    bound = reached(highest, columns, keep)
    some = 0
    for column in range(columns):
        picked[some] = column
        some += highest[column] >= bound
    count = 0
    for number in range(some):
        for doc in range(picked[number], len(bits), columns):
            value = bits[doc]
            if value < bound:
                continue
            if count < keep:
                count += 1
            elif value < kept[keep - 1] or (value == kept[keep - 1] and doc > docs[keep - 1]):
                continue
            at = count - 1
            while at > 0 and (kept[at - 1] < value or (kept[at - 1] == value and docs[at - 1] > doc)):
                kept[at] = kept[at - 1]
                docs[at] = docs[at - 1]
                at -= 1
            kept[at] = value
            docs[at] = doc
    return count


@inlined
def reached(values: Ints, size: int, count: int) -> int:
    """A positive number that at least `count` of values[:size] reach, and few more; 1 if not so many are positive."""
    low, high = np.int32(1), np.int32(1)
    for at in range(size):
        high = max(high, values[at])
    reach = size
    while high - low > 1 and reach > count + count // 8:
        middle = low + (high - low) // 2
        above = 0
        for at in range(size):
            above += values[at] >= middle
        if above >= count:
            low, reach = np.int32(middle), above
        else:
            high = np.int32(middle)
    return integer(low)
