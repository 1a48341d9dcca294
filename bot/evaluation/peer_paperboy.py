"""Paperboy's own ranking, by the very code that `recommend` and the digests run."""

from datetime import UTC, datetime

import numpy as np

from bot.domain.feedback import Reaction
from bot.domain.paper import LONG_AGO, PaperId, PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import KnownPaper
from bot.domain.ranking import Candidates
from bot.evaluation.peer import Corpus, Known
from bot.ranking.bm25 import Floats
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import build_profile
from bot.ranking.ranker import Ranker

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When everything happens: all feedback is of this moment, so that nothing of it has faded."""


class Paperboy:
    """Profile and ranker as in production, before the floor of relevance and the diversifying of lists for people.

    A paper that the ranker gives no score above 0 has none.
    """

    def __init__(self, settings: RankingSettings | None = None) -> None:
        self._settings = settings or RankingSettings()

    def fit(self, corpus: Corpus) -> None:
        self._papers = corpus.texts.papers
        self._candidates = corpus.candidates
        self._background = corpus.texts.background_index
        index = corpus.texts.term_index(corpus.candidates)
        self._ranker = Ranker(index, self._settings, self._background)

    def score(self, known: Known) -> Floats:
        reactions = [self._reacted(at, Reaction.LIKE) for at in known.liked]
        reactions += [self._reacted(at, Reaction.DISLIKE) for at in known.disliked]
        profile = build_profile(PersonId(1), [], reactions, self._background, NOW, self._settings)
        seen = frozenset(paper.key for paper in reactions)
        keys, values = self._ranker.scores(profile, Candidates(since=LONG_AGO, excluded=seen))
        scores = np.full(len(self._candidates), -np.inf)
        scores[np.searchsorted(self._candidates, keys)] = values
        return scores

    def _reacted(self, at: int, reaction: Reaction) -> KnownPaper:
        paper = self._papers[at]
        reactions = frozenset({reaction})
        return KnownPaper(
            PaperKey(at), PaperId(paper.id), paper.title, paper.abstract, reactions=reactions, reacted_at=NOW
        )
