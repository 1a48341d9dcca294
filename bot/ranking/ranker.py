"""The ranker: the one way from a profile and candidates to a ranking with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.domain.paper import PaperKey
from bot.domain.profile import PartKind, Profile, ProfileQuery
from bot.domain.ranking import Candidates, Exploration, Part, Step
from bot.ranking.bm25 import Bm25, Floats
from bot.ranking.diversify import diversified, similarities
from bot.ranking.eligibility import Eligibility, KeptOut, Mask
from bot.ranking.explore import VERDICTS, explored_places, thompson_order
from bot.ranking.inverted_lists import Ints
from bot.ranking.learned import paper_weights, strongest
from bot.ranking.parameters import RankingSettings
from bot.ranking.relevance import reaches
from bot.ranking.scoring import Contributions, ScorePlan, plan_scores
from bot.ranking.term_index import Slot, TermIndex


@dataclass(frozen=True, slots=True)
class Ranked:
    """A paper of a ranking. `rank` counts from 1; `score` is the sum of all terms of `parts`."""

    key: PaperKey
    rank: int
    score: float
    parts: tuple[Part, ...]
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedList:
    """`candidates` is how many papers were eligible, whether or not they scored."""

    entries: tuple[Ranked, ...]
    candidates: int


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a paper stands where it does. `kept_out` is empty for a paper of the first k, else a KeptOut value (for a
    mute followed by ": " and the mute); `rank` is None for a paper that is no candidate or is never listed.

    `listed` are the papers that it is measured against: the first k and some more, in order, with their scores.
    """

    score: float
    parts: tuple[Part, ...]
    rank: int | None
    candidates: int
    steps: tuple[Step, ...]
    kept_out: str
    listed: tuple[tuple[PaperKey, float], ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    slot: Slot
    doc: int
    key: PaperKey
    score: float
    contributions: Contributions


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
        scored = self._score(profile, candidates, topic)
        near = scored.relevant()
        listed = self._listed(near, k)
        if exploration is not None and topic is None:
            listed = self._explored(scored, listed, k, exploration)[:k]
        return RankedList(tuple(listed), scored.candidates)

    def arrange(self, profile: Profile, first: Sequence[PaperKey], candidates: int, k: int) -> RankedList:
        """What `rank` lists, from the papers that stand first before it diversifies (bot.ranking.batch finds them).

        `first` holds at least the first max(k, diversify_pool), or all; those no longer indexed are left out.
        """
        plan = plan_scores(profile.queries, self._bm25(), self._settings)
        by_slot: dict[int, list[tuple[Slot, int, PaperKey]]] = {}
        for key in first:
            place = self._index.locate(key)
            if place is not None:
                by_slot.setdefault(place[0].id, []).append((*place, key))
        found = []
        for members in by_slot.values():
            docs = np.array([doc for _, doc, _ in members], np.int64)
            for (slot, doc, key), one in zip(members, plan.contributions(members[0][0], docs), strict=True):
                found.append(_Found(slot, doc, key, one.score, one))
        best = sorted(found, key=lambda one: (-one.score, one.key))
        return RankedList(tuple(self._arranged(best, plan.bm25, k, self._pool())), candidates)

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
        relevant = scored.relevant()
        entries = self._listed(relevant, max(k, self._settings.diversify_pool))
        if exploration is not None and topic is None:
            entries = self._explored(scored, entries, k, exploration)
        listed = tuple((entry.key, entry.score) for entry in entries)
        place = self._index.locate(key)
        if place is None:
            return Explained(0.0, (), None, scored.candidates, (), KeptOut.NOT_STORED, listed)
        own = scored.plan.contributions(place[0], np.array([place[1]], np.int64))[0]
        score, parts = own.score, own.parts
        kept_out = scored.eligibility.kept_out(*place)
        for entry in entries:
            if entry.key == key:
                low = "" if entry.rank <= k else KeptOut.BELOW
                return Explained(score, parts, entry.rank, scored.candidates, entry.steps, low, listed)
        if not kept_out and not (scored.keys == key).any():
            kept_out = _why_nothing(parts, topic)
        elif not kept_out and not (relevant.keys == key).any():
            kept_out = KeptOut.TOO_FAR
        if kept_out:
            return Explained(score, parts, None, scored.candidates, (), kept_out, listed)
        value = relevant.scores[np.flatnonzero(relevant.keys == key)[0]]
        above = (relevant.scores > value) | ((relevant.scores == value) & (relevant.keys < key))
        # And what exploration put before it.
        rank = 1 + int(above.sum()) + sum(entry.score < value for entry in entries[:k])
        return Explained(score, parts, rank, scored.candidates, (), KeptOut.BELOW, listed)

    def _explored(self, scored: "_Scored", listed: list[Ranked], k: int, exploration: Exploration) -> list[Ranked]:
        """The list with its exploration picks at the end of the first k; what gave way for them comes after.

        `scored` is everything that scored, also below the floor; `listed` reaches as far as it is needed.
        """
        count = explored_places(min(k, len(listed)), k, self._settings.explore_share, exploration)
        if not count:
            return listed
        least = self._settings.explore_floor * min(entry.score for entry in listed[:k])
        shown = np.array([entry.key for entry in listed[:k]], np.int64)
        open_ones = np.flatnonzero((scored.scores >= least) & ~np.isin(scored.keys, shown))
        by_score = np.lexsort((scored.keys[open_ones], -scored.scores[open_ones]))
        pool = open_ones[by_score[: self._settings.explore_pool]]
        order = thompson_order(
            scored.scores[pool] / max(entry.score for entry in listed[:k]),
            [(scored.slots[at], int(scored.docs[at])) for at in pool.tolist()],
            self._located(exploration.liked),
            self._located(exploration.disliked),
            exploration,
            scored.plan.bm25,
        )
        picks = pool[order[:count]].tolist()
        count = len(picks)
        kept = min(k, len(listed[:k]) + count) - count
        chosen = []
        for rank, at in enumerate(picks, start=kept + 1):
            own = scored.plan.contributions(scored.slots[at], scored.docs[at : at + 1])[0]
            number = 1 + int((scored.scores > scored.scores[at]).sum())
            chosen.append(Ranked(PaperKey(int(scored.keys[at])), rank, own.score, own.parts, (_explores(number),)))
        picked = {entry.key for entry in chosen}
        after = [
            replace(entry, rank=rank, steps=(*entry.steps, _GAVE_WAY) if entry.rank <= k else entry.steps)
            for rank, entry in enumerate(
                (entry for entry in listed[kept:] if entry.key not in picked), start=kept + count + 1
            )
        ]
        return [*listed[:kept], *chosen, *after]

    def _located(self, keys: Sequence[PaperKey]) -> list[tuple[Slot, int]]:
        """Where the latest of these papers stand, those that are not stored left out."""
        wanted = np.array(keys[:VERDICTS], np.int64)
        found: list[tuple[Slot, int]] = []
        for slot in self._index.slots:
            places = slot.segment.places(wanted)
            places = places[places >= 0]
            found += [(slot, place) for place in places[slot.live[places]].tolist()]
        return found

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

    def _score(self, profile: Profile, candidates: Candidates, topic: ProfileQuery | None) -> "_Scored":
        queries = [*profile.queries, *([topic] if topic else [])]
        eligibility = Eligibility(self._index, candidates, profile.muted, profile.mute_labels)
        scored = self._score_queries(queries, eligibility)
        if candidates.least <= 0:
            return scored
        return replace(scored, near=scored.near & reaches(scored.scores, candidates.least))

    def _score_queries(self, queries: Sequence[ProfileQuery], eligibility: Eligibility) -> "_Scored":
        plan = plan_scores(queries, self._bm25(), self._settings)
        slots, docs, keys, scores = [], [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
        near = [np.empty(0, np.bool_)]
        count = 0
        for slot in self._index.slots:
            eligible = eligibility.mask(slot)
            here = int(eligible.sum())
            count += here
            if not here or not plan.queries:
                continue
            values, reached = plan.score(slot, eligible)
            found = np.flatnonzero(values > 0)
            slots += [slot] * len(found)
            docs.append(found)
            keys.append(slot.segment.keys[found])
            scores.append(values[found])
            near.append(reached[found])
        return _Scored(
            plan,
            eligibility,
            slots,
            np.concatenate(docs),
            np.concatenate(keys),
            np.concatenate(scores),
            np.concatenate(near),
            count,
        )

    def _listed(self, scored: "_Scored", k: int, *, diversify: bool = True) -> list[Ranked]:
        if k < 0:
            raise ValueError("a ranking has no fewer than 0 entries")
        pool = self._pool() if diversify else 0
        return self._arranged(scored.best(max(k, pool)), scored.plan.bm25, k, pool)

    def _pool(self) -> int:
        """How many papers are looked at to break up near-duplicates."""
        return self._settings.diversify_pool if self._settings.diversify_strength else 0

    def _arranged(self, best: Sequence["_Found"], bm25: Bm25, k: int, pool: int) -> list[Ranked]:
        order = list(range(len(best)))
        if pool:
            head = best[:pool]
            similarity = similarities([(one.slot, one.doc) for one in head], bm25)
            order[: len(head)] = diversified([one.score for one in head], similarity, self._settings.diversify_strength)
        listed = []
        for rank, at in enumerate(order[:k], start=1):
            steps = (Step("diversify", f"moved from {at + 1} to {rank}"),) if at + 1 != rank else ()
            listed.append(Ranked(best[at].key, rank, best[at].score, best[at].contributions.parts, steps))
        return listed


_GAVE_WAY = Step("explore", "gave its place to an exploration pick")


def _explores(by_score: int) -> Step:
    return Step("explore", f"number {by_score} by score, shown to learn whether you want such papers")


@dataclass(frozen=True, slots=True)
class _Scored:
    """What scored above 0, in no order, as arrays side by side; `near` is which papers reach the floor."""

    plan: ScorePlan
    eligibility: Eligibility
    slots: list[Slot]
    docs: Ints
    keys: Ints
    scores: Floats
    near: Mask
    candidates: int

    def relevant(self) -> "_Scored":
        """Only the papers that reach the floor."""
        kept = np.flatnonzero(self.near)
        return replace(
            self,
            slots=[self.slots[at] for at in kept.tolist()],
            docs=self.docs[kept],
            keys=self.keys[kept],
            scores=self.scores[kept],
            near=self.near[kept],
        )

    def best(self, count: int) -> list[_Found]:
        """The first `count` with their parts, by exact score and key.

        All that stand within rounding errors of the last are looked at too, so that equal papers are told apart by
        their keys and not by the order of an addition.
        """
        if not count or not len(self.scores):
            return []
        chosen: npt.NDArray[np.intp] = np.arange(len(self.scores))
        if count < len(self.scores):
            last = np.partition(self.scores, len(self.scores) - count)[len(self.scores) - count]
            chosen = np.flatnonzero(self.scores >= last * (1 - 1e-9))
        by_slot: dict[int, list[int]] = {}
        for at in chosen.tolist():
            by_slot.setdefault(self.slots[at].id, []).append(at)
        found = []
        for members in by_slot.values():
            slot = self.slots[members[0]]
            for at, one in zip(members, self.plan.contributions(slot, self.docs[members]), strict=True):
                if one.score > 0:
                    found.append(_Found(slot, int(self.docs[at]), PaperKey(int(self.keys[at])), one.score, one))
        return sorted(found, key=lambda one: (-one.score, one.key))[:count]


def _why_nothing(parts: Sequence[Part], topic: ProfileQuery | None) -> KeptOut:
    if topic is not None and not any(part.kind is PartKind.TOPIC for part in parts):
        return KeptOut.OFF_TOPIC
    return KeptOut.OUTWEIGHED if any(part.value > 0 for part in parts) else KeptOut.NO_COMMON_TERM
