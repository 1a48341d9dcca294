"""`paperboy simulate` as a person runs it."""

import json
from pathlib import Path

import pytest

from tests.e2e.program import Program
from tests.unit.evaluation.small_world import readers, write_readers


def test_a_run_prints_a_table_or_json_and_draws_a_picture(tmp_path: Path) -> None:
    data = str(write_readers(tmp_path))
    program = Program(tmp_path / "store")
    few = ("simulate", "--data", data, "--readers", "2", "--days", "15", "--n", "2")
    picture = tmp_path / "days.png"
    table = program.run(*few, "--png", str(picture)).stdout
    assert "| no learning | " in table
    assert "| five well-chosen papers | " in table
    assert picture.read_bytes().startswith(b"\x89PNG")
    made = json.loads(
        program.run(*few, "--drift", "--vary", "half_life_days=30,inf", "--workers", "1", "--json").stdout
    )
    assert [row["variant"] for row in made["rows"]] == ["half_life_days = 30", "half_life_days = inf"]
    assert made["plan"] == {"days": 15, "n": 2, "seed": 1, "start": 1, "drifts": True, "readers": 2}
    assert made["cold_start"] == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--data", "nowhere"), "nowhere is no folder; a data set is a folder with papers.jsonl.gz and readers.json"),
        (("--vary", "luck=1"), "write NAME=VALUE,VALUE with one of"),
        (("--png", "no/such/folder.png"), "there is no folder"),
        (("--days", "500"), "500 days need at least as many new papers; there are 120"),
        (("--readers", "1"), "Invalid value for '--readers'"),
        (("--seed", "-1"), "Invalid value for '--seed'"),
    ],
)
def test_wrong_input_is_told_in_one_line(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    data = () if "--data" in arguments else ("--data", str(write_readers(tmp_path)))
    done = Program(tmp_path).run("simulate", *data, *arguments, code=2)
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_readers_that_cannot_be_read_are_told_in_one_line(tmp_path: Path) -> None:
    data = write_readers(tmp_path, readers()[:1])
    done = Program(tmp_path).run("simulate", "--data", str(data), code=2)
    assert done.stderr.count("\n") == 1
    assert "has fewer than two readers with a liked and a later paper" in done.stderr
