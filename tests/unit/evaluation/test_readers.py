import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.papers_file import DataSetError
from bot.evaluation.readers import read_data_set
from tests.unit.evaluation.makers import (
    authors_like,
    paper_records,
    reader_records,
    review_records,
    reviews_like,
    write_data,
)


def test_papers_stand_in_the_order_of_their_ids_and_readers_name_them_by_place(tmp_path: Path) -> None:
    data = read_data_set(write_data(tmp_path, paper_records()[::-1], reader_records()))
    assert [paper.id for paper in data.papers] == sorted(record["id"] for record in paper_records())
    (reader, record) = data.readers[1], reader_records()[1]
    assert [data.papers[at].id for at in reader.liked] == record["liked"]
    assert [data.papers[at].id for at in reader.later] == record["later"]
    assert all(data.papers[at].new for at in data.candidates())
    assert not any(data.papers[at].new for at in data.background)


def test_gzipped_and_plain_papers_are_the_same(tmp_path: Path) -> None:
    plain = write_data(tmp_path / "plain", paper_records(), reader_records())
    assert read_data_set(plain) == read_data_set(authors_like(tmp_path / "zipped"))


def test_without_new_papers_all_are_candidates_and_background(tmp_path: Path) -> None:
    papers = [{"id": name, "title": f"On {name}"} for name in "cab"]
    data = read_data_set(write_data(tmp_path, papers, [{"id": "x", "liked": ["a"], "later": ["c"]}]))
    assert data.candidates().tolist() == data.background.tolist() == [0, 1, 2]
    assert data.papers[0].abstract == ""


def test_a_pool_bounds_the_candidates_and_splits_say_what_is_known(tmp_path: Path) -> None:
    data = read_data_set(reviews_like(tmp_path))
    assert {data.papers[at].pool for at in data.candidates("first")} == {"first"}
    assert len(data.background) == len(data.papers)
    assert [(split.reader.id, split.seed) for split in data.splits[:4]] == [
        ("first", 0),
        ("first", 1),
        ("first", 2),
        ("second", 0),
    ]
    assert len(data.splits[0].static_disliked) == 5
    assert set(data.splits[0].loop_liked) < set(data.splits[0].reader.liked)


def test_a_sample_of_readers_is_drawn_by_seed_and_keeps_their_splits(tmp_path: Path) -> None:
    data = read_data_set(reviews_like(tmp_path / "reviews"))
    one = data.sample(1, 3)
    assert len(one.readers) == 1
    assert {split.reader.id for split in one.splits} == {one.readers[0].id}
    assert data.sample(9, 3) is data
    many = read_data_set(authors_like(tmp_path / "authors"))
    chosen = {tuple(reader.id for reader in many.sample(3, seed).readers) for seed in range(20)}
    assert len(chosen) > 5
    assert all(list(names) == sorted(names, key=[r.id for r in many.readers].index) for names in chosen)
    assert many.sample(3, 7) == many.sample(3, 7)


PAPERS = [{"id": name, "title": f"On {name}", "new": name > "b"} for name in "abcd"]
READER = {"id": "x", "liked": ["a"], "later": ["c"]}


