"""Segments of the term index: papers to payloads; payloads are read, merged and planned for here as well."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain.paper import Paper, PaperKey
from bot.ranking.fields import field_terms
from bot.ranking.inverted_lists import DELETED, MAX_DOCUMENTS, NEVER, WITHDRAWN, Segment, assemble
from bot.ranking.merging import merge_segments, plan_merge
from bot.ranking.terms import document_terms, term_ids

__all__ = ["IndexedPaper", "Segment", "encode_papers", "encode_segment", "merge_segments", "plan_merge"]


@dataclass(frozen=True, slots=True)
class IndexedPaper:
    """A paper as the index takes it: term -> tf of its text, field terms (tf 1, no length), freshness in epoch s."""

    key: PaperKey
    terms: dict[str, int]
    fields: Sequence[str] = ()
    fresh_at: int = NEVER
    flags: int = 0


def encode_segment(papers: Sequence[Paper], deleted: Sequence[PaperKey] = ()) -> bytes:
    """The payload for a batch of stored papers and of keys that are gone; of two of one key the last counts.

    Withdrawn papers and deleted keys become tombstones: known, without terms. ValueError for papers without a key
    or for more than 16,384 documents.
    """
    entries = [_indexed(paper) for paper in papers]
    entries += [IndexedPaper(key, {}, flags=DELETED) for key in deleted]
    return encode_papers(entries)


def encode_papers(entries: Iterable[IndexedPaper]) -> bytes:
    """As `encode_segment`, of papers whose terms are counted already."""
    by_key = {entry.key: entry for entry in entries}
    if len(by_key) > MAX_DOCUMENTS:
        raise ValueError(f"a segment holds at most {MAX_DOCUMENTS:,} papers")
    ordered = [by_key[key] for key in sorted(by_key)]
    ids: list[int] = []
    tfs: list[int] = []
    counts = []
    for entry in ordered:
        before = len(ids)
        if not entry.flags:
            ids += term_ids(entry.terms)
            tfs += entry.terms.values()
            ids += term_ids(entry.fields)
            tfs += [1] * len(entry.fields)
        counts.append(len(ids) - before)
    return assemble(
        keys=np.array([entry.key for entry in ordered], np.int64),
        fresh_at=np.array([entry.fresh_at for entry in ordered], np.int64),
        lengths=np.array([0 if entry.flags else sum(entry.terms.values()) for entry in ordered], np.uint32),
        flags=np.array([entry.flags for entry in ordered], np.uint8),
        posting_terms=np.array(ids, np.uint32),
        posting_docs=np.repeat(np.arange(len(ordered), dtype=np.uint16), counts),
        posting_tfs=np.minimum(np.array(tfs, np.int64), 255).astype(np.uint8),
    ).encode()


def _indexed(paper: Paper) -> IndexedPaper:
    fresh_at = NEVER if paper.fresh_at is None else int(paper.fresh_at.timestamp())
    if paper.withdrawn:
        return IndexedPaper(paper.stored_key, {}, (), fresh_at, WITHDRAWN)
    terms = document_terms(paper.title, paper.abstract)
    return IndexedPaper(paper.stored_key, terms, field_terms(paper.authors, paper.categories), fresh_at)
