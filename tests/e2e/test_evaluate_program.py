"""`paperboy evaluate` as a program of its own, on a small data set and on a sample of real readers."""

import json
from pathlib import Path

import pytest

from tests.e2e.program import SHARED, Program
from tests.unit.evaluation.makers import authors_like


def test_it_prints_one_json_document_and_writes_the_picture(program: Program, tmp_path: Path) -> None:
    picture = tmp_path / "quality.png"
    done = program.run(
        *("evaluate", "--data", str(authors_like(tmp_path / "readers")), "--k", "2,4"),
        *("--rankers", "random,rank-bm25,paperboy", "--png", str(picture), "--json"),
    )
    found = {(row["k"], row["ranker"]): row for row in json.loads(done.stdout)["rows"]}
    assert len(found) == 6
    assert found[4, "paperboy"]["ndcg@10"] > found[4, "random"]["ndcg@10"]
    assert done.stderr == ""
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_wrong_data_set_is_one_line_and_exit_code_two(program: Program, tmp_path: Path) -> None:
    data = authors_like(tmp_path / "readers")
    (data / "readers.json").write_text('[{"id": "x", "liked": ["nothing"], "later": ["owls/01"]}]')
    done = program.run("evaluate", "--data", str(data), code=2)
    assert done.stdout == ""
    assert done.stderr == (
        "paperboy: readers.json, reader 'x': 'liked' names the paper 'nothing', which the papers file does not hold\n"
    )


def test_real_reviews_are_served_far_better_than_by_chance(program: Program) -> None:
    data = SHARED / "recommendation" / "reviews"
    if not data.is_dir():
        pytest.skip("../shared/data/recommendation/reviews is not here")
    done = program.run(
        *("evaluate", "--data", str(data), "--readers", "2", "--task", "static"),
        *("--rankers", "random,rank-bm25,paperboy", "--json"),
    )
    found = {row["ranker"]: row for row in json.loads(done.stdout)["rows"] if row["review"] == "mean"}
    assert {row["readers"] for row in found.values()} == {2}
    for name in ("rank-bm25", "paperboy"):
        assert found[name]["map"] > 1.5 * found["random"]["map"]
        assert found[name]["auc"] > 0.6
