from pathlib import Path

import pytest

from bot.evaluation.cases import cold_start_cases, loop_cases, merged_cases, static_cases
from bot.evaluation.data_set import DataSet
from bot.evaluation.papers_file import DataSetError
from bot.evaluation.readers import read_data_set
from tests.unit.evaluation.makers import authors_like, reviews_like, write_data


@pytest.fixture
def authors(tmp_path: Path) -> DataSet:
    return read_data_set(authors_like(tmp_path / "authors"))


@pytest.fixture
def reviews(tmp_path: Path) -> DataSet:
    return read_data_set(reviews_like(tmp_path / "reviews"))


def test_the_first_k_likes_are_known_and_later_is_to_be_found_among_the_new(authors: DataSet) -> None:
    for k in (1, 3, 50):
        for reader, case in zip(authors.readers, cold_start_cases(authors, k), strict=True):
            assert case.known.liked == reader.liked[:k]
            assert case.relevant == reader.later
            assert case.known.readers == (reader.id,)
            assert set(case.relevant) <= set(case.candidates.tolist()) == set(authors.candidates().tolist())


def test_likes_that_are_not_told_are_no_candidates_either(tmp_path: Path) -> None:
    papers = [{"id": name, "title": f"On {name}"} for name in "abcdef"]
    reader = {"id": "x", "liked": ["a", "b"], "disliked": ["c"], "later": ["e"]}
    (case,) = cold_start_cases(read_data_set(write_data(tmp_path, papers, [reader])), 1)
    assert (case.known.liked, case.known.disliked) == ((0,), (2,))
    assert case.candidates.tolist() == [3, 4, 5]


def test_merged_readers_know_k_of_each_in_turns_and_want_what_either_wants(authors: DataSet) -> None:
    cases = merged_cases(authors, 2, seed=1)
    assert len(cases) == 3
    assert sorted(name for case in cases for name in case.known.readers) == sorted(r.id for r in authors.readers)
    by_id = {reader.id: reader for reader in authors.readers}
    for case in cases:
        one, other = (by_id[name] for name in case.known.readers)
        assert set(case.known.liked) == {*one.liked[:2], *other.liked[:2]}
        assert case.known.liked[:2] == (one.liked[0], other.liked[0])
        assert case.halves == (one.later, other.later)
        assert set(case.relevant) == {*one.later, *other.later}
    pairs = {tuple(case.known.readers for case in merged_cases(authors, 2, seed)) for seed in range(8)}
    assert len(pairs) > 1


def test_a_reader_too_many_is_left_out_of_the_pairs(authors: DataSet) -> None:
    assert len(merged_cases(authors.sample(5, 1), 1, seed=1)) == 2


def test_what_nobody_can_pair_up_is_told(tmp_path: Path, authors: DataSet) -> None:
    with pytest.raises(DataSetError, match="two readers with the same candidates"):
        merged_cases(authors.sample(1, 1), 1, seed=1)
    papers = [{"id": name, "title": f"On {name}"} for name in "abcd"]
    both = [{"id": name, "liked": [name], "ratings": {"c": 1, "d": 2}} for name in "ab"]
    with pytest.raises(DataSetError, match="ratings of two readers cannot be put together"):
        merged_cases(read_data_set(write_data(tmp_path / "rated", papers, both)), 1, seed=1)


def test_a_pair_that_knows_all_it_wants_is_left_out(tmp_path: Path) -> None:
    papers = [{"id": name, "title": f"On {name}"} for name in "abcd"]
    crossed = [{"id": "x", "liked": ["a"], "later": ["b"]}, {"id": "y", "liked": ["b"], "later": ["a"]}]
    with pytest.raises(DataSetError, match="there are none"):
        merged_cases(read_data_set(write_data(tmp_path / "crossed", papers, crossed)), 1, seed=1)


def test_splits_hide_what_is_known_and_want_the_other_likes(reviews: DataSet) -> None:
    static, loop = static_cases(reviews, "first"), loop_cases(reviews, "first")
    assert len(static) == len(loop) == 3
    for split, known, start in zip(reviews.splits, static, loop, strict=False):
        assert (known.known.liked, known.known.disliked) == (split.static_liked, split.static_disliked)
        assert (start.known.liked, start.known.disliked) == (split.loop_liked, ())
        for case in (known, start):
            seen = {*case.known.liked, *case.known.disliked}
            assert set(case.relevant) == set(split.reader.liked) - seen
            assert set(case.candidates.tolist()) == set(reviews.candidates("first").tolist()) - seen
