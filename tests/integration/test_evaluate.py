"""`paperboy evaluate` on small made-up data sets, through the command line in this process."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import __main__ as program
from bot.evaluation.evaluate import measure_all, plan
from bot.evaluation.peers import PEERS
from bot.evaluation.readers import read_data_set
from tests.unit.evaluation.makers import authors_like, review_records, reviews_like, write_data

AUTHORS = Path(__file__).parents[3] / "shared" / "data" / "recommendation" / "authors"

METRICS = {"ndcg@10", "recall@20", "recall@100", "map", "auc"}

Run = tuple[int, str, str]


@pytest.fixture
def evaluate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["paperboy", "evaluate", *map(str, arguments), "--processes", "1"])
        with pytest.raises(SystemExit) as ended:
            program.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def rows(run: Run) -> list[dict[str, Any]]:
    code, out, err = run
    assert (code, err) == (0, "")
    found: list[dict[str, Any]] = json.loads(out)["rows"]
    return found


def test_a_cold_start_has_a_row_for_each_k_and_ranker_in_order(evaluate: Any, tmp_path: Path) -> None:
    found = rows(evaluate("--data", authors_like(tmp_path), "--k", "1,4", "--json"))
    assert [(row["k"], row["ranker"]) for row in found] == [(k, name) for k in (1, 4) for name in PEERS]
    for row in found:
        assert (row["task"], row["readers"]) == ("cold-start", 6)
        assert set(row["ci"]) == METRICS
        for name in METRICS:
            low, high = row["ci"][name]
            assert 0 <= low <= row[name] <= high <= 1
        assert set(row["difference"]) == (set() if row["ranker"] == "rank-bm25" else METRICS)
        assert (row["half_a"] + row["half_b"]) / 2 == pytest.approx(row["ndcg@10"])
    by_place = {(row["k"], row["ranker"]): row for row in found}
    own, base = by_place[4, "paperboy"], by_place[4, "rank-bm25"]
    assert own["difference"]["map"]["mean"] == pytest.approx(own["map"] - base["map"])
    assert own["ndcg@10"] > by_place[4, "random"]["ndcg@10"]


def test_reviews_are_measured_by_static_and_loop_without_being_asked(evaluate: Any, tmp_path: Path) -> None:
    names = ("random", "rank-bm25", "paperboy")
    found = rows(evaluate("--data", reviews_like(tmp_path), "--rankers", ",".join(names), "--json"))
    places = [
        (task, review, name) for task in ("static", "loop") for review in ("mean", "first", "second") for name in names
    ]
    assert [(row["task"], row["review"], row["ranker"]) for row in found] == places
    for row in found:
        assert row["k"] == (4 if row["task"] == "static" else 2)
        if row["task"] == "static":
            assert 0 < row["map"] <= 1
            assert row["found"] is None
        else:
            assert row["map"] is None
            assert row["found"]["5"] <= row["found"]["10"] <= row["found"]["20"] == 1.0
    means = {row["ranker"]: row["map"] for row in found if row["task"] == "static" and row["review"] == "mean"}
    assert means["paperboy"] > 0.95 > means["random"]


def test_only_the_task_that_is_asked_for_is_measured(evaluate: Any, tmp_path: Path) -> None:
    found = rows(evaluate("--data", reviews_like(tmp_path), "--task", "static", "--rankers", "paperboy", "--json"))
    assert {row["task"] for row in found} == {"static"}


def test_merged_readers_are_reported_with_their_worse_half(evaluate: Any, tmp_path: Path) -> None:
    found = rows(evaluate("--data", authors_like(tmp_path), "--merged", "--k", "2", "--json"))
    assert {row["task"] for row in found} == {"merged"}
    assert {row["readers"] for row in found} == {3}
    for row in found:
        assert 0 <= row["worse_half@20"] <= row["recall@20"] <= row["worse_half@100"] == 1.0


def test_ratings_are_reported_by_their_pairwise_loss(evaluate: Any, tmp_path: Path) -> None:
    papers, _, _ = review_records()
    papers = [paper for paper in papers if paper.pop("pool") == "first"]
    owls = [paper["id"] for paper in papers if "owls" in paper["id"]]
    bread = [paper["id"] for paper in papers if "bread" in paper["id"]]
    readers = [
        {"id": name, "liked": liked[:3], "ratings": dict.fromkeys(liked[3:], 5) | dict.fromkeys(other, 1.5)}
        for name, liked, other in (("night", owls, bread), ("baker", bread, owls))
    ]
    data = write_data(tmp_path, papers, readers)
    found = {row["ranker"]: row for row in rows(evaluate("--data", data, "--k", "3", "--json"))}
    assert found["paperboy"]["pairwise_loss"] < 0.1
    assert 0.3 < found["random"]["pairwise_loss"] < 0.7
    assert found["paperboy"]["map"] is None
    assert set(found["paperboy"]["ci"]) == {"pairwise_loss"}
    assert "pairwise loss [95 %]" in evaluate("--data", data, "--k", "3", "--rankers", "paperboy")[1]


def test_the_same_seed_gives_the_same_document_and_a_sample_is_drawn_by_it(evaluate: Any, tmp_path: Path) -> None:
    data = authors_like(tmp_path)
    arguments = ("--data", data, "--k", "2", "--rankers", "random,rank-bm25", "--readers", "4", "--json", "--seed")
    first = rows(evaluate(*arguments, "1"))
    assert first == rows(evaluate(*arguments, "1"))
    assert {row["readers"] for row in first} == {4}
    assert first != rows(evaluate(*arguments, "2"))


def test_several_processes_measure_what_one_does(tmp_path: Path) -> None:
    data = read_data_set(authors_like(tmp_path))
    jobs = plan(data, ["random", "rank-bm25", "paperboy"], [1, 3], [], merged=False)
    seen: list[tuple[int, int]] = []
    alone, shared = (
        measure_all(data, jobs, 1, processes, lambda done, total: seen.append((done, total))) for processes in (1, 2)
    )
    assert [one.job for one in alone] == [one.job for one in shared] == jobs
    for one, other in zip(alone, shared, strict=True):
        assert {name: values.tolist() for name, values in one.values.items()} == {
            name: values.tolist() for name, values in other.values.items()
        }
    assert seen == [(done, 6) for done in range(7)] * 2


def test_the_text_has_a_table_for_each_k_and_the_picture_is_written(evaluate: Any, tmp_path: Path) -> None:
    picture = tmp_path / "quality.png"
    arguments = ("--data", authors_like(tmp_path / "data"), "--k", "1,3", "--rankers", "rank-bm25,paperboy")
    code, out, _ = evaluate(*arguments, "--png", picture)
    assert code == 0
    assert "**cold-start: 1 like known** (6 readers)" in out
    assert "**cold-start: 3 likes known** (6 readers)" in out
    assert out.count("| paperboy ") == 2
    assert "difference to rank-bm25" in out
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rankers", "paperboy,magic"], "--rankers 'magic' is not known; choose from random, popularity, rank-bm25"),
        (["--task", "warm-start"], "--task 'warm-start' is not known; choose from cold-start, static, loop"),
        (["--k", "1,zero"], "--k '1,zero': whole numbers from 1"),
        (["--k", "0"], "--k '0': whole numbers from 1"),
        (["--task", "loop"], "the task 'loop' needs a splits.json"),
        (["--merged", "--readers", "1"], "--merged needs two readers"),
        (["--merged", "--task", "static"], "--merged is a cold start"),
        (["--png", "nowhere/picture.png"], "there is no folder"),
    ],
)
def test_wrong_options_end_with_one_line_that_says_what_to_do(
    arguments: list[str], words: str, evaluate: Any, tmp_path: Path
) -> None:
    code, out, err = evaluate("--data", authors_like(tmp_path), *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("paperboy: ")
    assert words in err
    assert err.count("\n") == 1


def test_wrong_data_ends_with_one_line(evaluate: Any, tmp_path: Path) -> None:
    assert evaluate("--data", tmp_path / "none") == (
        2,
        "",
        f"paperboy: {tmp_path / 'none'} is no folder; a data set is a folder with papers.jsonl.gz and readers.json\n",
    )
    data = reviews_like(tmp_path / "reviews")
    code, _, err = evaluate("--data", data, "--task", "cold-start")
    assert code == 2
    assert "reader 'first': the cold start needs 'later' or 'ratings'" in err


def test_readers_with_ratings_and_readers_with_later_are_two_data_sets(evaluate: Any, tmp_path: Path) -> None:
    papers = [{"id": name, "title": f"On {name}"} for name in "abcd"]
    readers: list[dict[str, Any]] = [
        {"id": "x", "liked": ["a"], "later": ["c"]},
        {"id": "y", "liked": ["a"], "ratings": {"b": 1, "c": 2}},
    ]
    code, _, err = evaluate("--data", write_data(tmp_path, papers, readers))
    assert code == 2
    assert "split them into two data sets" in err


@pytest.mark.timeout(900)
def test_the_baseline_is_as_strong_on_real_authors_as_it_can_be() -> None:
    if not AUTHORS.is_dir():
        pytest.skip("../shared/data/recommendation/authors is not here")
    data = read_data_set(AUTHORS)
    (measured,) = measure_all(data, plan(data, ["rank-bm25"], [10], [], merged=False), 1, 1, lambda done, total: None)
    assert len(measured.cases) == 250
    assert 0.085 <= measured.values["ndcg@10"].mean() <= 0.092
