"""Rankers that read no text: what is reached by chance, and by what others like."""

import numpy as np

from bot.evaluation.data_set import Reader
from bot.evaluation.peer import Corpus, Known
from bot.ranking.bm25 import Floats


class RandomOrder:
    """Any order; the same for the same seed and the same likes."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def fit(self, corpus: Corpus) -> None:
        self._candidates = len(corpus.candidates)

    def score(self, known: Known) -> Floats:
        return np.random.default_rng([self._seed, *known.liked]).random(self._candidates)


class Popularity:
    """How many OTHER readers like a paper, by all that is known of them: their `liked`, `later`, and what they rate
    above their own mean.

    That is more than a real system would know, as if all others had read today's papers before this reader does. What
    the reader at hand likes does not count for them. Where no two readers share a candidate it says nothing.
    """

    def fit(self, corpus: Corpus) -> None:
        self._candidates = corpus.candidates
        self._likes = {reader.id: list(_likes(reader)) for reader in corpus.readers}
        self._count = np.zeros(len(corpus.texts.papers))
        for papers in self._likes.values():
            self._count[papers] += 1

    def score(self, known: Known) -> Floats:
        count = self._count.copy()
        for reader in known.readers:
            count[self._likes[reader]] -= 1
        scores: Floats = count[self._candidates]
        return scores


def _likes(reader: Reader) -> frozenset[int]:
    mean = sum(value for _, value in reader.ratings) / max(1, len(reader.ratings))
    return frozenset((*reader.liked, *reader.later, *(paper for paper, value in reader.ratings if value > mean)))
