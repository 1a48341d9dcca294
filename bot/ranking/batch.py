"""Everybody's profile against the documents of a day in one pass: what `Ranker.rank` would list, many times faster."""

import math
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.domain.paper import PaperKey
from bot.domain.profile_vector import KIND_CODES, MOST_NEAREST
from bot.ranking.bm25 import Bm25
from bot.ranking.day_matrix import DayMatrix
from bot.ranking.inverted_lists import Ints
from bot.ranking.kernels.arrays import (
    DAMAGED,
    FIELD,
    NEAREST,
    NO_ROLE,
    TAUGHT,
    TEXT,
    UNSURE,
    Day,
    Found,
    Hidden,
    Rules,
    Stated,
    Vectors,
)
from bot.ranking.kernels.loading import load_kernels
from bot.ranking.parameters import RankingSettings
from bot.ranking.term_index import TermIndex

MARGIN = 6
"""Papers beyond the first k that are scored exactly: at least so many, and a quarter of k."""

BLOCK, BLOCK_BYTES = 1_024, 2**21
"""Profiles, and bytes of them, that a thread takes at a time: they stay in the processor's cache."""

_ROWS = 16
_ROUNDING = 1e-9
_ROLES = {
    "interest": TEXT,
    "author": FIELD,
    "category": FIELD,
    "learned": TAUGHT,
    "disliked": TAUGHT,
    "liked paper": NEAREST,
}
"""What a kind of query counts as. A topic has no role: it is asked for by one person at a time."""


@dataclass(frozen=True)
class Shortlists:
    """Of each of P profiles the first k papers before `diversify`, their scores the ranker's to the last bit.

    counts int32[P]; keys int64[P, k] and scores float64[P, k], of which the first counts[p] mean something;
    candidates int32[P], how many papers were eligible. `unsure` are the profiles to give to the exact ranker: papers
    too close to be told apart by rounding, or weights that it refuses. `damaged` are no vectors of this form, their
    profiles are to be made anew. Both have a count of 0.
    """

    counts: npt.NDArray[np.int32]
    keys: Ints
    scores: npt.NDArray[np.float64]
    candidates: npt.NDArray[np.int32]
    unsure: Ints
    damaged: Ints

    def of(self, profile: int) -> list[tuple[PaperKey, float]]:
        """(key, score) of the papers of one profile, best first."""
        count = int(self.counts[profile])
        pairs = zip(self.keys[profile, :count].tolist(), self.scores[profile, :count].tolist(), strict=True)
        return [(PaperKey(key), score) for key, score in pairs]


