from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import PaperId, PaperKey
from bot.domain.trending import Votes
from bot.ranking.trending import rank_trending, trending_score
from tests.unit.ranking.makers import NOW

COUNT = st.integers(0, 10_000)
AGE = st.floats(0, 4_000)


def votes(name: str, days: float = 0, **counts: int) -> Votes:
    return Votes(PaperKey(sum(name.encode())), PaperId(f"local:{name}"), NOW - timedelta(days=days), **counts)


@given(COUNT, COUNT, COUNT, AGE, st.integers(1, 100), st.floats(0.01, 400))
def test_more_for_a_paper_never_lowers_it_more_against_it_and_age_never_raise_it(
    upvotes: int, likes: int, dislikes: int, age: float, more: int, older: float
) -> None:
    score = trending_score(upvotes, likes, dislikes, age)
    assert score >= 0
    assert (score > 0) == (upvotes + likes > 0)
    assert trending_score(upvotes + more, likes, dislikes, age) > score
    assert trending_score(upvotes, likes + more, dislikes, age) > score
    assert trending_score(upvotes, likes, dislikes + more, age) <= score
    assert trending_score(upvotes, likes, dislikes, age + older) <= score


@given(AGE)
def test_one_like_of_one_reader_does_not_beat_forty_of_fifty(age: float) -> None:
    assert trending_score(0, 1, 0, age) < trending_score(0, 40, 10, age)


def test_the_same_share_of_few_votes_counts_less_a_vote_than_of_many() -> None:
    a_vote = [trending_score(0, 3 * size, size, 0) / size for size in (1, 5, 50, 500)]
    assert a_vote == sorted(a_vote)
    assert a_vote[-1] / a_vote[0] == pytest.approx(0.75 / (8 / 12), rel=0.01)


def test_the_score_is_the_formula_of_the_docstring() -> None:
    assert trending_score(10, 0, 0, 0) == pytest.approx(10 * (12 / 14) / 2**1.5)
    assert trending_score(3, 2, 1, 6) == pytest.approx(7 * (9 / 13) / 8**1.5)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ((-1, 0, 0, 0.0), "counted from 0"),
        ((0, -1, 0, 0.0), "counted from 0"),
        ((0, 0, -1, 0.0), "counted from 0"),
        ((1, 0, 0, -0.1), "finite number of days"),
        ((1, 0, 0, float("nan")), "finite number of days"),
        ((1, 0, 0, float("inf")), "finite number of days"),
    ],
)
def test_what_can_be_no_count_or_age_is_refused(wrong: tuple[int, int, int, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        trending_score(*wrong)


def test_the_best_come_first_ties_by_id_and_papers_without_a_vote_for_them_never() -> None:
    papers = [
        votes("old", 30, upvotes=10),
        votes("b", 1, upvotes=10),
        votes("a", 1, upvotes=10),
        votes("silent"),
        votes("booed", dislikes=3),
        votes("new", 0, upvotes=10),
    ]
    ranked = rank_trending(papers, NOW, 9)
    assert [trend.votes.id for trend in ranked] == ["local:new", "local:a", "local:b", "local:old"]
    assert [trend.age_days for trend in ranked] == pytest.approx([0, 1, 1, 30])
    assert rank_trending(papers, NOW, 2) == ranked[:2]
    assert rank_trending([], NOW, 9) == []


def test_a_paper_dated_ahead_is_new() -> None:
    (ahead,) = rank_trending([votes("ahead", -2, upvotes=1)], NOW, 9)
    assert (ahead.age_days, ahead.score) == (0.0, trending_score(1, 0, 0, 0))
