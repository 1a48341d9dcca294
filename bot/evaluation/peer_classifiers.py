"""Rankers that train a classifier for every reader on TF-IDF vectors: liked papers against all others."""

from typing import Any

import numpy as np

from bot.evaluation.extra import extra
from bot.evaluation.peer import Corpus, Known
from bot.ranking.bm25 import Floats
from bot.ranking.inverted_lists import Ints

NEGATIVES = 5_000
"""Papers of the background, drawn by seed, that stand for all that a reader does not care for."""


class _Classifier:
    def __init__(self, seed: int) -> None:
        self._seed = seed

    def fit(self, corpus: Corpus) -> None:
        self._vectors = corpus.texts.tfidf
        self._candidates = self._vectors[corpus.candidates]
        background = corpus.texts.background
        draw = np.random.default_rng(self._seed)
        self._others = np.sort(draw.choice(background, min(NEGATIVES, len(background)), replace=False))

    def score(self, known: Known) -> Floats:
        """The decision function; 0 for all where there is nothing to tell the likes from."""
        liked = np.array(known.liked, np.int64)
        others = np.setdiff1d(np.union1d(self._others, np.array(known.disliked, np.int64)), liked)
        if not len(others):
            return np.zeros(self._candidates.shape[0])
        return self._trained(liked, others)

    def _trained(self, liked: Ints, others: Ints) -> Floats:
        model = self._model()
        model.fit(self._vectors[np.concatenate((liked, others))], np.repeat([1, 0], [len(liked), len(others)]))
        scores: Floats = model.decision_function(self._candidates)
        return scores

    def _model(self) -> Any:
        raise AssertionError("a classifier says which model it trains")


class TfidfSvm(_Classifier):
    """A linear SVM, balanced, C = 0.01, with likes against all the rest, as arxiv-sanity-lite trains it; there the rest
    is every other paper, here a sample of the background and the dislikes."""

    def _model(self) -> Any:
        return extra("sklearn.svm").LinearSVC(
            class_weight="balanced", C=0.01, max_iter=10_000, tol=1e-6, random_state=self._seed
        )


class TfidfLogistic(_Classifier):
    """A logistic regression, balanced, with likes against dislikes and random papers, as Scholar Inbox trains it.

    The dual problem has the same solution and takes a twentieth of the time with few papers and many words.
    """

    def _model(self) -> Any:
        return extra("sklearn.linear_model").LogisticRegression(
            class_weight="balanced", solver="liblinear", dual=True, max_iter=1_000, random_state=self._seed
        )
