"""Rankers by the cosine of TF-IDF vectors."""

import numpy as np

from bot.evaluation.peer import Corpus, Known
from bot.ranking.bm25 import Floats


class TfidfCentroid:
    """The cosine to the mean of the liked papers' vectors; dislikes are not looked at."""

    def fit(self, corpus: Corpus) -> None:
        self._vectors = corpus.texts.tfidf
        self._candidates = self._vectors[corpus.candidates]

    def score(self, known: Known) -> Floats:
        centroid = np.asarray(self._vectors[list(known.liked)].mean(axis=0)).ravel()
        scores: Floats = self._candidates @ centroid
        return scores


class NearestLiked:
    """The cosine to the most similar liked paper; dislikes are not looked at."""

    def fit(self, corpus: Corpus) -> None:
        self._vectors = corpus.texts.tfidf
        self._candidates = self._vectors[corpus.candidates]

    def score(self, known: Known) -> Floats:
        cosines = (self._candidates @ self._vectors[list(known.liked)].T).toarray()
        nearest: Floats = cosines.max(axis=1)
        return nearest
