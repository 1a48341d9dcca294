"""The term index in memory: an immutable snapshot of segments with the background statistics over all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from bot.domain.paper import PaperKey
from bot.domain.ranking import StoredSegment
from bot.ranking.archive_sample import ArchiveSample
from bot.ranking.inverted_lists import MAX_DOCUMENTS, Ints, Segment
from bot.ranking.merging import merged

_RANGES = 16
_WINDOWS = 4
_SMALL = 2
_DAY_S = 86_400
_REMEMBERED = 2**18
_ID_BITS = np.uint64(32)
_DF_MASK = np.uint64(2**32 - 1)
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Slot:
    """A segment's place in a snapshot. `live` (bool[D]) leaves out tombstones and what a newer segment supersedes;
    `newest` (bool[D]) only the latter."""

    id: int
    documents: int
    segment: Segment
    newest: npt.NDArray[np.bool_]

    @cached_property
    def live(self) -> npt.NDArray[np.bool_]:
        live: npt.NDArray[np.bool_] = self.newest & (self.segment.flags == 0)
        return live

    @cached_property
    def document_frequencies(self) -> npt.NDArray[np.uint32]:
        """How many live documents each term of the segment occurs in."""
        if self.newest.all():
            return self.segment.document_frequencies
        running = np.concatenate(([0], np.cumsum(self.live[self.segment.docs], dtype=np.uint32)))
        return (running[self.segment.starts[1:]] - running[self.segment.starts[:-1]]).astype(np.uint32)


@dataclass(frozen=True)
class TermIndex:
    """A snapshot. A new one is made for every change; threads that rank go on with the one they have."""

    slots: tuple[Slot, ...] = ()

    @classmethod
    def empty(cls) -> Self:
        return cls()

    def wanted(self, ids: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
        """(ids to load, ids that are gone or have changed) for the store's (id, documents) of every segment."""
        here = {(slot.id, slot.documents) for slot in self.slots}
        there = set(ids)
        missing = [segment_id for segment_id, documents in ids if (segment_id, documents) not in here]
        return missing, [slot.id for slot in self.slots if (slot.id, slot.documents) not in there]

    def with_segments(self, add: Sequence[StoredSegment], drop: Sequence[int] = ()) -> "TermIndex":
        """The snapshot without the segments of `drop` and with those of `add`, which take the place of their ids.

        ValueError for a payload that cannot be read.
        """
        parts = {slot.id: (slot.documents, slot.segment) for slot in self.slots}
        for segment_id in drop:
            parts.pop(segment_id, None)
        for stored in add:
            parts[stored.id] = (stored.documents, Segment.decode(stored.payload))
        before = {slot.id: slot for slot in self.slots}
        ordered = sorted(parts.items())
        slots = []
        masks = _newest_masks([segment.keys for _, (_, segment) in ordered])
        for (segment_id, (documents, segment)), newest in zip(ordered, masks, strict=True):
            old = before.get(segment_id)
            if old is not None and old.segment is segment and np.array_equal(old.newest, newest):
                slots.append(old)
            else:
                slots.append(Slot(segment_id, documents, segment, newest))
        return TermIndex(tuple(slots))

    @cached_property
    def documents(self) -> int:
        """N: how many papers the background corpus has."""
        return sum(int(slot.live.sum()) for slot in self.slots)

    @cached_property
    def average_length(self) -> float:
        """avgdl in term occurrences; 0 for an empty index."""
        total = sum(int(slot.segment.lengths[slot.live].sum(dtype=np.int64)) for slot in self.slots)
        return total / self.documents if self.documents else 0.0

    def df(self, term_ids: npt.NDArray[np.uint32]) -> Ints:
        """How many papers each term occurs in. What was asked for lately is remembered: people's terms are often the
        same, and a person's come again with every list."""
        ids = term_ids.astype(np.uint64)
        places = ids & np.uint64(_REMEMBERED - 1)
        remembered = self._dfs[places]
        new = np.flatnonzero((remembered >> _ID_BITS != ids) | (remembered & _DF_MASK == 0))
        found: Ints = (remembered & _DF_MASK).astype(np.int64) - 1
        found[new] = self._counted(term_ids[new])
        # Id and count are one number, so that another thread never reads one without the other.
        self._dfs[places[new]] = ids[new] << _ID_BITS | (found[new] + 1).astype(np.uint64)
        return found

    @cached_property
    def _dfs(self) -> npt.NDArray[np.uint64]:
        """At the place that a term's last bits say: its id, and how many papers it occurs in and one more; or 0."""
        return np.zeros(_REMEMBERED, np.uint64)

    def _counted(self, term_ids: npt.NDArray[np.uint32]) -> Ints:
        total = np.zeros(len(term_ids), np.int64)
        for slot in self.slots:
            rows = slot.segment.rows(term_ids)
            found = rows >= 0
            total[found] += slot.document_frequencies[rows[found]]
        return total

    @cached_property
    def known_idfs(self) -> npt.NDArray[np.float64]:
        """float64[N + 1]: the IDF of each document frequency, as far as bot.ranking.bm25 had to know it; else NaN."""
        return np.full(self.documents + 1, np.nan)

    @cached_property
    def df_counts(self) -> tuple[Ints, Ints]:
        """(distinct document frequencies, how many terms have each), over all terms that occur.

        Merges every segment's terms, about half a second for 100,000 papers: done only when asked for, a range of
        ids at a time.
        """
        counts = np.zeros(self.documents + 1, np.int64)
        bounds = [number * 2**32 // _RANGES for number in range(_RANGES + 1)]
        for low, high in pairwise(bounds):
            ids: list[npt.NDArray[Any]] = [np.empty(0, np.uint32)]
            dfs: list[npt.NDArray[Any]] = [np.empty(0, np.uint32)]
            for slot in self.slots:
                begin, end = np.searchsorted(slot.segment.terms, [low, high])
                ids.append(slot.segment.terms[begin:end])
                dfs.append(slot.document_frequencies[begin:end])
            _, inverse = np.unique(np.concatenate(ids), return_inverse=True)
            totals = np.bincount(inverse, np.concatenate(dfs)).astype(np.int64)
            counts += np.bincount(np.minimum(totals, self.documents), minlength=len(counts))
        counts[0] = 0
        distinct = np.flatnonzero(counts)
        return distinct, counts[distinct]

    def window(self, since: datetime) -> "TermIndex":
        """What may be recommended, as an index of its own: the papers that are live and fresh since a moment (aware),
        and some earlier ones of the same day. Made when first asked for, and kept for who asks next; where it would
        hold much of the index, it is the index.

        Scores are taken with the statistics of the whole, of which this one knows nothing. Slots have other ids.
        """
        day = int(since.timestamp() // _DAY_S)
        window = self._windows.get(day)
        if window is None:
            chosen = [slot.live & (slot.segment.fresh_at >= day * _DAY_S) for slot in self.slots]
            is_small = _SMALL * sum(int(some.sum()) for some in chosen) <= self.documents
            window = _alone(list(zip(self.slots, chosen, strict=True))) if is_small else self
            while len(self._windows) >= _WINDOWS:
                self._windows.pop(next(iter(self._windows)), None)
            self._windows[day] = window
        return window

    @cached_property
    def _windows(self) -> dict[int, "TermIndex"]:
        return {}

    @cached_property
    def sample(self) -> ArchiveSample:
        """A fixed sample of the papers, made when first asked for."""
        return ArchiveSample.of((slot.segment, slot.live) for slot in self.slots)

    def count_fresh(self, since: datetime) -> int:
        """How many papers are fresh since a moment (aware)."""
        start = since.timestamp()
        return sum(int((slot.live & (slot.segment.fresh_at >= start)).sum()) for slot in self.slots)

    def fresh_days(self, since: datetime) -> dict[PaperKey, int]:
        """The papers that are fresh since a moment (aware), and the day (UTC, a date's ordinal) that each is from."""
        start = since.timestamp()
        found: dict[PaperKey, int] = {}
        for slot in self.slots:
            fresh = slot.live & (slot.segment.fresh_at >= start)
            days = slot.segment.fresh_at[fresh] // _DAY_S + _EPOCH
            found |= zip(map(PaperKey, slot.segment.keys[fresh].tolist()), days.tolist(), strict=True)
        return found

    def locate(self, key: PaperKey) -> tuple[Slot, int] | None:
        """Where the newest entry of a paper stands (a tombstone too), or None."""
        for slot in reversed(self.slots):
            place = int(slot.segment.places(np.array([key], np.int64))[0])
            if place >= 0:
                return slot, place
        return None


def _alone(inside: Sequence[tuple[Slot, npt.NDArray[np.bool_]]]) -> TermIndex:
    """The chosen papers of each slot, in one slot if they fit: what is looked up of a slot is then looked up once."""
    segments = [slot.segment.only(chosen) for slot, chosen in inside if chosen.any()]
    if len(segments) > 1 and sum(len(segment.keys) for segment in segments) <= MAX_DOCUMENTS:
        segments = [merged(segments)]
    return TermIndex(
        tuple(
            Slot(-1 - at, len(segment.keys), segment, np.ones(len(segment.keys), np.bool_))
            for at, segment in enumerate(segments)
        )
    )


def _newest_masks(keys: Sequence[Ints]) -> list[npt.NDArray[np.bool_]]:
    """For each segment, oldest first, which of its keys no newer segment has."""
    every = np.concatenate([np.empty(0, np.int64), *keys])
    _, first_from_end = np.unique(every[::-1], return_index=True)
    newest = np.zeros(len(every), np.bool_)
    newest[len(every) - 1 - first_from_end] = True
    return np.split(newest, np.cumsum([len(some) for some in keys])[:-1]) if keys else []
