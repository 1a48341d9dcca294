"""Breaking up near-duplicates and lists of one topic: maximal marginal relevance (Carbonell and Goldstein, 1998)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bot.ranking.bm25 import Bm25, Floats
from bot.ranking.inverted_lists import Ints
from bot.ranking.term_index import Slot

Places = Sequence[tuple[Slot, int]]


def similarities(places: Places, bm25: Bm25) -> Floats:
    """float64[n, n]: cosines of the papers' vectors of BM25-saturated tf times IDF.

    They are taken over a quarter of all terms, about fifty a paper: enough to tell near-duplicates and topics.
    """
    terms, owners, weights = _vectors(places, bm25)
    distinct, inverse = np.unique(terms, return_inverse=True)
    matrix = np.zeros((len(distinct), len(places)))
    np.add.at(matrix, (inverse, owners), weights)
    return matrix.T @ matrix


def likeness(papers: Places, others: Places, bm25: Bm25) -> Floats:
    """float64[papers, others]: the cosines of `similarities` between a few papers and others."""
    count = len(papers)
    terms, owners, weights = _vectors([*papers, *others], bm25)
    distinct = np.unique(terms[owners < count])
    if not len(distinct):
        return np.zeros((count, len(others)))
    rows = np.minimum(np.searchsorted(distinct, terms), len(distinct) - 1)
    shared = distinct[rows] == terms
    matrix = np.zeros((len(distinct), count + len(others)))
    np.add.at(matrix, (rows[shared], owners[shared]), weights[shared])
    cosines: Floats = matrix[:, :count].T @ matrix[:, count:]
    return cosines


def _vectors(places: Places, bm25: Bm25) -> tuple[npt.NDArray[np.uint32], Ints, Floats]:
    """(term ids, which paper, weights) of vectors of length 1; a paper without telling terms has none."""
    ids: list[npt.NDArray[np.uint32]] = [np.empty(0, np.uint32)]
    owners: list[Ints] = [np.empty(0, np.int64)]
    weights: list[Floats] = [np.empty(0)]
    by_slot: dict[int, list[int]] = {}
    for at, (slot, _) in enumerate(places):
        by_slot.setdefault(slot.id, []).append(at)
    for members in by_slot.values():
        segment = places[members[0]][0].segment
        docs = np.array([places[at][1] for at in members], np.int64)
        terms, which, tfs = segment.forward_few(docs)
        ids.append(terms)
        owners.append(np.array(members, np.int64)[which])
        weights.append(bm25.saturation(tfs, segment.lengths[docs].astype(np.float64)[which]))
    every, owner = np.concatenate(ids), np.concatenate(owners)
    distinct, inverse = np.unique(every, return_inverse=True)
    df = bm25.index.df(distinct)
    telling = bm25.is_telling(df)
    idf = np.zeros(len(distinct))
    idf[telling] = bm25.idfs(df[telling])
    value = np.concatenate(weights) * idf[inverse]
    norms = np.sqrt(np.bincount(owner, value * value, len(places)))
    return every, owner, value / np.where(norms > 0, norms, 1.0)[owner]


def diversified(scores: Sequence[float], similarity: Floats, strength: float) -> list[int]:
    """The new order of papers that stand in falling order of their positive scores.

    Each next paper is the one with the highest score / best score - strength * (similarity to the most similar
    paper placed before it); of equals the one that stood first.
    """
    if not scores:
        return []
    relevance = np.array(scores) / scores[0]
    nearest = np.zeros(len(scores))
    open_ones = np.ones(len(scores), np.bool_)
    order: list[int] = []
    for _ in scores:
        value = np.where(open_ones, relevance - strength * nearest, -np.inf)
        chosen = int(value.argmax())
        order.append(chosen)
        open_ones[chosen] = False
        nearest = np.maximum(nearest, similarity[chosen])
    return order
