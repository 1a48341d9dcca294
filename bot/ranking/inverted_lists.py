"""Inverted lists of a batch of papers: immutable arrays, and the bytes they are kept as."""

import struct
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

MAX_DOCUMENTS = 16_384
NEVER = np.iinfo(np.int64).min
"""`fresh_at` of a paper that has neither been announced nor seen."""

FEW_SHARE = 0.25
"""Of which terms the postings are kept by document besides: those with the lowest ids, a fair sample since they are
hashes."""

SMALL = 2**21
"""Up to so many postings all of them are kept by document besides, at 5 bytes each: a few days' papers, of which many
people are told at the same time why they are for them."""

_BUCKET_BITS = 3

WITHDRAWN = 1
DELETED = 2

_MAGIC = b"PBSEG\x01\x00\x00"
_HEAD = struct.Struct("<8s4Q")

Ints = npt.NDArray[np.int64]
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Segment:
    """Arrays of one segment. Documents are ordered by key, `terms` (ids) rise, postings by term and document.

    keys int64[D], lengths uint32[D] (sum of text tf), fresh_at int64[D] (epoch s), flags uint8[D] (a document with
    any flag has no postings), terms uint32[T], starts uint32[T + 1], docs uint16[P], tfs uint8[P] (at most 255).
    """

    keys: Ints
    fresh_at: Ints
    lengths: npt.NDArray[np.uint32]
    terms: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.uint32]
    docs: npt.NDArray[np.uint16]
    flags: npt.NDArray[np.uint8]
    tfs: npt.NDArray[np.uint8]

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload without copying it. ValueError for anything `encode` did not write."""
        if len(payload) < _HEAD.size:
            raise ValueError("a segment of the term index is cut short")
        magic, documents, terms, postings, checksum = _HEAD.unpack_from(payload)
        if magic != _MAGIC:
            raise ValueError("not a segment of the term index, or one of another version")
        layout = _layout(documents, terms, postings)
        if documents > MAX_DOCUMENTS or len(payload) != _HEAD.size + sum(
            count * kind.itemsize for kind, count in layout
        ):
            raise ValueError("a segment of the term index has the wrong size")
        offset = _HEAD.size
        arrays: list[Array] = []
        for kind, count in layout:
            arrays.append(np.frombuffer(payload, kind, count, offset))
            offset += count * kind.itemsize
        if zlib.crc32(memoryview(payload)[_HEAD.size :]) != checksum:
            raise ValueError("a segment of the term index is damaged")
        return cls(*arrays)

    def encode(self) -> bytes:
        """The payload that `decode` reads: little-endian on every machine."""
        layout = _layout(len(self.keys), len(self.terms), len(self.docs))
        arrays: tuple[Array, ...] = (
            self.keys,
            self.fresh_at,
            self.lengths,
            self.terms,
            self.starts,
            self.docs,
            self.flags,
            self.tfs,
        )
        body = b"".join(array.astype(kind).tobytes() for array, (kind, _) in zip(arrays, layout, strict=True))
        return _HEAD.pack(_MAGIC, len(self.keys), len(self.terms), len(self.docs), zlib.crc32(body)) + body

    @cached_property
    def document_frequencies(self) -> npt.NDArray[np.uint32]:
        """How many documents each term occurs in: uint32[T]."""
        return np.diff(self.starts)

    def rows(self, term_ids: npt.NDArray[np.uint32]) -> Ints:
        """The place of each term in `terms`, -1 where it does not occur.

        By bisection of the term's bucket: in all the terms, half of the steps would wait for memory.
        """
        if not len(self.terms):
            return np.full(len(term_ids), -1, np.int64)
        begins, shift = self._buckets
        last = len(self.terms) - 1
        bucket = term_ids.astype(np.int64) >> shift
        low, high = begins[bucket], begins[bucket + 1]
        for _ in range(int((high - low).max(initial=0)).bit_length()):
            middle = (low + high) >> 1
            below = self.terms[np.minimum(middle, last)] < term_ids
            low = np.where(below & (middle < high), middle + 1, low)
            high = np.where(below, high, middle)
        places = np.minimum(low, last)
        return np.where(self.terms[places] == term_ids, places, -1)

    @cached_property
    def _buckets(self) -> tuple[Ints, int]:
        """(where the terms of each bucket begin, by how many bits an id is shifted to its bucket). Ids are hashes, so
        that buckets are about equally full: of 8 to 16 terms."""
        bits = max(0, len(self.terms).bit_length() - 1 - _BUCKET_BITS)
        shift = 32 - bits
        counts = np.bincount(self.terms.astype(np.int64) >> shift, minlength=1 << bits)
        return np.concatenate(([0], np.cumsum(counts))), shift

    def places(self, keys: Ints) -> Ints:
        """The document of each key, -1 where the segment has none."""
        if not len(self.keys):
            return np.full(len(keys), -1, np.int64)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[places] == keys, places, -1)

    def lists(self, rows: Ints) -> tuple[Ints, Ints, Ints]:
        """The inverted lists of these rows one after the other: (documents, tfs, number of postings of each row)."""
        begins = self.starts[rows].astype(np.int64)
        counts = self.starts[rows + 1] - begins
        postings = _spans(begins, counts)
        return self.docs[postings].astype(np.int64), self.tfs[postings].astype(np.int64), counts

    def forward(self, documents: Ints) -> tuple[npt.NDArray[np.uint32], Ints, Ints]:
        """Postings of some documents by a look at every posting: (term ids, places in `documents`, tfs)."""
        place = np.zeros(len(self.keys), np.int64)
        place[documents] = np.arange(len(documents))
        wanted = np.zeros(len(self.keys), np.bool_)
        wanted[documents] = True
        found = np.flatnonzero(wanted[self.docs])
        rows = np.searchsorted(self.starts, found, side="right") - 1
        return self.terms[rows], place[self.docs[found]], self.tfs[found].astype(np.int64)

    def forward_few(self, documents: Ints) -> tuple[npt.NDArray[np.uint32], Ints, Ints]:
        """`forward` of a few documents over the `FEW_SHARE` of the terms, ordered by document and term; what it looks
        up is made when first asked for."""
        rows, places, tfs = self._postings_of(documents)
        if self._keeps_all:
            few = rows < self._few
            rows, places, tfs = rows[few], places[few], tfs[few]
        return self.terms[rows], places, tfs

    def _postings_of(self, documents: Ints) -> tuple[npt.NDArray[np.uint32], Ints, Ints]:
        """(rows, places in `documents`, tfs) of what is kept by document."""
        starts, rows, tfs = self._by_document
        counts = starts[documents + 1] - starts[documents]
        found = _spans(starts[documents], counts)
        return rows[found], np.repeat(np.arange(len(documents)), counts), tfs[found].astype(np.int64)

    @property
    def _keeps_all(self) -> bool:
        return len(self.docs) <= SMALL

    @cached_property
    def _few(self) -> int:
        """How many of the terms, the first, are the `FEW_SHARE`."""
        return int(np.searchsorted(self.terms, np.uint32(FEW_SHARE * 2.0**32)))

    @cached_property
    def _by_document(self) -> tuple[Ints, npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
        """(starts int64[D + 1], rows, tfs): the postings by document and term; of a segment that is not small those of
        the first `_few` terms."""
        last = len(self.docs) if self._keeps_all else int(self.starts[self._few])
        order = np.argsort(self.docs[:last], kind="stable")
        counts = np.bincount(self.docs[:last], minlength=len(self.keys))
        rows = np.repeat(np.arange(len(self.terms), dtype=np.uint32), self.document_frequencies)[:last]
        return np.concatenate(([0], np.cumsum(counts))), rows[order], self.tfs[:last][order]

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Segment":
        """The segment of some of its documents alone."""
        number = np.cumsum(chosen) - 1
        kept = chosen[self.docs]
        running = np.concatenate(([0], np.cumsum(kept)))
        counts = running[self.starts[1:]] - running[self.starts[:-1]]
        there = np.flatnonzero(counts)
        return Segment(
            keys=self.keys[chosen],
            fresh_at=self.fresh_at[chosen],
            lengths=self.lengths[chosen],
            terms=self.terms[there],
            starts=np.concatenate(([0], np.cumsum(counts[there]))).astype(np.uint32),
            docs=number[self.docs[kept]].astype(np.uint16),
            flags=self.flags[chosen],
            tfs=self.tfs[kept],
        )

    def term_frequencies(self, rows: Ints, documents: Ints) -> Ints:
        """tf of every row (they rise) in every document: int64[rows, documents]."""
        if not self._keeps_all:
            return self._bisected(rows, documents)
        found = np.zeros((len(rows), len(documents)), np.int64)
        if len(rows):
            having, places, tfs = self._postings_of(documents)
            at = np.minimum(np.searchsorted(rows, having), len(rows) - 1)
            asked = np.flatnonzero(rows[at] == having)[::-1]  # of two terms that share an id the first, as by bisection
            found[at[asked], places[asked]] = tfs[asked]
        return found

    def _bisected(self, rows: Ints, documents: Ints) -> Ints:
        """`term_frequencies` by bisection of all lists at once."""
        shape = (len(rows), len(documents))
        low = np.broadcast_to(self.starts[rows].astype(np.int64)[:, None], shape).copy()
        end = np.broadcast_to(self.starts[rows + 1].astype(np.int64)[:, None], shape)
        high = end.copy()
        if not low.size or not len(self.docs):
            return np.zeros(shape, np.int64)
        while (low < high).any():
            middle = (low + high) >> 1
            below = (low < high) & (self.docs[np.minimum(middle, len(self.docs) - 1)] < documents[None, :])
            high = np.where(below | (low >= high), high, middle)
            low = np.where(below, middle + 1, low)
        at = np.minimum(low, len(self.docs) - 1)
        found = (low < end) & (self.docs[at] == documents[None, :])
        return np.where(found, self.tfs[at], 0).astype(np.int64)


def _spans(begins: Ints, counts: Ints) -> Ints:
    """The numbers from each begin on, so many as it counts, one span after the other."""
    ends = np.cumsum(counts)
    numbers = np.repeat(begins - ends + counts, counts)
    numbers += np.arange(len(numbers))
    return numbers


def assemble(
    keys: Ints,
    fresh_at: Ints,
    lengths: npt.NDArray[np.uint32],
    flags: npt.NDArray[np.uint8],
    posting_terms: npt.NDArray[np.uint32],
    posting_docs: npt.NDArray[np.uint16],
    posting_tfs: npt.NDArray[np.uint8],
) -> Segment:
    """A segment from documents in the order of their keys and postings in any order.

    Two terms of one document that share an id (about one document in 100,000) stay two postings.
    """
    order = np.argsort(posting_terms.astype(np.int64) << 16 | posting_docs)
    terms, counts = np.unique(posting_terms, return_counts=True)
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.uint32)
    return Segment(keys, fresh_at, lengths, terms, starts, posting_docs[order], flags, posting_tfs[order])


def _layout(documents: int, terms: int, postings: int) -> list[tuple[np.dtype[Any], int]]:
    """The arrays of a payload in order; the widest first, so that each starts where its type may start."""
    return [
        (np.dtype("<i8"), documents),
        (np.dtype("<i8"), documents),
        (np.dtype("<u4"), documents),
        (np.dtype("<u4"), terms),
        (np.dtype("<u4"), terms + 1),
        (np.dtype("<u2"), postings),
        (np.dtype("u1"), documents),
        (np.dtype("u1"), postings),
    ]
