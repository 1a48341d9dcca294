"""The candidates as vectors, to compare all of them with each other."""

import numpy as np
import numpy.typing as npt

from bot.ranking.bm25 import Bm25, Floats
from bot.ranking.eligibility import Eligibility
from bot.ranking.inverted_lists import Ints

MOST = 1_500
"""Of more candidates the newest so many are looked at; memory and time grow with the square."""

WIDTH = 2_048
"""Terms are folded into so many columns by their ids, which are hashes: two rarely share one."""

MOST_RARE = 10
"""Terms of fewer papers than this (in an index of fewer than 9,000: than one in a thousand) tell a paper from all
others, not its subject: with them the list after the answers held a third fewer wanted papers."""

Matrix = npt.NDArray[np.float32]


def candidate_vectors(eligibility: Eligibility, bm25: Bm25) -> tuple[Ints, Matrix]:
    """(int64[n] keys rising, float32[n, WIDTH] vectors of length 1) of the newest candidates with telling terms.

    `bm25` is fitted to the index that `eligibility` looks at.
    """
    places = [(slot, np.flatnonzero(eligibility.mask(slot))) for slot in bm25.index.slots]
    places = [(slot, docs) for slot, docs in places if len(docs)]
    if not places:
        return np.empty(0, np.int64), np.empty((0, WIDTH), np.float32)
    keys = np.concatenate([slot.segment.keys[docs] for slot, docs in places])
    fresh = np.concatenate([slot.segment.fresh_at[docs] for slot, docs in places])
    newest = np.zeros(len(keys), np.bool_)
    newest[np.lexsort((keys, -fresh))[:MOST]] = True
    every: list[tuple[npt.NDArray[np.uint32], Ints, Floats]] = []
    start = row = 0
    for slot, docs in places:
        kept = docs[newest[start : start + len(docs)]]
        start += len(docs)
        terms, owners, tfs = slot.segment.forward(kept)
        saturation = bm25.saturation(tfs, slot.segment.lengths[kept].astype(np.float64)[owners])
        every.append((terms, owners + row, saturation))
        row += len(kept)
    terms, owners, saturation = (np.concatenate(arrays) for arrays in zip(*every, strict=True))
    distinct, inverse = np.unique(terms, return_inverse=True)
    df = bm25.index.df(distinct)
    telling = bm25.is_telling(df) & (df >= min(MOST_RARE, 1 + bm25.index.documents // 1_000))
    idf = np.zeros(len(distinct))
    idf[telling] = bm25.idfs(df[telling])
    matrix = np.zeros((row, WIDTH), np.float32)
    np.add.at(matrix, (owners, terms % WIDTH), (saturation * idf[inverse]).astype(np.float32))
    norms = np.sqrt((matrix * matrix).sum(axis=1))
    order = np.argsort(keys[newest], kind="stable")
    order = order[norms[order] > 0]
    return keys[newest][order], matrix[order] / norms[order, None]