def fails(folder: Path, papers: list[Any], readers: list[Any], splits: list[Any] | None = None) -> str:
    with pytest.raises(DataSetError) as caught:
        read_data_set(write_data(folder, papers, readers, splits or ()))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"liked": ["a", "z"]}, "'liked' names the paper 'z', which the papers file does not hold"),
        ({"liked": [["a"]]}, "which the papers file does not hold"),
        ({"liked": "a"}, "'liked' must be a list of paper ids"),
        ({"liked": []}, "'liked' is empty"),
        ({"later": []}, "no 'later' and no 'ratings'"),
        ({"later": ["a"]}, "'a' is both known and to be found"),
        ({"disliked": ["a"]}, "'a' is both liked and disliked"),
        ({"later": ["b"]}, "'b' is to be found but no candidate; it must be `new`"),
        ({"later": ["c"], "ratings": {"c": 1, "d": 2}}, "'later' and 'ratings' exclude each other"),
        ({"later": None, "ratings": ["c"]}, "'ratings' must be an object"),
        ({"later": None, "ratings": {"c": 1, "d": "good"}}, "the rating of 'd' must be a finite number, not 'good'"),
        ({"later": None, "ratings": {"c": 1, "d": True}}, "must be a finite number"),
        ({"later": None, "ratings": {"c": 1, "d": float("nan")}}, "must be a finite number"),
        ({"later": None, "ratings": {"c": 2, "d": 2.0}}, "all ratings are equal"),
        ({"later": None, "ratings": {"c": 2, "q": 1}}, "'ratings' names the paper 'q'"),
        ({"pool": "none"}, "no paper has the pool 'none'"),
        ({"id": ""}, "a reader needs 'id'"),
        ({"pool": 3}, "a reader needs 'id'"),
    ],
)
def test_a_wrong_reader_is_told_in_one_line(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    assert words in fails(tmp_path, PAPERS, [READER | change])


@pytest.mark.parametrize(
    ("papers", "words"),
    [
        ([*PAPERS, {"id": "a", "title": "Again"}], "line 5: a second paper with the id 'a'"),
        ([*PAPERS, {"id": 7, "title": "A number"}], "line 5: a paper needs 'id'"),
        ([*PAPERS, {"id": "e", "title": ""}], "line 5: a paper needs 'title'"),
        ([*PAPERS, ["e", "E"]], "line 5: each line must be a JSON object"),
        ([*PAPERS, {"id": "e", "title": "E", "abstract": 5}], "line 5: 'abstract' and 'pool' must be text"),
        ([*PAPERS, {"id": "e", "title": "E", "new": "yes"}], "'new' true or false"),
        ([], "papers.jsonl holds no papers"),
    ],
)
def test_a_wrong_paper_is_told_with_its_line(papers: list[Any], words: str, tmp_path: Path) -> None:
    assert words in fails(tmp_path, papers, [READER])


def test_wrong_lists_of_readers_are_told(tmp_path: Path) -> None:
    assert "two readers have the id 'x'" in fails(tmp_path, PAPERS, [READER, READER])
    assert "must be a list of objects" in fails(tmp_path, PAPERS, [])
    assert "must be a list of objects" in fails(tmp_path, PAPERS, ["x"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reader": "nobody"}, "names the reader 'nobody', whom readers.json does not hold"),
        ({"static": None}, "a split needs 'static', 'loop' and a number 'seed'"),
        ({"seed": "one"}, "a number 'seed'"),
        ({"loop": {"liked": []}}, "what is known must be some of the reader's 'liked'"),
        ({"loop": {"liked": ["first:bread/00"]}}, "what is known must be some of the reader's 'liked'"),
        ({"static": {"liked": ["nothing"]}}, "'static': 'liked' names the paper 'nothing'"),
    ],
)
def test_a_wrong_split_is_told(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    papers, readers, splits = review_records()
    assert words in fails(tmp_path, papers, readers, [splits[0] | change])


def test_a_split_that_leaves_nothing_to_find_is_told(tmp_path: Path) -> None:
    papers, readers, splits = review_records()
    everything = {"liked": readers[0]["liked"], "disliked": []}
    assert "with others left to find" in fails(tmp_path, papers, readers, [splits[0] | {"static": everything}])


def test_missing_and_broken_files_are_told_with_what_to_do(tmp_path: Path) -> None:
    def message() -> str:
        with pytest.raises(DataSetError) as caught:
            read_data_set(tmp_path / "set")
        return str(caught.value)

    assert "is no folder" in message()
    folder = tmp_path / "set"
    folder.mkdir()
    assert "holds no papers.jsonl.gz and no papers.jsonl" in message()
    write_data(folder, PAPERS, [READER])
    readers = folder / "readers.json"
    readers.unlink()
    assert "holds no readers.json" in message()
    readers.write_text('[\n{"id": "x",\n"liked": [}\n]')
    assert message().startswith("readers.json, line 3: no JSON")
    readers.write_bytes(b'["\xff"]')
    assert "readers.json is not UTF-8" in message()
    (folder / "papers.jsonl").write_text(json.dumps(PAPERS[0]) + "\n\n{oops\n")
    assert message().startswith("papers.jsonl, line 3: no JSON")
    (folder / "papers.jsonl").write_bytes(b"\xff\xfe")
    assert "papers.jsonl is not UTF-8" in message()
    whole = gzip.compress(json.dumps(PAPERS[0]).encode() * 50)
    for broken in (b"no gzip at all", whole[: len(whole) // 2], whole[:20] + bytes(10) + whole[30:]):
        (folder / "papers.jsonl.gz").write_bytes(broken)
        assert "papers.jsonl.gz is no whole gzip file" in message()
