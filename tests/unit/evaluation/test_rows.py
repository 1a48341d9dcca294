import json
from typing import Any

import numpy as np
import pytest

from bot.evaluation.intervals import estimate
from bot.evaluation.rows import MEAN, Row, document, leading_metric, make_rows
from bot.evaluation.tables import render
from bot.evaluation.workshop import Job, Measured

NAMES = tuple(f"reader {number}" for number in range(6))
METRICS = ("ndcg@10", "recall@20", "recall@100", "map", "auc")


def measured(job: Job, *, k: int = 0, shift: float = 0.0, metrics: tuple[str, ...] = METRICS, n: int = 6) -> Measured:
    values = {name: np.linspace(0.1, 0.6, n) + shift for name in metrics}
    return Measured(job, k or job.k, NAMES[:n], values)


def records(rows: list[Row]) -> list[dict[str, Any]]:
    """The rows of the JSON document, as whoever reads it gets them."""
    found: list[dict[str, Any]] = json.loads(json.dumps(document(rows)))["rows"]
    return found


def test_a_row_has_means_intervals_paired_differences_and_halves() -> None:
    own, base = measured(Job("paperboy", "cold-start", 10), shift=0.1), measured(Job("rank-bm25", "cold-start", 10))
    base_row, own_row = make_rows([base, own], seed=1)
    assert own_row.estimates["map"] == estimate(own.values["map"], 1)
    difference = own_row.differences["map"]
    assert (difference.mean, difference.low, difference.high) == pytest.approx((0.1, 0.1, 0.1))
    assert base_row.differences == {}
    first, second = own_row.halves
    assert first is not None
    assert second is not None
    assert first + second == pytest.approx(2 * own_row.estimates["ndcg@10"].mean)
    assert first != second


def test_differences_are_taken_to_the_baseline_of_the_same_k() -> None:
    jobs = [
        measured(Job("rank-bm25", "cold-start", 1)),
        measured(Job("paperboy", "cold-start", 1), shift=0.1),
        measured(Job("rank-bm25", "cold-start", 10), shift=0.2),
        measured(Job("paperboy", "cold-start", 10), shift=0.5),
    ]
    rows = make_rows(jobs, seed=1)
    assert [round(row.differences["auc"].mean, 6) for row in rows if row.ranker == "paperboy"] == [0.1, 0.3]


def test_without_the_baseline_there_is_no_difference_and_one_reader_has_no_second_half() -> None:
    (row,) = make_rows([measured(Job("paperboy", "cold-start", 5), n=1)], seed=1)
    assert row.differences == {}
    assert row.halves[1] is None
    table = render([row])
    assert "difference" not in table
    assert "| -" in table


def test_the_json_document_names_each_metric_and_nulls_what_is_not_measured() -> None:
    rows = make_rows([measured(Job("rank-bm25", "cold-start", 10))], seed=1)
    (record,) = records(rows)
    assert record["ranker"] == "rank-bm25"
    assert record["k"] == 10
    assert record["ndcg@10"] == pytest.approx(0.35)
    assert set(METRICS) == set(record["ci"])
    assert record["ci"]["map"][0] < record["map"] < record["ci"]["map"][1]
    assert record["difference"] == {}
    assert "review" not in record
    assert "found" not in record
    rated = make_rows([measured(Job("paperboy", "cold-start", 3), metrics=("pairwise_loss",))], seed=1)
    (record,) = records(rated)
    assert record["pairwise_loss"] == pytest.approx(0.35)
    assert record["map"] is None
    assert "pairwise loss [95 %]" in render(rated)


def test_reviews_weigh_alike_in_the_mean_however_many_splits_they_have() -> None:
    one = Measured(Job("paperboy", "static", reader="a"), 10, ("a1", "a2", "a3"), {"map": np.array([0.1, 0.2, 0.3])})
    two = Measured(Job("paperboy", "static", reader="b"), 10, ("b1",), {"map": np.array([0.8])})
    for part in (one, two):
        part.values["ndcg@10"] = part.values["map"]
    mean, first, second = make_rows([one, two], seed=1)
    assert (mean.review, first.review, second.review) == (MEAN, "a", "b")
    assert [row.estimates["map"].mean for row in (mean, first, second)] == pytest.approx([0.5, 0.2, 0.8])
    assert (mean.readers, first.readers) == (2, 3)
    text = render([mean, first, second])
    assert "static: MAP, review by review" in text
    assert "| paperboy | 0.200 | 0.800 | 0.500 |" in text


def test_a_loop_row_tells_what_was_found_by_day() -> None:
    metrics = ("found@5", "found@10", "found@20")
    rows = make_rows([measured(Job("paperboy", "loop", reader="a"), k=5, metrics=metrics)], seed=1)
    assert leading_metric(rows[0]) == "found@10"
    record = records(rows)[1]
    assert record["review"] == "a"
    assert record["task"] == "loop"
    assert set(record["found"]) == {"5", "10", "20"}
    assert record["map"] is None
    assert "0.35 / 0.35 / 0.35" in render(rows)
