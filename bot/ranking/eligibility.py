"""Which papers are candidates, and what keeps the others out."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from bot.domain.paper import PaperKey
from bot.domain.ranking import Candidates
from bot.ranking.inverted_lists import WITHDRAWN, Ints
from bot.ranking.term_index import Slot, TermIndex
from bot.ranking.terms import term_id

Mask = npt.NDArray[np.bool_]


class KeptOut(StrEnum):
    """Why a paper is not among those recommended."""

    NOT_STORED = "not stored"
    WITHDRAWN = "withdrawn"
    NOT_FRESH = "not fresh"
    EXCLUDED = "already shown or reacted to"
    NOT_ASKED = "not among the papers asked for"
    MUTED = "muted"
    NO_COMMON_TERM = "no term in common"
    OUTWEIGHED = "outweighed by dislikes"
    OFF_TOPIC = "not on the topic"
    TOO_FAR = "too far from your interests"
    BELOW = "below the first k"


class Eligibility:
    """The candidates of one ranking, as masks over the segments of an `index`."""

    def __init__(
        self,
        index: TermIndex,
        candidates: Candidates,
        muted: Sequence[Sequence[str]] = (),
        mute_labels: Sequence[str] = (),
    ) -> None:
        self.index = index
        self._since = candidates.since.timestamp()
        self._excluded = _keys(candidates.excluded)
        self._only = None if candidates.only is None else _keys(candidates.only)
        self._muted = [_ids(terms) for terms in muted]
        self._labels = [*mute_labels, *(" ".join(terms) for terms in muted[len(mute_labels) :])]

    def mask(self, slot: Slot) -> Mask:
        """bool[D]: live, fresh, not excluded, asked for, not muted."""
        mask: Mask = slot.live & (slot.segment.fresh_at >= self._since)
        if not mask.any():
            return mask
        mask[_present(slot, self._excluded)] = False
        if self._only is not None:
            asked = np.zeros(len(mask), np.bool_)
            asked[_present(slot, self._only)] = True
            mask &= asked
        for terms in self._muted:
            mask[_having_all(slot, terms)] = False
        return mask

    def kept_out(self, slot: Slot, doc: int) -> str:
        """Why a paper is no candidate: a KeptOut value (MUTED with the mute's label), empty if it is one."""
        segment = slot.segment
        if segment.flags[doc]:
            return KeptOut.WITHDRAWN if segment.flags[doc] & WITHDRAWN else KeptOut.NOT_STORED
        if segment.fresh_at[doc] < self._since:
            return KeptOut.NOT_FRESH
        if segment.keys[doc] in self._excluded:
            return KeptOut.EXCLUDED
        if self._only is not None and segment.keys[doc] not in self._only:
            return KeptOut.NOT_ASKED
        for terms, label in zip(self._muted, self._labels, strict=True):
            if doc in _having_all(slot, terms):
                return f"{KeptOut.MUTED}: {label}"
        return ""


def _keys(keys: frozenset[PaperKey]) -> Ints:
    return np.array(sorted(keys), np.int64)


def _ids(terms: Sequence[str]) -> npt.NDArray[np.uint32]:
    return np.unique(np.array([term_id(term) for term in terms], np.uint32))


def _present(slot: Slot, keys: Ints) -> Ints:
    places = slot.segment.places(keys)
    return places[places >= 0]


def _having_all(slot: Slot, terms: npt.NDArray[np.uint32]) -> Ints:
    """The documents that have every term; none for no terms."""
    rows = slot.segment.rows(terms)
    if not len(rows) or (rows < 0).any():
        return np.empty(0, np.int64)
    docs, _, _ = slot.segment.lists(rows)
    return np.flatnonzero(np.bincount(docs, minlength=len(slot.segment.keys)) == len(rows))
