"""Breaking up near-duplicates and lists of one topic: maximal marginal relevance (Carbonell and Goldstein, 1998)."""

from collections.abc import Sequence

import numpy as np

from bot.ranking.bm25 import Bm25, Floats
from bot.ranking.inverted_lists import Ints
from bot.ranking.term_index import Slot

_SHARE = 0.25
"""Cosines are taken over a quarter of all terms, about fifty a paper: enough to tell near-duplicates and topics."""


def similarities(places: Sequence[tuple[Slot, int]], bm25: Bm25) -> Floats:
    """float64[n, n]: cosines of the papers' vectors of BM25-saturated tf times IDF."""
    count = len(places)
    ids: list[np.ndarray] = [np.empty(0, np.uint32)]
    owners: list[Ints] = [np.empty(0, np.int64)]
    weights: list[Floats] = [np.empty(0)]
    by_slot: dict[int, list[int]] = {}
    for at, (slot, _) in enumerate(places):
        by_slot.setdefault(slot.id, []).append(at)
    for members in by_slot.values():
        segment = places[members[0]][0].segment
        docs = np.array([places[at][1] for at in members], np.int64)
        terms, which, tfs = segment.forward(docs, _SHARE)
        ids.append(terms)
        owners.append(np.array(members, np.int64)[which])
        weights.append(bm25.saturation(tfs, segment.lengths[docs].astype(np.float64)[which]))
    distinct, inverse = np.unique(np.concatenate(ids), return_inverse=True)
    df = bm25.index.df(distinct)
    telling = bm25.is_telling(df)
    idf = np.zeros(len(distinct))
    idf[telling] = bm25.idfs(df[telling])
    matrix = np.zeros((len(distinct), count))
    np.add.at(matrix, (inverse, np.concatenate(owners)), np.concatenate(weights) * idf[inverse])
    norms = np.sqrt((matrix * matrix).sum(axis=0))
    matrix /= np.where(norms > 0, norms, 1.0)
    return matrix.T @ matrix


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
