"""The command line's own duties: its streams, what it prints of an ingest, and what it says when it is cut off."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import __main__ as program
from bot.cli import running
from bot.domain.listing import Rejected
from bot.ports import Progress, StoreError
from bot.settings import Settings
from bot.usecases.ingest_papers import IngestReport


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERBOY_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(running, "configure_logging", lambda level, stream, form: None)


def run_main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["paperboy", *arguments])
    with pytest.raises(SystemExit) as ended:
        program.main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize("name", ["stdin", "stdout", "stderr"])
def test_a_closed_standard_stream_is_as_good_as_an_empty_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    async def run_chat(settings: Settings, *, json_lines: bool) -> None:
        seen.append(any(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)))
        print("to whom it may concern", file=sys.stderr)

    monkeypatch.setattr(program, "run_chat", run_chat)
    monkeypatch.setattr(sys, name, None)
    assert run_main(monkeypatch, "chat") == 0
    opened = getattr(sys, name)
    assert opened.name == os.devnull
    opened.close()
    assert len(seen) == 1


@pytest.mark.parametrize("arguments", [("chat",), ("admin", "status"), ("--help",)])
def test_a_reader_that_is_gone_ends_it_quietly(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def run_chat(settings: Settings, *, json_lines: bool) -> None:
        print("an answer", flush=True)

    monkeypatch.setattr(program, "run_chat", run_chat)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        run_main(monkeypatch, *arguments)
        stdout.write("flushing at exit does not fail any more")
    assert capsys.readouterr().err == ""


def test_each_rejection_is_printed_once_and_only_repeated_reasons_are_summed_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rejected = [Rejected("line 1", "odd"), Rejected("line 2", "no title"), Rejected("line 3", "no title")]
    program._print_report(IngestReport(new=2, rejected=rejected), 1.0, as_json=False)
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "2 new, 0 updated, 0 unchanged, 3 rejected (5 records in 1.0 s)",
        "rejected 2: no title",
    ]
    assert err.splitlines() == ["  line 1: odd", "  line 2: no title", "  line 3: no title"]


def test_a_reason_beyond_the_records_told_one_by_one_is_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    rejected = [*[Rejected(f"line {n}", "no title") for n in range(program.SHOWN_REJECTIONS)], Rejected("last", "odd")]
    program._print_report(IngestReport(rejected=rejected), 1.0, as_json=False)
    out, err = capsys.readouterr()
    assert "rejected 1: odd" in out
    assert "odd" not in err


def _fails() -> None:
    raise StoreError("the disk is full")


def _interrupted() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("end", "code"), [(_fails, 2), (_interrupted, 130)])
def test_an_ingest_that_is_cut_off_says_what_is_safe(
    end: Callable[[], None],
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def ingest_stream(*_: object, progress: Progress, **__: object) -> IngestReport:
        progress(3_000, None)
        end()
        return IngestReport()

    monkeypatch.setattr(program, "ingest_stream", ingest_stream)
    (tmp_path / "papers.jsonl").write_text("{}")
    assert run_main(monkeypatch, "ingest", "papers.jsonl") == code
    err = capsys.readouterr().err
    assert "3,000 records are done and their papers safely stored" in err
    assert "goes on from there" in err
