"""`paperboy simulate` on a tiny set of readers, through the command line in this process."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import __main__ as program
from tests.unit.evaluation.small_world import write_readers


@pytest.fixture
def simulate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    folder = write_readers(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        always = ["--data", str(folder), "--workers", "1"]
        days = [] if "--days" in arguments else ["--days", "20"]
        monkeypatch.setattr(sys, "argv", ["paperboy", "simulate", *always, *days, *arguments])
        with pytest.raises(SystemExit) as ended:
            program.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_the_cold_start_alone_compares_well_chosen_papers_with_random_ones(simulate: Any) -> None:
    code, out, err = simulate("--cold-start", "--json")
    assert (code, err) == (0, "")
    made = json.loads(out)
    assert made["rows"] == []
    chosen, random = made["cold_start"]
    assert (chosen["start"], random["start"]) == ("five well-chosen papers", "five random papers")
    for row in (chosen, random):
        assert 0 < row["liked"] <= 5
        assert row["ci"]["ndcg@10"][0] <= row["ndcg@10"] <= row["ci"]["ndcg@10"][1]
    assert simulate("--cold-start")[1].startswith("| first papers |")


@pytest.mark.parametrize("option", [("--vary", "nearest=2"), ("--drift",), ("--png", "days.png")])
def test_the_cold_start_alone_has_no_days(simulate: Any, option: tuple[str, ...]) -> None:
    code, out, err = simulate("--cold-start", *option)
    assert (code, out) == (2, "")
    assert "--cold-start has no days" in err


def test_days_without_a_week_after_the_first_have_no_cold_start(simulate: Any) -> None:
    code, out, err = simulate("--cold-start", "--days", "13")
    assert (code, out) == (2, "")
    assert "give 14 days or more" in err
