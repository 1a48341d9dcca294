"""The metrics against values worked out by hand, and against slow and plain versions of themselves."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.metrics import auc, average_precision, ndcg, order_of, pairwise_loss, ranking_metrics, recall

NOTHING = -math.inf
SCORES = st.lists(st.sampled_from([NOTHING, -1.0, 0.0, 0.5, 2.0, 3.0]), min_size=1, max_size=40)


@st.composite
def rankings(draw: st.DrawFn) -> tuple[list[float], list[bool]]:
    scores = draw(SCORES)
    relevant = draw(st.lists(st.booleans(), min_size=len(scores), max_size=len(scores)).filter(any))
    return scores, relevant


def test_metrics_are_those_worked_out_by_hand() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.7, NOTHING])
    relevant = np.array([True, False, True, True, False])
    ranked = relevant[order_of(scores)]
    assert ranked.tolist() == [False, True, True, True, False]
    gain = 1 / math.log2(3) + 1 / math.log2(4) + 1 / math.log2(5)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(ranked, 10) == pytest.approx(gain / ideal)
    assert ndcg(ranked, 2) == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))
    assert recall(ranked, 2) == pytest.approx(1 / 3)
    assert average_precision(ranked) == pytest.approx((1 / 2 + 2 / 3 + 3 / 4) / 3)
    assert auc(scores, relevant) == pytest.approx(3 / 6)


def test_more_relevant_papers_than_places_can_still_be_a_perfect_ranking() -> None:
    ranked = np.ones(30, np.bool_)
    assert ndcg(ranked, 10) == pytest.approx(1.0)
    assert recall(ranked, 20) == pytest.approx(20 / 30)
    assert average_precision(ranked) == pytest.approx(1.0)


def test_equal_scores_stand_in_the_order_of_ids_and_papers_without_a_score_after_all_others() -> None:
    assert order_of(np.array([NOTHING, 1.0, -5.0, 1.0, NOTHING, 2.0])).tolist() == [5, 1, 3, 2, 0, 4]
    with pytest.raises(ValueError, match="not a number"):
        order_of(np.array([1.0, math.nan]))


def test_ties_count_half_for_auc_and_a_list_of_relevant_papers_alone_has_no_pair() -> None:
    assert auc(np.array([1.0, 1.0]), np.array([True, False])) == 0.5
    assert auc(np.array([NOTHING, NOTHING, 1.0]), np.array([True, False, False])) == 0.25
    assert auc(np.array([1.0, 2.0]), np.array([True, True])) == 0.5


@given(rankings())
def test_metrics_are_those_of_their_definitions(ranking: tuple[list[float], list[bool]]) -> None:
    scores, relevant = ranking
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
    ranked = [relevant[at] for at in order]
    wanted = sum(relevant)
    gain = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(ranked[:10], start=1) if hit)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, wanted) + 1))
    precisions = [sum(ranked[:rank]) / rank for rank, hit in enumerate(ranked, start=1) if hit]
    pairs = [
        1.0 if scores[one] > scores[other] else 0.5 if scores[one] == scores[other] else 0.0
        for one in range(len(scores))
        for other in range(len(scores))
        if relevant[one] and not relevant[other]
    ]
    assert ranking_metrics(np.array(scores), np.array(relevant)) == pytest.approx(
        {
            "ndcg@10": gain / ideal,
            "recall@20": sum(ranked[:20]) / wanted,
            "recall@100": sum(ranked[:100]) / wanted,
            "map": sum(precisions) / wanted,
            "auc": sum(pairs) / len(pairs) if pairs else 0.5,
        }
    )


def test_the_pairwise_loss_weighs_every_wrong_pair_by_its_gap_and_ties_by_half() -> None:
    ratings = np.array([5.0, 3.0, 1.0])
    assert pairwise_loss(np.array([3.0, 2.0, 1.0]), ratings) == 0.0
    assert pairwise_loss(np.array([1.0, 2.0, 3.0]), ratings) == 1.0
    assert pairwise_loss(np.array([2.0, 3.0, 1.0]), ratings) == pytest.approx(2 / 8)
    assert pairwise_loss(np.array([1.0, 1.0, NOTHING]), ratings) == pytest.approx(1 / 8)
    assert pairwise_loss(np.full(3, NOTHING), ratings) == 0.5
    with pytest.raises(ValueError, match="equal"):
        pairwise_loss(np.array([1.0, 2.0]), np.array([4.0, 4.0]))


@given(st.lists(st.tuples(st.sampled_from([NOTHING, 0.0, 1.0, 2.0]), st.integers(-3, 3)), min_size=2, max_size=25))
def test_the_pairwise_loss_is_that_of_its_definition(papers: list[tuple[float, int]]) -> None:
    total = wrong = 0.0
    for (score, rating), (other_score, other_rating) in combinations(papers, 2):
        gap = abs(rating - other_rating)
        total += gap
        if score == other_score:
            wrong += gap / 2
        elif (score > other_score) != (rating > other_rating):
            wrong += gap
    if total:
        scores, ratings = zip(*papers, strict=True)
        assert pairwise_loss(np.array(scores), np.array(ratings, np.float64)) == pytest.approx(wrong / total)
