import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.paper import PaperKey
from bot.domain.ranking import Candidates
from bot.ranking import first_papers as module
from bot.ranking.first_papers import first_papers
from tests.unit.ranking.makers import NOW, WEEK, corpus, index_of, paper

SUBJECTS = (
    "robot arms grasp soft objects",
    "protein folding inside living cells",
    "speech recognition under street noise",
    "recommendation from sparse ratings",
    "weather forecasts from satellite images",
)
FIELD = corpus(*[f"{subject} study{at % 7} case{at}" for subject in SUBJECTS for at in range(6)])


def test_the_papers_are_spread_over_the_subjects_of_the_field() -> None:
    groups = first_papers(index_of(FIELD), WEEK, 5)
    assert {(group[0] - 1) // 6 for group in groups} == {0, 1, 2, 3, 4}
    for group in groups:
        assert {(key - 1) // 6 for key in group} == {(group[0] - 1) // 6}
    assert sorted(key for group in groups for key in group) == [one.key for one in FIELD]


def test_the_largest_subject_comes_first() -> None:
    sizes = ["robot arms grasp"] * 3 + ["protein folding cells"] * 9 + ["speech noise street"] * 7
    assert first_papers(index_of(corpus(*sizes)), WEEK, 1)[0][0] in range(4, 13)


@settings(deadline=None)
@given(st.lists(st.sampled_from(SUBJECTS), max_size=12), st.integers(0, 7), st.integers(0, 12))
def test_each_paper_is_in_at_most_one_group_and_segments_do_not_matter(texts: list[str], count: int, cut: int) -> None:
    papers = corpus(*texts)
    groups = first_papers(index_of(papers[:cut], papers[cut:]), WEEK, count)
    members = [key for group in groups for key in group]
    assert len(members) == len(set(members))
    assert len(groups) <= count
    assert groups == first_papers(index_of(papers), WEEK, count)


@pytest.mark.parametrize("papers", [0, 1, 4])
def test_of_few_candidates_all_come(papers: int) -> None:
    subjects = corpus(*SUBJECTS[:papers])
    old = [paper(50 + at, f"old study {at}", first_seen_at=NOW.replace(year=2020)) for at in range(12)]
    shared = [paper(90 + at, text, first_seen_at=NOW.replace(year=2020)) for at, text in enumerate(SUBJECTS)]
    groups = first_papers(index_of([*subjects, *old, *shared]), WEEK, 5)
    assert sorted(group[0] for group in groups) == list(range(1, papers + 1))


def test_muted_and_excluded_papers_are_never_chosen() -> None:
    candidates = Candidates(WEEK.since, excluded=frozenset(map(PaperKey, range(1, 7))))
    groups = first_papers(index_of(FIELD), candidates, 5, muted=(("protein",),))
    members = {key for group in groups for key in group}
    assert members
    assert not members & set(range(1, 13))


def test_of_too_many_candidates_the_newest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 6)
    older = [paper(one.stored_key, one.title, first_seen_at=NOW.replace(day=1)) for one in FIELD[6:]]
    groups = first_papers(index_of([*FIELD[:6], *older]), WEEK, 5)
    members = {key for group in groups for key in group}
    assert members <= set(range(1, 7))
    assert np.ptp(sorted(members)) <= 5


def test_an_empty_index_has_no_first_papers() -> None:
    assert first_papers(index_of(), WEEK, 5) == []
