"""What a word tells a person: its IDF with the papers that this person has judged in the sample.

IDF says how rarely a paper of the archive has a word. Who reads one subject is shown papers of one subject, and there
other words are common: "graph" says much about a paper of the archive, less about one of a graph theorist's day.
Liked and disliked papers are a sample of what this person sees. Their document frequencies are smoothed with those of
the archive, a beta prior worth `prior_papers` papers for every word; what comes out weighs the words of the queries
that are learned. The same smoothing takes the edge off words that next to no paper has: they are often accidents.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from bot.ranking.bm25 import Bm25
from bot.ranking.parameters import RankingSettings
from bot.ranking.terms import term_id

Weights = dict[str, float]


class OwnIdf:
    """The IDF of one person, from judged papers: how much each counts (> 0), and its terms.

    However many there are, they count no more than `judged_papers` in all: a subject does not lose its name by being
    liked a thousand times.
    """

    def __init__(
        self, judged: Sequence[tuple[float, Mapping[str, float]]], bm25: Bm25, settings: RankingSettings
    ) -> None:
        total = sum(weight for weight, _ in judged)
        share = min(1.0, settings.judged_papers / total) if judged else 0.0
        self._bm25 = bm25
        self._prior = settings.prior_papers
        self._papers = share * total
        self._df: Weights = {}
        for weight, terms in judged:
            for term in terms:
                self._df[term] = self._df.get(term, 0.0) + share * weight

    def applied(self, weights: Weights) -> Weights:
        """`weights` (term -> a multiple of its IDF in the archive) with the own IDF in its place.

        In the archive q0 = (df + 0.5) / (N + 1); with df' of n judged papers q = (df' + prior q0) / (n + prior) and
        the IDF is ln((1 - q) / q), BM25's where nothing is judged. Words with q >= 1/2 tell nothing and are gone,
        unless nothing else would stay; those with q0 >= 1/2, which only a tiny archive lets in, stay as they are.
        """
        df = self._bm25.index.df(np.array([term_id(term) for term in weights], np.uint32))
        rates = (df + 0.5) / (self._bm25.corpus_size + 1)
        result = {}
        for (term, weight), rate in zip(weights.items(), rates.tolist(), strict=True):
            own = (self._df.get(term, 0.0) + self._prior * rate) / (self._papers + self._prior)
            factor = math.log((1 - own) / own) / math.log((1 - rate) / rate) if rate < 0.5 else 1.0
            if factor > 0:
                result[term] = weight * factor
        return result or weights
