"""The documents of a day, weighted once for everybody: what the batch scorer multiplies profiles by."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.ranking.bm25 import Bm25, Floats
from bot.ranking.inverted_lists import Array, Ints
from bot.ranking.term_index import TermIndex

DENSE_SHARE = 8
"""A term of every eighth document or more is kept as a whole row besides: adding rows is faster than adding entries."""

COMMON_SHARE = 32
"""Of a term of every so many documents the tf is kept for every document besides."""

CLASSES = 32
"""Terms of about the same df are a class: the batch scorer takes them one after the other."""

_FILTER_BITS = 20
_COLUMNS = 16


@dataclass(frozen=True)
class DayMatrix:
    """Postings by term of D documents that may be recommended; terms in falling order of df, documents of their keys.

    keys int64[D]; norm float64[D] (the length norm of BM25); term_ids uint32[T], idf float64[T] (of the background);
    starts int32[T + 1]; postings uint32 or uint64[N], a document << 16 and its weight, the saturation of tf in steps of
    `weight_step` up to `highest`; tfs uint8[N]. most_terms: the number of distinct terms of the document with the most.
    """

    keys: Ints
    norm: Floats
    term_ids: npt.NDArray[np.uint32]
    idf: Floats
    starts: npt.NDArray[np.int32]
    postings: Array
    highest: float
    tfs: npt.NDArray[np.uint8]
    most_terms: int

    @classmethod
    def build(cls, index: TermIndex, since: datetime, bm25: Bm25) -> "DayMatrix":
        """Of the documents of `index` that are live and fresh since a moment; `bm25` holds the background corpus."""
        start = since.timestamp()
        keys, lengths = [np.empty(0, np.int64)], [np.empty(0, np.uint32)]
        terms, docs, tfs = [np.empty(0, np.uint32)], [np.empty(0, np.int64)], [np.empty(0, np.uint8)]
        count = 0
        for slot in index.slots:
            segment = slot.segment
            chosen = slot.live & (segment.fresh_at >= start)
            here = int(chosen.sum())
            if not here:
                continue
            number = np.cumsum(chosen) - 1 + count
            found = np.flatnonzero(chosen[segment.docs])
            keys.append(segment.keys[chosen])
            lengths.append(segment.lengths[chosen])
            terms.append(segment.terms[np.searchsorted(segment.starts, found, side="right") - 1])
            docs.append(number[segment.docs[found]])
            tfs.append(segment.tfs[found])
            count += here
        order = np.argsort(np.concatenate(keys))
        place = np.empty(count, np.int64)
        place[order] = np.arange(count)
        norm = bm25.length_norm(np.concatenate(lengths)[order].astype(np.float64))
        return _assembled(
            np.concatenate(keys)[order],
            norm,
            np.concatenate(terms),
            place[np.concatenate(docs)],
            np.concatenate(tfs),
            bm25,
        )

    @property
    def documents(self) -> int:
        """D."""
        return len(self.keys)

    @property
    def docs(self) -> Ints:
        """int64[N]: the documents of the postings."""
        return (self.postings >> 16).astype(np.int64)

    @property
    def weights(self) -> Floats:
        """float64[N]: the weights of the postings, not rounded."""
        weights: Floats = self.tfs * self.highest / (self.tfs + self.norm[self.docs])
        return weights

    @property
    def weight_step(self) -> float:
        """See `postings`."""
        return self.highest / 0xFFFF

    @cached_property
    def classes(self) -> npt.NDArray[np.uint8]:
        """uint8[D + 1]: by df the class of a term: 0 if it is kept as a whole row, 1 if it is common besides, and up to
        `CLASSES` for the others, in falling order of df."""
        df = np.arange(self.documents + 1)
        rare = np.where(df < 16, df, 12 + np.ceil(np.log2(np.maximum(df, 1))).astype(np.int64))
        classes = np.where(df * COMMON_SHARE >= max(self.documents, 1), 1, CLASSES - np.minimum(rare, CLASSES - 2))
        return np.where(df * DENSE_SHARE >= max(self.documents, 1), 0, classes).astype(np.uint8)

    def terms_of_class(self, last: int) -> int:
        """How many terms, the first ones, are of a class up to `last`."""
        return int((self.classes[np.diff(self.starts)] <= last).sum())

    def dense(self, width: int) -> npt.NDArray[np.float32]:
        """float32[terms of class 0, width]: their weights."""
        rows, last = self._first(0)
        weights = np.zeros((self.terms_of_class(0), width), np.float32)
        weights[rows, self.docs[:last]] = (self.postings[:last] & 0xFFFF) * self.weight_step
        return weights

    @cached_property
    def common_tfs(self) -> npt.NDArray[np.uint8]:
        """uint8[D, terms of classes 0 and 1]."""
        rows, last = self._first(1)
        tfs = np.zeros((self.documents, self.terms_of_class(1)), np.uint8)
        tfs[self.docs[:last], rows] = self.tfs[:last]
        return tfs

    def _first(self, last_class: int) -> tuple[Ints, int]:
        """The rows of the postings of the first classes, and how many postings these are."""
        terms = self.terms_of_class(last_class)
        return np.repeat(np.arange(terms), np.diff(self.starts[: terms + 1])), int(self.starts[terms])

    @cached_property
    def table(self) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint64], int]:
        """What finds a term's row: a bit for every 20-bit prefix of an id that occurs; slots of id << 32 | row + 1
        with linear probing, 0 for an empty one; and the shift that takes an id, itself a hash, to its first slot.
        """
        bits = max(4, (3 * len(self.term_ids) // 2).bit_length())
        bitmap = np.zeros(2 ** (_FILTER_BITS - 5), np.uint32)
        prefix = self.term_ids >> np.uint32(32 - _FILTER_BITS)
        np.bitwise_or.at(bitmap, prefix >> 5, np.uint32(1) << (prefix & 31))
        slots = np.zeros(2**bits, np.uint64)
        numbers = np.arange(1, len(self.term_ids) + 1, dtype=np.uint64)
        entries = self.term_ids.astype(np.uint64) << np.uint64(32) | numbers
        homes = (self.term_ids >> np.uint32(32 - bits)).astype(np.int64)
        left = np.arange(len(entries))
        step = 0
        while len(left):
            # All that are still homeless try their next slot; of several at a free one the first gets it.
            at = (homes[left] + step) % len(slots)
            free = slots[at] == 0
            _, first = np.unique(at[free], return_index=True)
            winners = np.flatnonzero(free)[first]
            slots[at[winners]] = entries[left[winners]]
            left = np.delete(left, winners)
            step += 1
        return bitmap, slots, 32 - bits


def _assembled(
    keys: Ints, norm: Floats, terms: npt.NDArray[np.uint32], docs: Ints, tfs: npt.NDArray[np.uint8], bm25: Bm25
) -> DayMatrix:
    order = np.lexsort((docs, terms))
    terms, docs, tfs = terms[order], docs[order], tfs[order]
    # Two terms of one document that share an id: the first counts, as it does where scores are explained.
    kept = np.ones(len(terms), np.bool_)
    kept[1:] = (terms[1:] != terms[:-1]) | (docs[1:] != docs[:-1])
    terms, docs, tfs = terms[kept], docs[kept], tfs[kept]
    distinct, first, df = np.unique(terms, return_index=True, return_counts=True)
    by_df = np.argsort(-df, kind="stable")
    starts = np.concatenate(([0], np.cumsum(df[by_df])))
    source = np.repeat(first[by_df] - starts[:-1], df[by_df]) + np.arange(len(terms))
    docs, tfs = docs[source], tfs[source]
    term_ids = distinct[by_df]
    weights = tfs * (bm25.k1 + 1) / (tfs + norm[docs])
    return DayMatrix(
        keys=keys,
        norm=norm,
        term_ids=term_ids,
        idf=bm25.idfs(np.maximum(bm25.index.df(term_ids), 1)),
        starts=starts.astype(np.int32),
        postings=(docs << 16 | np.rint(weights / (bm25.k1 + 1) * 0xFFFF).astype(np.int64)).astype(
            np.uint32 if len(keys) <= 2**16 else np.uint64
        ),
        highest=float(bm25.k1 + 1),
        tfs=tfs,
        most_terms=int(np.bincount(docs, minlength=1).max()),
    )
