import gzip
import json
from pathlib import Path

import pytest

from bot.evaluation.corpus import queries, read_texts, tile, write_json_lines
from bot.feeds.json_lines import parse

TEXTS = [("One", "First of one. Second of one."), ("Two", "First of two. Second of two."), ("Three", "Alone.")]


def test_texts_are_read_from_plain_and_gzipped_lines_and_need_an_abstract(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps({"title": t, "abstract": a}) for t, a in [*TEXTS, ("None", "")]) + "\n\n"
    plain, zipped = tmp_path / "texts.jsonl", tmp_path / "texts.jsonl.gz"
    plain.write_text(lines)
    with gzip.open(zipped, "wt") as out:
        out.write(lines)
    assert read_texts(plain) == read_texts(zipped) == TEXTS
    plain.write_text("no json")
    with pytest.raises(ValueError, match="Expecting"):
        read_texts(plain)


def test_tiles_are_distinct_papers_the_first_ones_the_texts_themselves() -> None:
    papers = list(tile(TEXTS, 9))
    assert [(paper.title, paper.abstract) for paper in papers[:3]] == TEXTS
    assert len({(paper.title, paper.abstract) for paper in papers}) == 9
    assert papers[3].abstract == "First of one. Second of two."
    assert len({paper.id for paper in papers}) == 9


def test_what_is_written_is_read_by_the_feed_as_the_same_papers(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    write_json_lines(TEXTS, 7, path)
    with path.open("rb") as stream:
        read = list(parse(stream))
    assert [(item.id, item.title) for item in read] == [(paper.id, paper.title) for paper in tile(TEXTS, 7)]  # type: ignore[union-attr]


def test_queries_are_words_of_the_texts_and_the_same_for_a_seed() -> None:
    made = queries(TEXTS, 12, 1)
    assert made == queries(TEXTS, 12, 1)
    assert made != queries(TEXTS, 12, 2)
    assert [len(query.split()) for query in made] == [1, 2, 3, 4, 5, 6] * 2
    assert {word for query in made for word in query.split()} <= {"First", "Second", "of", "model"}
