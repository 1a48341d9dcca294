"""The first stage of a ranking: every candidate's score, and the best of them with their parts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.domain.paper import PaperKey
from bot.ranking.bm25 import Floats
from bot.ranking.eligibility import Eligibility, Mask
from bot.ranking.inverted_lists import Ints
from bot.ranking.scoring import Contributions, ScorePlan
from bot.ranking.term_index import Slot


@dataclass(frozen=True, slots=True)
class Found:
    """A paper with its exact score and where it comes from."""

    slot: Slot
    doc: int
    key: PaperKey
    score: float
    contributions: Contributions


@dataclass(frozen=True, slots=True)
class Scored:
    """What scored above 0, in no order, as arrays side by side; `near` is which papers reach the floor of relevance.

    `candidates` is how many papers were eligible.
    """

    plan: ScorePlan
    eligibility: Eligibility
    slots: list[Slot]
    docs: Ints
    keys: Ints
    scores: Floats
    near: Mask
    candidates: int

    def relevant(self) -> "Scored":
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

    def best(self, count: int) -> list[Found]:
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
        places = [(self.slots[at], int(self.docs[at]), PaperKey(int(self.keys[at]))) for at in chosen.tolist()]
        return [one for one in with_parts(places, self.plan) if one.score > 0][:count]


def score_all(plan: ScorePlan, eligibility: Eligibility) -> Scored:
    """Score every candidate of the index that `eligibility` looks at."""
    slots, docs, keys, scores = [], [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
    near = [np.empty(0, np.bool_)]
    count = 0
    for slot in eligibility.index.slots:
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
    return Scored(
        plan,
        eligibility,
        slots,
        np.concatenate(docs),
        np.concatenate(keys),
        np.concatenate(scores),
        np.concatenate(near),
        count,
    )


def with_parts(places: Iterable[tuple[Slot, int, PaperKey]], plan: ScorePlan) -> list[Found]:
    """These papers with their parts, by exact score and key."""
    by_slot: dict[int, list[tuple[Slot, int, PaperKey]]] = {}
    for place in places:
        by_slot.setdefault(place[0].id, []).append(place)
    found = []
    for members in by_slot.values():
        docs = np.array([doc for _, doc, _ in members], np.int64)
        for (slot, doc, key), one in zip(members, plan.contributions(members[0][0], docs), strict=True):
            found.append(Found(slot, doc, key, one.score, one))
    return sorted(found, key=lambda one: (-one.score, one.key))
