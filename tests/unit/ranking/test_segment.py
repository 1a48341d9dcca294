from dataclasses import replace
from datetime import UTC, datetime
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.paper import PaperKey
from bot.ranking import inverted_lists
from bot.ranking.inverted_lists import DELETED, NEVER, WITHDRAWN
from bot.ranking.segment import IndexedPaper, Segment, encode_papers, encode_segment, merge_segments, plan_merge
from bot.ranking.terms import term_id
from tests.unit.ranking.makers import NOW, corpus, paper

Entries = list[tuple[int, dict[str, int], int]]

_ENTRIES = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.dictionaries(st.sampled_from(list("abcdef")), st.integers(1, 300), max_size=5),
        st.sampled_from([0, 0, 0, WITHDRAWN, DELETED]),
    ),
    max_size=10,
)


def _contents(segment: Segment) -> dict[int, tuple[int, int, int, dict[int, int]]]:
    ids, places, tfs = segment.forward(np.arange(len(segment.keys)))
    terms: dict[int, dict[int, int]] = {}
    for term, place, tf in zip(ids.tolist(), places.tolist(), tfs.tolist(), strict=True):
        terms.setdefault(place, {})[term] = tf
    facts = zip(segment.fresh_at.tolist(), segment.lengths.tolist(), segment.flags.tolist(), strict=True)
    return {
        key: (*fact, terms.get(at, {})) for at, (key, fact) in enumerate(zip(segment.keys.tolist(), facts, strict=True))
    }


def _encode(entries: Entries) -> bytes:
    return encode_papers(IndexedPaper(PaperKey(key), terms, (), key * 10, flags) for key, terms, flags in entries)


def _expected(entries: Entries) -> dict[int, tuple[int, int, int, dict[int, int]]]:
    return {
        key: (key * 10, 0, flags, {})
        if flags
        else (key * 10, sum(terms.values()), 0, {term_id(term): min(tf, 255) for term, tf in terms.items()})
        for key, terms, flags in entries
    }


@given(_ENTRIES)
def test_a_segment_holds_what_was_encoded(entries: Entries) -> None:
    segment = Segment.decode(_encode(entries))
    assert _contents(segment) == _expected(entries)
    assert segment.encode() == _encode(entries)


@given(st.lists(_ENTRIES, max_size=4))
def test_merging_is_the_same_as_encoding_all_at_once(batches: list[Entries]) -> None:
    merged = merge_segments([Segment.decode(_encode(batch)) for batch in batches])
    assert merged == _encode([entry for batch in batches for entry in batch])


@pytest.mark.parametrize("small", [0, inverted_lists.SMALL])
@given(entries=_ENTRIES)
def test_term_frequencies_agree_with_the_lists(small: int, entries: Entries) -> None:
    segment = Segment.decode(_encode(entries))
    expected = _expected(entries)
    with mock.patch.object(inverted_lists, "SMALL", small):
        matrix = segment.term_frequencies(np.arange(len(segment.terms)), np.arange(len(segment.keys)))
    for row, term in enumerate(segment.terms.tolist()):
        assert matrix[row].tolist() == [expected[key][3].get(term, 0) for key in segment.keys.tolist()]


@given(st.sets(st.integers(0, 2**32 - 1)), st.sets(st.integers(0, 2**32 - 1)), st.integers(0, 2**32 - 1))
def test_terms_are_found_where_they_stand_and_no_others(terms: set[int], asked: set[int], crowd: int) -> None:
    """Also where one bucket of ids holds them all."""
    every = np.array(sorted(terms | {min(crowd + near, 2**32 - 1) for near in range(40)}), np.uint32)
    nothing = np.empty(0, np.int64)
    starts = np.zeros(len(every) + 1, np.uint32)
    none = nothing.astype(np.uint8)
    segment = Segment(nothing, nothing, starts[:0], every, starts, nothing.astype(np.uint16), none, none)
    wanted = np.array(sorted(asked | set(every.tolist()[::3])), np.uint32)
    place = {term: at for at, term in enumerate(every.tolist())}
    assert segment.rows(wanted).tolist() == [place.get(term, -1) for term in wanted.tolist()]


