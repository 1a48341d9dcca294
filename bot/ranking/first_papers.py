"""The first papers for somebody of whom nothing is known: a few that stand for the whole field of candidates.

Greedy facility location (Nemhauser, Wolsey and Fisher, 1978: at least 1 - 1/e of the best possible): each next paper
is the one that brings the candidates closest to what is chosen already, so that whatever somebody wants, one of the
papers is near it and an answer to it says the most.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bot.domain.paper import PaperKey
from bot.domain.ranking import Candidates
from bot.ranking.bm25 import Bm25, Floats
from bot.ranking.eligibility import Eligibility
from bot.ranking.inverted_lists import Ints
from bot.ranking.parameters import RankingSettings
from bot.ranking.term_index import TermIndex

MOST = 1_500
"""Of more candidates the newest so many are looked at; memory and time grow with the square."""

WIDTH = 2_048
"""Terms are folded into so many columns by their ids, which are hashes: two rarely share one."""

MOST_RARE = 10
"""Terms of fewer papers than this (in an index of fewer than 9,000: than one in a thousand) tell a paper from all
others, not its subject: with them the five papers were of the field of half as many simulated readers."""

Matrix = npt.NDArray[np.float32]


def first_papers(
    index: TermIndex,
    candidates: Candidates,
    count: int,
    *,
    muted: Sequence[Sequence[str]] = (),
    settings: RankingSettings | None = None,
) -> list[list[PaperKey]]:
    """At most `count` groups of candidates, the group that stands for the most first; in each the paper chosen for
    it, then the others of its group from the most to the least central. A group holds the candidates that are nearer to
    its paper than to the others'. `muted` is as in a profile.
    """
    keys, vectors = _vectors(index, Eligibility(index, candidates, muted), Bm25(index, settings or RankingSettings()))
    if not len(keys) or count < 1:
        return []
    cosines = vectors @ vectors.T
    chosen: list[int] = []
    near = np.zeros(len(keys), np.float32)
    for _ in range(min(count, len(keys))):
        gains = np.maximum(cosines, near[:, None]).sum(axis=0) - near.sum()
        gains[chosen] = -1
        best = int(gains.argmax())
        chosen.append(best)
        near = np.maximum(near, cosines[best])
    owner = cosines[chosen].argmax(axis=0)
    owner[chosen] = np.arange(len(chosen))
    groups = []
    for number, medoid in enumerate(chosen):
        members = np.flatnonzero((owner == number) & (cosines[medoid] > 0))
        central = cosines[np.ix_(members, members)].sum(axis=0)
        central[members == medoid] = np.inf
        order = members[np.lexsort((keys[members], -central))]
        groups.append([PaperKey(key) for key in keys[order].tolist()])
    return groups


def _vectors(index: TermIndex, eligibility: Eligibility, bm25: Bm25) -> tuple[Ints, Matrix]:
    """(int64[n] keys rising, float32[n, WIDTH] vectors of length 1) of the newest candidates with telling terms."""
    places = [(slot, np.flatnonzero(eligibility.mask(slot))) for slot in index.slots]
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
    df = index.df(distinct)
    telling = bm25.is_telling(df) & (df >= min(MOST_RARE, 1 + index.documents // 1_000))
    idf = np.zeros(len(distinct))
    idf[telling] = bm25.idfs(df[telling])
    matrix = np.zeros((row, WIDTH), np.float32)
    np.add.at(matrix, (owners, terms % WIDTH), (saturation * idf[inverse]).astype(np.float32))
    norms = np.sqrt((matrix * matrix).sum(axis=1))
    order = np.argsort(keys[newest], kind="stable")
    order = order[norms[order] > 0]
    return keys[newest][order], matrix[order] / norms[order, None]
