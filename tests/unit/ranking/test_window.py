"""What a ranking reads of an index: the papers of its window, and the same scores."""

from datetime import timedelta
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import PaperKey
from bot.domain.profile import PartKind
from bot.domain.ranking import Candidates, Exploration
from bot.ranking import inverted_lists
from bot.ranking.inverted_lists import FEW_SHARE
from bot.ranking.ranker import Ranker
from bot.ranking.term_index import TermIndex
from tests.unit.ranking.makers import NOW, WEEK, index_of, paper, profile, query, stored

_LETTERS = st.sampled_from(list("abcdefghij"))
_TEXT = st.lists(_LETTERS, max_size=12).map(lambda letters: " ".join(2 * letter for letter in letters))
_PAPERS = st.lists(st.tuples(_TEXT, st.integers(0, 40)), min_size=1, max_size=30)


def archive(papers: list[tuple[str, int]]) -> TermIndex:
    """In three segments, each paper so many days old."""
    made = [
        paper(key, text, first_seen_at=NOW - timedelta(days=days)) for key, (text, days) in enumerate(papers, start=1)
    ]
    return index_of(made[::3], made[1::3], made[2::3])


class Whole(TermIndex):
    """An index that has no windows."""

    def window(self, since: object) -> TermIndex:
        return self


@given(_PAPERS, st.dictionaries(_LETTERS.map(lambda letter: 2 * letter), st.floats(0.1, 3), min_size=1, max_size=6))
def test_a_window_ranks_as_the_whole_index_does(papers: list[tuple[str, int]], weights: dict[str, float]) -> None:
    """Term by term and bit by bit, exploration and what is excluded too."""
    index = archive(papers)
    mine = profile(query(weights), query(weights, PartKind.LEARNED, 0.5), query(weights, PartKind.LIKED_PAPER, 2.0))
    keys = tuple(map(PaperKey, range(1, len(papers) + 1)))
    exploring = Exploration(mine.person_id, 7, liked=keys[:3], disliked=keys[3:5])
    candidates = Candidates(since=WEEK.since, excluded=frozenset(keys[:2]))
    by_window = Ranker(index).rank(mine, candidates, 5, exploration=exploring)
    by_whole = Ranker(Whole(index.slots)).rank(mine, candidates, 5, exploration=exploring)
    assert by_window == by_whole


def test_a_window_holds_what_is_fresh_and_alive_and_is_made_once() -> None:
    index = archive([("graph", 1), ("robot", 3), ("graph", 30), ("speech", 40), ("graph robot", 6), ("x", 50)] * 3)
    index = index.with_segments([stored([], 9, deleted=[1])])
    window = index.window(WEEK.since)
    keys = sorted(key for slot in window.slots for key in slot.segment.keys.tolist())
    assert keys == [2, 5, 7, 8, 11, 13, 14, 17]
    assert index.window(WEEK.since + timedelta(minutes=1)) is window
    assert not {slot.id for slot in window.slots} & {slot.id for slot in index.slots}
    for days in range(1, 20):
        index.window(NOW - timedelta(days=days))
    assert index.window(WEEK.since) is not window, "only the latest few are kept"


def test_where_most_is_fresh_the_window_is_the_index() -> None:
    index = archive([("graph", 1), ("robot", 2), ("speech", 30)])
    assert index.window(WEEK.since) is index


@pytest.mark.parametrize("small", [0, inverted_lists.SMALL])
@given(papers=_PAPERS)
def test_the_postings_of_a_few_papers_are_those_of_the_lists(small: int, papers: list[tuple[str, int]]) -> None:
    with mock.patch.object(inverted_lists, "SMALL", small):
        _assert_postings_of_a_few(papers)


def _assert_postings_of_a_few(papers: list[tuple[str, int]]) -> None:
    for slot in archive(papers).slots:
        documents = np.arange(len(slot.segment.keys))[::2]
        every = slot.segment.forward(documents)
        terms, places, tfs = (some[every[0] < FEW_SHARE * 2.0**32] for some in every)
        order = np.lexsort((terms, places))
        few = slot.segment.forward_few(documents)
        assert [some.tolist() for some in few] == [some[order].tolist() for some in (terms, places, tfs)]
