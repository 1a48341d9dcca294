from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.paper import PaperKey
from bot.domain.ranking import Candidates
from bot.ranking import candidate_vectors
from bot.ranking import first_papers as module
from bot.ranking.candidate_vectors import Matrix
from bot.ranking.first_papers import FirstPapers, first_papers
from tests.unit.ranking.makers import NOW, WEEK, corpus, index_of, paper

SUBJECTS = (
    "robot arms grasp soft objects",
    "protein folding inside living cells",
    "speech recognition under street noise",
    "recommendation from sparse ratings",
    "weather forecasts from satellite images",
)
FIELD = corpus(*[f"{subject} study{at % 7} case{at}" for subject in SUBJECTS for at in range(6)])


def subject(key: PaperKey) -> int:
    return (key - 1) // 6


def test_the_papers_are_spread_over_the_subjects_of_the_field() -> None:
    first = first_papers(index_of(FIELD), WEEK, 5)
    assert {subject(place[0]) for place in first.places} == {0, 1, 2, 3, 4}
    for place in first.places:
        assert {subject(key) for key in place} == {subject(place[0])}
    assert first.candidates == 30


def test_the_largest_subject_comes_first() -> None:
    sizes = ["robot arms grasp"] * 3 + ["protein folding cells"] * 9 + ["speech noise street"] * 7
    assert first_papers(index_of(corpus(*sizes)), WEEK, 1).places[0][0] in range(4, 13)


def test_equals_stand_beside_the_chosen_paper_and_odd_ones_do_not() -> None:
    papers = corpus(*["sonar maps of caves"] * 6, "sonar", *["protein folding cells"] * 6)
    first = first_papers(index_of(papers), WEEK, 2)
    assert sorted(map(sorted, first.places)) == [[1, 2, 3, 4, 5, 6], [8, 9, 10, 11, 12, 13]]


@settings(deadline=None)
@given(st.lists(st.sampled_from(SUBJECTS), max_size=12), st.integers(0, 7), st.integers(0, 12))
def test_each_paper_is_in_at_most_one_place_and_segments_do_not_matter(texts: list[str], count: int, cut: int) -> None:
    papers = corpus(*texts)
    first = first_papers(index_of(papers[:cut], papers[cut:]), WEEK, count)
    members = [key for place in first.places for key in place]
    assert len(members) == len(set(members))
    assert len(first.places) <= count
    assert first == first_papers(index_of(papers), WEEK, count)


@pytest.mark.parametrize("papers", [0, 1, 2, 4])
def test_of_few_candidates_all_come(papers: int) -> None:
    subjects = corpus(*SUBJECTS[:papers])
    old = [paper(50 + at, f"old study {at}", first_seen_at=NOW.replace(year=2020)) for at in range(12)]
    shared = [paper(90 + at, text, first_seen_at=NOW.replace(year=2020)) for at, text in enumerate(SUBJECTS)]
    first = first_papers(index_of([*subjects, *old, *shared]), WEEK, 5)
    assert sorted(place[0] for place in first.places) == list(range(1, papers + 1))


def test_muted_and_excluded_papers_are_never_chosen() -> None:
    candidates = Candidates(WEEK.since, excluded=frozenset(map(PaperKey, range(1, 7))))
    first = first_papers(index_of(FIELD), candidates, 5, muted=(("protein",),))
    members = {key for place in first.places for key in place}
    assert members
    assert not members & set(range(1, 13))


def test_of_too_many_candidates_the_newest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidate_vectors, "MOST", 6)
    older = [paper(one.stored_key, one.title, first_seen_at=NOW.replace(day=1)) for one in FIELD[6:]]
    first = first_papers(index_of([*FIELD[:6], *older]), WEEK, 5)
    members = {key for place in first.places for key in place}
    assert first.candidates == 6
    assert members <= set(range(1, 7))


def test_an_empty_index_has_no_first_papers() -> None:
    assert first_papers(index_of(), WEEK, 5) == FirstPapers((), 0)


def cosines_of(count: int, seed: int) -> Matrix:
    vectors = np.abs(np.random.default_rng(seed).normal(size=(count, 6)))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines: Matrix = (vectors @ vectors.T).astype(np.float32)
    return cosines


def plain_worth(cosines: Matrix, paper: int, reader: int) -> int:
    """The definition, one paper and reader at a time, for 140 candidates: 7 wanted, 14 liked, lists of 7."""

    def nearest(values: Matrix, count: int) -> list[int]:
        order: list[int] = np.argsort(-values, kind="stable")[:count].tolist()
        return order

    made_of = [at for at in nearest(cosines[reader], 5) if at != reader][:4]
    affinity = cosines[reader] + cosines[made_of].sum(axis=0)
    if paper not in nearest(affinity, 14):
        return 0
    brought = [at for at in nearest(cosines[paper], 8) if at != paper]
    return len(set(brought) & set(nearest(affinity, 7)))


def test_a_paper_is_worth_what_a_like_of_it_brings_to_those_who_like_it() -> None:
    cosines = cosines_of(140, 1)
    worth = module._worth(cosines)
    for at in np.random.default_rng(2).integers(140, size=(300, 2)).tolist():
        assert worth[at[0], at[1]] == plain_worth(cosines, *at)
    assert worth.any()


@given(st.integers(0, 10_000))
def test_the_choice_is_at_least_63_percent_of_the_best_one(seed: int) -> None:
    worth = module._worth(cosines_of(24, seed))
    best = max(int(worth[list(some)].max(axis=0).sum()) for some in combinations(range(24), 3))
    chosen = int(worth[module._greedy(worth, 3)].max(axis=0).sum())
    assert (1 - 1 / np.e) * best <= chosen <= best
