"""The ranker: the one way from a profile and candidates to a ranking with its reasons.

Score (bot.ranking.scored), list (arrangement), explore (exploring); what one paper's place comes from: standing.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.domain.paper import PaperKey
from bot.domain.profile import PartKind, Profile, ProfileQuery
from bot.domain.ranking import Candidates, Exploration
from bot.ranking.arrangement import arranged, pool_of
from bot.ranking.bm25 import Bm25, Floats
from bot.ranking.eligibility import Eligibility
from bot.ranking.exploring import explored
from bot.ranking.inverted_lists import Ints
from bot.ranking.learned import paper_weights, strongest
from bot.ranking.parameters import RankingSettings
from bot.ranking.ranked import Ranked, RankedList
from bot.ranking.relevance import reaches
from bot.ranking.scored import Scored, score_all, with_parts
from bot.ranking.scoring import plan_scores
from bot.ranking.standing import Explained, explained
from bot.ranking.term_index import TermIndex

__all__ = ["Explained", "Ranked", "RankedList", "Ranker"]


class Ranker:
    """Ranks against one snapshot of the term index; safe to use from several threads.

    Papers with equal scores stand in the order of their keys: the index holds no paper ids, and keys are as stable.
    IDF and average length come from `background`: the index itself, unless an evaluation keeps the two apart.
    """

    def __init__(
        self, index: TermIndex, settings: RankingSettings | None = None, background: TermIndex | None = None
    ) -> None:
        self._index = index
        self._settings = settings or RankingSettings()
        self._background = background or index

    def rank(
        self,
        profile: Profile,
        candidates: Candidates,
        k: int,
        *,
        topic: ProfileQuery | None = None,
        exploration: Exploration | None = None,
    ) -> RankedList:
        """The first k. Only papers with a score above 0 that reach the floor of relevance (bot.ranking.relevance) are
        listed, so a list ends where the papers for this person end; with a topic only those that are near to it.

        With an `exploration` and no topic the last places go to exploration picks (bot.ranking.explore), labelled
        by their step. ValueError for a negative k and for weights that are not finite.
        """
        scored = self._score(profile, candidates, topic, self._index.window(candidates.since))
        listed = self._listed(scored.relevant(), k)
        if exploration is not None and topic is None:
            listed = explored(scored, listed, k, exploration, self._index, self._settings)[:k]
        return RankedList(tuple(listed), scored.candidates)

    def arrange(self, profile: Profile, first: Sequence[PaperKey], candidates: int, k: int) -> RankedList:
        """What `rank` lists, from the papers that stand first before it diversifies (bot.ranking.batch finds them).

        `first` holds at least the first max(k, diversify_pool), or all; those no longer indexed are left out.
        """
        plan = plan_scores(profile.queries, self._bm25(), self._settings)
        located = [(place, key) for key in first if (place := self._index.locate(key)) is not None]
        best = with_parts([(slot, doc, key) for (slot, doc), key in located], plan)
        listed = arranged(best, plan.bm25, k, pool_of(self._settings), self._settings.diversify_strength)
        return RankedList(tuple(listed), candidates)

    def scores(
        self, profile: Profile, candidates: Candidates, *, topic: ProfileQuery | None = None
    ) -> tuple[Ints, Floats]:
        """(keys, scores) of every candidate with a score above 0, best first, before `diversify`.

        No floor: this is what evaluation looks at, also below where a list for a person ends.
        """
        scored = self._score(profile, candidates, topic)
        order = np.lexsort((scored.keys, -scored.scores))
        return scored.keys[order], scored.scores[order]

    def explain(
        self,
        profile: Profile,
        candidates: Candidates,
        key: PaperKey,
        k: int,
        *,
        topic: ProfileQuery | None = None,
        exploration: Exploration | None = None,
    ) -> Explained:
        """The parts of any stored paper's score, and its rank or what kept it out of the first k."""
        scored = self._score(profile, candidates, topic)
        entries = self._listed(scored.relevant(), max(k, self._settings.diversify_pool))
        if exploration is not None and topic is None:
            entries = explored(scored, entries, k, exploration, self._index, self._settings)
        return explained(self._index, scored, entries, key, k, on_topic=topic is not None)

    def similar(self, title: str, abstract: str, candidates: Candidates, k: int) -> RankedList:
        """The papers most like a text (exclude the paper itself through `candidates`); 1 is the text itself.

        The list ends at `similar_floor`.
        """
        weights = strongest(paper_weights(title, abstract, self._bm25()), self._settings.learned_terms)
        query = ProfileQuery(PartKind.LIKED_PAPER, title, tuple(weights), tuple(weights.values()))
        scored = self._score_queries([query], Eligibility(self._index, candidates))
        scored = replace(scored, near=reaches(scored.scores, self._settings.similar_floor)).relevant()
        return RankedList(tuple(self._listed(scored, k, diversify=False)), scored.candidates)

    def _bm25(self) -> Bm25:
        return Bm25(self._background, self._settings)

    def _score(
        self, profile: Profile, candidates: Candidates, topic: ProfileQuery | None, index: TermIndex | None = None
    ) -> Scored:
        """`index` holds at least the candidates, the whole index if it is left out."""
        queries = [*profile.queries, *([topic] if topic else [])]
        eligibility = Eligibility(index or self._index, candidates, profile.muted, profile.mute_labels)
        scored = self._score_queries(queries, eligibility)
        if candidates.least <= 0:
            return scored
        return replace(scored, near=scored.near & reaches(scored.scores, candidates.least))

    def _score_queries(self, queries: Sequence[ProfileQuery], eligibility: Eligibility) -> Scored:
        return score_all(plan_scores(queries, self._bm25(), self._settings), eligibility)

    def _listed(self, scored: Scored, k: int, *, diversify: bool = True) -> list[Ranked]:
        if k < 0:
            raise ValueError("a ranking has no fewer than 0 entries")
        pool = pool_of(self._settings) if diversify else 0
        return arranged(scored.best(max(k, pool)), scored.plan.bm25, k, pool, self._settings.diversify_strength)
