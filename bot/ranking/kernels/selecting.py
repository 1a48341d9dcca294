"""The highest few of many values."""

import numpy as np
import numpy.typing as npt

from bot.ranking.kernels.jit import compiled, inlined

REJECTED = np.float32(-1.0)
LEAST = np.float32(1.2e-38)
"""What a candidate has at the least; a document that is none has REJECTED."""


@compiled
def select(
    values: npt.NDArray[np.float32],
    bits: npt.NDArray[np.int32],
    columns: int,
    highest: npt.NDArray[np.int32],
    kept: npt.NDArray[np.int32],
    docs: npt.NDArray[np.int32],
) -> tuple[int, bool]:
    """The highest len(kept) values into `kept` (as bits) and `docs`, falling, of equals the first document first.

    `bits` is `values` seen as int32, which stand in the same order where they are positive. Returns how many there
    are and whether that is as many as fit. The column maxima are found first, by whole rows; their len(kept)-th is a
    lower bound of what is looked for, and few columns reach it.
    """
    keep = len(kept)
    rows = len(values) // columns
    for column in range(columns):
        highest[column] = bits[column]
    for row in range(1, rows):
        base = row * columns
        for column in range(columns):
            value = bits[base + column]
            highest[column] = value if value > highest[column] else highest[column]
    kept[:] = 0
    for column in range(columns):
        if highest[column] > kept[keep - 1]:
            insert(kept, docs, keep, highest[column], 0)
    bound = max(kept[keep - 1], np.int32(1))
    count = 0
    kept[:] = 0
    for column in range(columns):
        if highest[column] < bound:
            continue
        for doc in range(column, len(values), columns):
            value = bits[doc]
            if value < bound:
                continue
            if count < keep:
                count += 1
            elif value < kept[keep - 1] or (value == kept[keep - 1] and doc > docs[keep - 1]):
                continue
            insert(kept, docs, count, value, doc)
    return count, count == keep


@inlined
def insert(kept: npt.NDArray[np.int32], docs: npt.NDArray[np.int32], count: int, value: np.int32, doc: int) -> None:
    """Put a value where it belongs among the first `count`, whose last falls out."""
    at = count - 1
    while at > 0 and (kept[at - 1] < value or (kept[at - 1] == value and docs[at - 1] > doc)):
        kept[at] = kept[at - 1]
        docs[at] = docs[at - 1]
        at -= 1
    kept[at] = value
    docs[at] = doc
