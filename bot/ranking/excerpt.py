"""A few papers of an index as an index of their own: a question about them then costs next to nothing."""

from collections.abc import Iterable

import numpy as np

from bot.domain.paper import PaperKey
from bot.ranking.inverted_lists import assemble
from bot.ranking.term_index import Slot, TermIndex


def excerpt(index: TermIndex, keys: Iterable[PaperKey]) -> TermIndex:
    """The newest entries of these papers, tombstones too; keys that the index lacks are left out.

    Document frequencies and lengths are those of the few: rank with the whole index as background.
    """
    by_slot: dict[int, tuple[Slot, list[int]]] = {}
    for key in dict.fromkeys(keys):
        place = index.locate(key)
        if place is not None:
            by_slot.setdefault(place[0].id, (place[0], []))[1].append(place[1])
    return TermIndex(tuple(_slot(slot, sorted(docs)) for slot, docs in by_slot.values()))


def _slot(slot: Slot, documents: list[int]) -> Slot:
    docs = np.array(documents, np.int64)
    whole = slot.segment
    terms, places, tfs = whole.forward(docs)
    few = assemble(
        keys=whole.keys[docs],
        fresh_at=whole.fresh_at[docs],
        lengths=whole.lengths[docs],
        flags=whole.flags[docs],
        posting_terms=terms,
        posting_docs=places.astype(np.uint16),
        posting_tfs=tfs.astype(np.uint8),
    )
    return Slot(slot.id, len(docs), few, np.ones(len(docs), np.bool_))