def test_papers_are_indexed_by_text_authors_and_categories() -> None:
    one = paper(7, "Graph", "graph networks", authors=("Jane Doe",), categories=("cs.LG",))
    segment = Segment.decode(encode_segment([one]))
    terms = {"graph": 2, "network": 1, "graph network": 1}
    fields = {"author:jane doe": 1, "author:j. doe": 1, "cat:cs.lg": 1, "cat:cs": 1}
    found = {term_id(term): tf for term, tf in (terms | fields).items()}
    assert _contents(segment) == {7: (int(NOW.timestamp()), 4, 0, found)}


def test_withdrawn_and_deleted_papers_are_tombstones() -> None:
    segment = Segment.decode(encode_segment([paper(1, "Graph", withdrawn=True)], deleted=[PaperKey(2)]))
    assert segment.flags.tolist() == [WITHDRAWN, DELETED]
    assert not len(segment.docs)


def test_a_paper_never_announced_is_never_fresh() -> None:
    assert Segment.decode(encode_segment([paper(1, "Graph", first_seen_at=None)])).fresh_at.tolist() == [NEVER]


def test_the_later_of_announcement_and_first_sight_counts() -> None:
    old = datetime(2020, 1, 1, tzinfo=UTC)
    segment = Segment.decode(encode_segment([paper(1, "Graph", announced_at=old)]))
    assert segment.fresh_at.tolist() == [int(NOW.timestamp())]


def test_an_unstored_paper_is_refused() -> None:
    with pytest.raises(ValueError, match="not been stored"):
        encode_segment([replace(paper(1, "Graph"), key=None)])


def test_too_many_papers_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        encode_papers(IndexedPaper(PaperKey(key), {}) for key in range(16_385))
    halves = [
        Segment.decode(encode_papers(IndexedPaper(PaperKey(key), {}) for key in keys))
        for keys in (range(9_000), range(9_000, 18_000))
    ]
    with pytest.raises(ValueError, match="at most"):
        merge_segments(halves)


def test_every_damaged_byte_is_noticed() -> None:
    payload = encode_segment(corpus("Graph networks"))
    for at in range(len(payload)):
        damaged = bytearray(payload)
        damaged[at] ^= 0x40
        with pytest.raises(ValueError, match="segment"):
            Segment.decode(bytes(damaged))


@given(st.binary(max_size=200))
def test_noise_is_no_segment(noise: bytes) -> None:
    with pytest.raises(ValueError, match="segment"):
        Segment.decode(noise)


def test_a_cut_payload_is_no_segment() -> None:
    payload = encode_segment(corpus("Graph networks"))
    for cut in (0, 10, len(payload) - 1):
        with pytest.raises(ValueError, match="segment"):
            Segment.decode(payload[:cut])


def test_reading_a_segment_copies_nothing() -> None:
    segment = Segment.decode(encode_segment(corpus("Graph networks")))
    assert not segment.docs.flags.owndata
    assert not segment.docs.flags.writeable


def test_a_segment_as_large_as_the_newer_ones_is_merged() -> None:
    assert plan_merge([]) == []
    assert plan_merge([(1, 5)]) == []
    assert plan_merge([(1, 5), (2, 4)]) == []
    assert plan_merge([(1, 5), (2, 5)]) == [1, 2]
    assert plan_merge([(1, 100), (2, 8), (3, 4), (4, 4)]) == [2, 3, 4]
    assert plan_merge([(1, 16_384), (2, 16_384)]) == []


@settings(max_examples=40)
@given(st.lists(st.integers(1, 3_000), min_size=1, max_size=120))
def test_merging_keeps_segments_few_and_work_small(batches: list[int]) -> None:
    sizes: list[tuple[int, int]] = []
    written = 0
    for at, documents in enumerate(batches):
        sizes.append((at, documents))
        while chosen := plan_merge(sizes):
            total = sum(size for segment_id, size in sizes if segment_id in chosen)
            assert total <= 16_384
            assert chosen == [segment_id for segment_id, _ in sizes[-len(chosen) :]]
            sizes = [*sizes[: -len(chosen)], (chosen[-1], total)]
            written += total
    everything = sum(batches)
    assert len(sizes) <= 2 * everything / 16_384 + 2 + np.log2(16_384)
    assert written <= everything * (np.log2(16_384) + 1)
