"""What is no candidate for a profile: papers it had, papers it muted."""

import numpy as np
import numpy.typing as npt

from bot.ranking.kernels.arrays import Day, Hidden, Vectors
from bot.ranking.kernels.jit import compiled, inlined, integer
from bot.ranking.kernels.vectors import document, find_row, layout, may_occur


@compiled
def hide(
    vectors: Vectors,
    p: int,
    number: int,
    day: Day,
    hidden: Hidden,
    roles: npt.NDArray[np.int64],
    out: npt.NDArray[np.bool_],
    out_list: npt.NDArray[np.int32],
) -> int:
    """Mark what is no candidate for a profile: hidden (`number` is its place there), or with all terms of a mute. How
    many, listed in `out_list`."""
    gone = 0
    for at in range(hidden.starts[number], hidden.starts[number + 1]):
        doc = hidden.docs[at]
        if not out[doc]:
            out[doc] = True
            out_list[gone] = doc
            gone += 1
    here = layout(vectors, p, roles)
    at = here.muted
    for mute in range(here.mutes):
        size = integer(vectors.words[here.mute_sizes + mute])
        rarest = -1
        for t in range(at, at + size):
            row = row_of(day, integer(vectors.words[t]))
            if row < 0:
                rarest = -1
                break
            # Rows stand in falling order of df.
            rarest = max(rarest, row)
        if rarest >= 0:
            for posting in range(day.starts[rarest], day.starts[rarest + 1]):
                doc = integer(document(day.postings[posting]))
                if not out[doc] and has_all(vectors, at, at + size, day, doc):
                    out[doc] = True
                    out_list[gone] = doc
                    gone += 1
        at += size
    return gone


@inlined
def row_of(day: Day, term: int) -> int:
    return find_row(day.slots, day.shift, term) if may_occur(day.bitmap, term) else -1


@compiled
def has_all(vectors: Vectors, begin: int, end: int, day: Day, doc: int) -> bool:
    """Whether a document has every one of some terms, all of which the day has."""
    for t in range(begin, end):
        row = row_of(day, integer(vectors.words[t]))
        low, high = day.starts[row], day.starts[row + 1]
        while low < high:
            middle = (low + high) // 2
            if integer(document(day.postings[middle])) < doc:
                low = middle + 1
            else:
                high = middle
        if low == day.starts[row + 1] or integer(document(day.postings[low])) != doc:
            return False
    return True
