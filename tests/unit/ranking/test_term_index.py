from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import PaperKey
from bot.domain.ranking import StoredSegment
from bot.ranking.inverted_lists import DELETED
from bot.ranking.segment import IndexedPaper, Segment, encode_papers, merge_segments
from bot.ranking.term_index import TermIndex
from bot.ranking.terms import term_id
from tests.unit.ranking.makers import NOW, corpus, index_of, paper, stored

_LETTERS = list("abcdef")
_BATCHES = st.lists(
    st.dictionaries(
        st.integers(1, 9),
        st.none() | st.dictionaries(st.sampled_from(_LETTERS), st.integers(1, 5), max_size=4),
        max_size=6,
    ),
    max_size=5,
)
Batch = dict[int, dict[str, int] | None]


def _stored(segment_id: int, batch: Batch) -> StoredSegment:
    entries = [
        IndexedPaper(PaperKey(key), terms or {}, flags=DELETED if terms is None else 0) for key, terms in batch.items()
    ]
    return StoredSegment(segment_id, len(batch), encode_papers(entries))


def _df(index: TermIndex, *terms: str) -> list[int]:
    return [int(df) for df in index.df(np.array([term_id(term) for term in terms], np.uint32))]


@given(_BATCHES)
def test_statistics_are_those_of_the_newest_entries(batches: list[Batch]) -> None:
    index = TermIndex.empty()
    for at, batch in enumerate(batches):
        index = index.with_segments([_stored(at, batch)])
    latest: Batch = {key: terms for batch in batches for key, terms in batch.items()}
    living = [terms for terms in latest.values() if terms is not None]
    df = Counter(term for terms in living for term in terms)
    assert index.documents == len(living)
    total = sum(sum(terms.values()) for terms in living)
    assert index.average_length == pytest.approx(total / len(living) if living else 0)
    assert _df(index, *_LETTERS) == [df[letter] for letter in _LETTERS]
    distinct, counts = index.df_counts
    assert dict(zip(distinct.tolist(), counts.tolist(), strict=True)) == Counter(df.values())


@given(_BATCHES, st.data())
def test_merging_segments_changes_no_statistics(batches: list[Batch], data: st.DataObject) -> None:
    segments = [_stored(at, batch) for at, batch in enumerate(batches, start=1)]
    index = TermIndex.empty().with_segments(segments)
    begin = data.draw(st.integers(0, max(0, len(segments) - 1)))
    old = segments[begin:]
    if not old:
        return
    payload = merge_segments([Segment.decode(segment.payload) for segment in old])
    merged = StoredSegment(old[-1].id, len(Segment.decode(payload).keys), payload)
    after = index.with_segments([merged], drop=[segment.id for segment in old])
    assert after.documents == index.documents
    assert after.average_length == index.average_length
    assert _df(after, *_LETTERS) == _df(index, *_LETTERS)


def test_an_empty_index_has_defined_statistics() -> None:
    index = TermIndex.empty()
    assert (index.documents, index.average_length, index.count_fresh(NOW)) == (0, 0.0, 0)
    assert _df(index, "a") == [0]
    assert [len(some) for some in index.df_counts] == [0, 0]
    assert index.locate(PaperKey(1)) is None


def test_a_snapshot_stays_as_it_was() -> None:
    before = index_of(corpus("graph networks"))
    after = before.with_segments([stored([paper(1, "robots")], 2)])
    assert _df(before, "graph", "robot") == [1, 0]
    assert _df(after, "graph", "robot") == [0, 1]


def test_wanted_tells_what_to_load_and_what_is_gone() -> None:
    index = index_of(corpus("graph", "robot"), [paper(3, "drone")])
    assert index.wanted([(1, 2), (2, 1)]) == ([], [])
    assert index.wanted([(2, 3), (4, 1)]) == ([2, 4], [1, 2])


def test_the_newest_entry_is_located_tombstones_too() -> None:
    index = index_of(corpus("graph", "robot")).with_segments([stored([], 2, deleted=[1])])
    first, second = index.locate(PaperKey(1)), index.locate(PaperKey(2))
    assert first is not None
    assert second is not None
    assert (first[0].id, second[0].id, second[1]) == (2, 1, 1)
    assert index.locate(PaperKey(3)) is None


def test_only_living_papers_are_fresh() -> None:
    papers = [
        paper(1, "graph"),
        paper(2, "robot", first_seen_at=NOW - timedelta(days=9)),
        paper(3, "x", withdrawn=True),
    ]
    index = index_of(papers, [paper(1, "graph again")])
    assert index.count_fresh(NOW - timedelta(days=7)) == 1
    assert index.count_fresh(NOW - timedelta(days=10)) == 2


def test_segments_may_come_in_any_order() -> None:
    old, new = stored([paper(1, "graph")], 1), stored([paper(1, "robot")], 2)
    index = TermIndex.empty().with_segments([new]).with_segments([old])
    assert _df(index, "graph", "robot") == [0, 1]


def test_a_damaged_payload_changes_nothing() -> None:
    index = index_of(corpus("graph"))
    with pytest.raises(ValueError, match="segment"):
        index.with_segments([StoredSegment(2, 1, b"nonsense")])
    assert index.documents == 1
