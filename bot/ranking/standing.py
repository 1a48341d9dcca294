"""Where one paper stands in a ranking, and what kept it out of the list."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain.paper import PaperKey
from bot.domain.profile import PartKind
from bot.domain.ranking import Part, Step
from bot.ranking.eligibility import KeptOut
from bot.ranking.ranked import Ranked
from bot.ranking.scored import Scored
from bot.ranking.term_index import TermIndex


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


def explained(
    index: TermIndex, scored: Scored, entries: Sequence[Ranked], key: PaperKey, k: int, *, on_topic: bool
) -> Explained:
    """Of any stored paper; `entries` is the list that `scored` led to, at least its first k. With `on_topic` only
    papers on a topic were asked for."""
    listed = tuple((entry.key, entry.score) for entry in entries)
    place = index.locate(key)
    if place is None:
        return Explained(0.0, (), None, scored.candidates, (), KeptOut.NOT_STORED, listed)
    own = scored.plan.contributions(place[0], np.array([place[1]], np.int64))[0]
    score, parts = own.score, own.parts
    for entry in entries:
        if entry.key == key:
            low = "" if entry.rank <= k else KeptOut.BELOW
            return Explained(score, parts, entry.rank, scored.candidates, entry.steps, low, listed)
    relevant = scored.relevant()
    kept_out = scored.eligibility.kept_out(*place)
    if not kept_out and not (scored.keys == key).any():
        kept_out = _why_nothing(parts, on_topic=on_topic)
    elif not kept_out and not (relevant.keys == key).any():
        kept_out = KeptOut.TOO_FAR
    if kept_out:
        return Explained(score, parts, None, scored.candidates, (), kept_out, listed)
    value = relevant.scores[np.flatnonzero(relevant.keys == key)[0]]
    above = (relevant.scores > value) | ((relevant.scores == value) & (relevant.keys < key))
    # And what exploration put before it.
    rank = 1 + int(above.sum()) + sum(entry.score < value for entry in entries[:k])
    return Explained(score, parts, rank, scored.candidates, (), KeptOut.BELOW, listed)


def _why_nothing(parts: Sequence[Part], *, on_topic: bool) -> KeptOut:
    if on_topic and not any(part.kind is PartKind.TOPIC for part in parts):
        return KeptOut.OFF_TOPIC
    return KeptOut.OUTWEIGHED if any(part.value > 0 for part in parts) else KeptOut.NO_COMMON_TERM
