"""How good a ranking is for one reader.

Everywhere: `scores` float64[D], higher is better, -inf for a candidate that the ranker gives no score; candidates stand
in ascending order of their ids, so that of equal scores the lower id goes first. `relevant` bool[D], at least one true.
Formulas as in Manning, Raghavan, Schütze, "Introduction to Information Retrieval", chapter 8.
"""

import numpy as np
import numpy.typing as npt

from bot.ranking.bm25 import Floats
from bot.ranking.inverted_lists import Ints

Mask = npt.NDArray[np.bool_]


def order_of(scores: Floats) -> Ints:
    """int64[D]: the candidates best first; equal scores in the order they came in. ValueError for NaN."""
    if np.isnan(scores).any():
        raise ValueError("a score is not a number")
    return np.argsort(-scores, kind="stable").astype(np.int64)


def ndcg(ranked: Mask, k: int) -> float:
    """Normalised discounted cumulative gain of the first k; `ranked`: relevance in the order of the ranking."""
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    gain = float(discounts[: len(ranked)][ranked[:k]].sum())
    return gain / float(discounts[: min(k, int(ranked.sum()))].sum())


def recall(ranked: Mask, k: int) -> float:
    """The share of the relevant that stands among the first k."""
    return float(ranked[:k].sum() / ranked.sum())


def average_precision(ranked: Mask) -> float:
    """The mean over all relevant papers of the precision at their ranks; its mean over readers is MAP."""
    ranks = np.flatnonzero(ranked) + 1
    return float((np.arange(1, len(ranks) + 1) / ranks).mean())


def auc(scores: Floats, relevant: Mask) -> float:
    """The share of pairs (relevant, other) that stand in the right order, ties counting half; 0.5 without a pair."""
    positives, negatives = int(relevant.sum()), int((~relevant).sum())
    if not positives or not negatives:
        return 0.5
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    right = float(mean_rank[inverse][relevant].sum()) - positives * (positives + 1) / 2
    return right / (positives * negatives)


def pairwise_loss(scores: Floats, ratings: Floats) -> float:
    """The sum of |rating gap| over wrongly ordered pairs, half for ties, over the sum of all |gap|: 0 is best.

    `ratings` float64[n] beside `scores` float64[n]. ValueError where all ratings are equal.
    """
    wrong = total = 0.0
    for score, rating in zip(scores.tolist(), ratings.tolist(), strict=True):
        lower = ratings < rating
        gaps = rating - ratings[lower]
        total += float(gaps.sum())
        wrong += float(gaps[scores[lower] > score].sum() + gaps[scores[lower] == score].sum() / 2)
    if not total:
        raise ValueError("all ratings are equal")
    return wrong / total


def ranking_metrics(scores: Floats, relevant: Mask) -> dict[str, float]:
    """nDCG@10, recall at 20 and 100, average precision and AUC of one ranking, by their names in the output."""
    ranked = relevant[order_of(scores)]
    return {
        "ndcg@10": ndcg(ranked, 10),
        "recall@20": recall(ranked, 20),
        "recall@100": recall(ranked, 100),
        "map": average_precision(ranked),
        "auc": auc(scores, relevant),
    }
