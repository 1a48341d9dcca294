"""Keeping segments few: which to merge, and the merge. (The logarithmic method of Bentley and Saxe, 1980.)"""

from collections.abc import Sequence

import numpy as np

from bot.ranking.inverted_lists import MAX_DOCUMENTS, Segment, assemble


def plan_merge(sizes: Sequence[tuple[int, int]]) -> list[int]:
    """The ids of the segments to merge now (a run that ends with the newest), or none.

    `sizes` is (id, documents) of every segment, oldest first. A segment joins when the newer ones together have
    grown to its size, so a document is merged O(log n) times; a merged segment never exceeds 16,384 documents.
    """
    total = 0
    chosen = 0
    for at, (_, documents) in enumerate(reversed(sizes)):
        if at and (documents > total or total + documents > MAX_DOCUMENTS):
            break
        total += documents
        chosen = at + 1
    return [segment_id for segment_id, _ in sizes[len(sizes) - chosen :]] if chosen > 1 else []


def merge_segments(segments: Sequence[Segment]) -> bytes:
    """`merged` as the payload that is stored."""
    return merged(segments).encode()


def merged(segments: Sequence[Segment]) -> Segment:
    """One segment for several, oldest first; the newest entry of a key counts.

    Tombstones stay, since a segment older than these may still hold their papers (and so that a merged segment
    has as many documents as its newest source only if it says exactly the same). ValueError above 16,384 papers.
    """
    keys, newest = _newest([segment.keys for segment in segments])
    if len(keys) > MAX_DOCUMENTS:
        raise ValueError(f"a segment holds at most {MAX_DOCUMENTS:,} papers")
    offsets = np.cumsum([0, *(len(segment.keys) for segment in segments)])
    target = np.full(int(offsets[-1]), -1, np.int64)
    target[newest] = np.arange(len(keys))
    posting_docs = [target[segment.docs.astype(np.int64) + offsets[at]] for at, segment in enumerate(segments)]
    kept = [docs >= 0 for docs in posting_docs]
    posting_terms = [np.repeat(segment.terms, segment.document_frequencies) for segment in segments]

    def joined(arrays: Sequence[np.ndarray], kind: type[np.generic]) -> np.ndarray:
        return np.concatenate([np.empty(0, kind), *arrays]).astype(kind)

    return assemble(
        keys=keys,
        fresh_at=joined([segment.fresh_at for segment in segments], np.int64)[newest],
        lengths=joined([segment.lengths for segment in segments], np.uint32)[newest],
        flags=joined([segment.flags for segment in segments], np.uint8)[newest],
        posting_terms=joined([ids[keep] for ids, keep in zip(posting_terms, kept, strict=True)], np.uint32),
        posting_docs=joined([docs[keep] for docs, keep in zip(posting_docs, kept, strict=True)], np.uint16),
        posting_tfs=joined([segment.tfs[keep] for segment, keep in zip(segments, kept, strict=True)], np.uint8),
    )


def _newest(keys: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """(rising distinct keys, the place of the last occurrence of each in the concatenation)."""
    every = np.concatenate([np.empty(0, np.int64), *keys])
    distinct, first_from_end = np.unique(every[::-1], return_index=True)
    return distinct, len(every) - 1 - first_from_end