class BatchScorer:
    """Scores profile vectors (bot.domain.profile_vector) against the papers of an index that are fresh since a moment.

    `cache` is a folder for compiled code: compiling takes half a minute, once a machine. `threads` share the work of
    a call; a scorer may also be used by several threads at once.
    """

    def __init__(
        self,
        index: TermIndex,
        since: datetime,
        cache: Path,
        *,
        settings: RankingSettings | None = None,
        background: TermIndex | None = None,
        threads: int = 1,
    ) -> None:
        if threads < 1:
            raise ValueError("a batch scorer needs at least one thread")
        self._settings = settings or RankingSettings()
        if self._settings.nearest > MOST_NEAREST:
            raise ValueError(f"profile vectors are made for at most {MOST_NEAREST} nearest liked papers that count")
        self._bm25 = Bm25(background or index, self._settings)
        self._threads = threads
        self._kernels = load_kernels(cache)
        self.day = DayMatrix.build(index, since, self._bm25)

    def score(
        self, vectors: Sequence[bytes], k: int, excluded: Sequence[frozenset[PaperKey]] | None = None
    ) -> Shortlists:
        """The first k of each profile; `excluded` are the papers that are no candidates for it.

        Memory grows with the vectors handed in: hand in some thousands at a time. ValueError for a negative k.
        """
        if k < 0:
            raise ValueError("a ranking has no fewer than 0 entries")
        profiles, documents = len(vectors), max(self.day.documents, 1)
        size = min(k, documents)
        keep = size + max(MARGIN, size // 4)
        columns = min(documents, max(-(-documents // _ROWS), 4 * keep))
        rules = self._rules()
        day = self._day(columns)
        hidden = self._hidden(profiles, excluded)
        found = Found(
            np.zeros(profiles, np.int32),
            np.zeros((profiles, size), np.int32),
            np.zeros((profiles, size)),
            np.zeros(profiles, np.int32),
            np.zeros(profiles, np.uint8),
        )

        def work(part: range) -> None:
            joined = join(vectors[part.start : part.stop])
            longest = int(np.diff(joined.starts).max())
            room = self._kernels.make_work(
                longest, self.day.documents, day.dense.shape[1], columns, keep, size, rules.nearest
            )
            stated = self._stated(joined, rules)
            self._kernels.rank_range(part.start, joined, day, stated, hidden, rules, found, room)

        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(work, blocks(vectors)))
        return Shortlists(
            counts=found.counts,
            keys=self.day.keys[found.docs] if self.day.documents else found.docs.astype(np.int64),
            scores=found.scores,
            candidates=found.candidates,
            unsure=np.flatnonzero(found.states == UNSURE),
            damaged=np.flatnonzero(found.states == DAMAGED),
        )

    def _day(self, columns: int) -> Day:
        day = self.day
        bitmap, slots, shift = day.table
        return Day(
            day.norm,
            day.idf,
            day.starts,
            day.postings,
            day.weight_step,
            day.tfs,
            day.classes,
            day.dense(columns * max(1, -(-day.documents // columns))),
            day.common_tfs,
            bitmap,
            slots,
            shift,
            day.most_terms,
        )

    def _rules(self) -> Rules:
        settings = self._settings
        roles = np.full(max(KIND_CODES.values()) + 1, NO_ROLE, np.int64)
        for kind, role in _ROLES.items():
            roles[KIND_CODES[kind]] = role
        return Rules(
            k1=float(settings.k1),
            interest_floor=settings.interest_floor * (1 - _ROUNDING),
            learned_floor=settings.learned_floor * (1 - _ROUNDING),
            telling_cap=math.log((1 - settings.telling_df) / settings.telling_df),
            highest_idf=float(np.abs(self._bm25.idfs(np.array([1]))).max(initial=0.0) + self.day.idf.max(initial=0.0)),
            roles=roles,
            nearest=settings.nearest,
        )

    def _stated(self, joined: Vectors, rules: Rules) -> Stated:
        found = np.empty(64, np.uint32)
        while (count := self._kernels.stated_terms(joined, rules.roles, found)) > len(found):
            found = np.empty(count, np.uint32)
        ids = np.unique(found[:count])
        df = self._bm25.index.df(ids)
        return Stated(ids, self._bm25.idfs(np.maximum(df, 1)), self._bm25.is_telling(df))

    def _hidden(self, profiles: int, excluded: Sequence[frozenset[PaperKey]] | None) -> Hidden:
        if excluded is None:
            return Hidden(np.zeros(profiles + 1, np.int64), np.empty(0, np.int32))
        if len(excluded) != profiles:
            raise ValueError("one set of excluded papers a profile")
        keys = np.fromiter((key for some in excluded for key in some), np.int64)
        owners = np.repeat(np.arange(profiles), [len(some) for some in excluded])
        docs = np.searchsorted(self.day.keys, keys)
        here = np.zeros(len(keys), np.bool_)
        inside = docs < self.day.documents
        here[inside] = self.day.keys[docs[inside]] == keys[inside]
        starts = np.concatenate(([0], np.cumsum(np.bincount(owners[here], minlength=profiles))))
        return Hidden(starts.astype(np.int64), docs[here].astype(np.int32))


def blocks(vectors: Sequence[bytes]) -> Iterator[range]:
    """Parts of the vectors of about `BLOCK_BYTES`, and at most `BLOCK`."""
    begin, size = 0, 0
    for at, vector in enumerate(vectors):
        if at > begin and (at - begin == BLOCK or size + len(vector) > BLOCK_BYTES):
            yield range(begin, at)
            begin, size = at, 0
        size += len(vector)
    if begin < len(vectors):
        yield range(begin, len(vectors))


def join(vectors: Sequence[bytes]) -> Vectors:
    """Vectors end to end. What has no whole number of words counts as empty, and so as damaged."""
    whole = [vector if len(vector) % 8 == 0 else b"" for vector in vectors]
    starts = np.zeros(len(whole) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, whole), np.int64, len(whole)) // 4, out=starts[1:])
    data = np.frombuffer(b"".join(whole), "<u4")
    if sys.byteorder == "big":
        raise NotImplementedError("the batch scorer needs a little-endian machine")
    return Vectors(data, data.view(np.float32), data.view(np.float64), data.view(np.uint8), starts)
