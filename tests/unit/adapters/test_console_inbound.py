"""A typed line becomes an Incoming, a wish to end, nothing, or a problem with a file."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console.inbound import MAX_FILE_BYTES, End, FileProblemError, LineReader, read_file
from bot.domain.chat import Address, Incoming, Message, Text
from bot.domain.person import Account

ACCOUNT = Account("console", "ada")
ADDRESS = Address("console", "terminal")


def _no_file(name: str) -> bytes:
    raise AssertionError(f"read {name}")


def _reader(files: dict[str, bytes] | None = None) -> LineReader:
    return LineReader(ACCOUNT, ADDRESS, files.__getitem__ if files is not None else _no_file)


def test_a_line_is_trimmed_and_carries_who_and_where() -> None:
    assert _reader().read("  recommend 5 \r\n") == Incoming(ACCOUNT, ADDRESS, "recommend 5")
    assert _reader().read("\ufeffhelp\n") == Incoming(ACCOUNT, ADDRESS, "help")


@pytest.mark.parametrize("line", ["", "\n", "  \t \n", "# a comment\n", "   # indented", "\ufeff"])
def test_blank_lines_and_comments_say_nothing(line: str) -> None:
    assert _reader().read(line) is None


@pytest.mark.parametrize("line", ["quit", "exit\n", " QUIT ", "/exit", "Exit"])
def test_quit_and_exit_end(line: str) -> None:
    assert _reader().read(line) is End.END


def test_a_command_that_begins_like_quit_does_not_end() -> None:
    assert isinstance(_reader().read("quit smoking papers"), Incoming)


def test_a_long_line_is_cut() -> None:
    wanted = _reader().read("search " + "x" * 50_000)
    assert isinstance(wanted, Incoming)
    assert len(wanted.text) == 20_000


@given(st.text())
def test_no_line_raises(line: str) -> None:
    wanted = LineReader(ACCOUNT, ADDRESS, read_file, ()).read(line)
    assert wanted is None or isinstance(wanted, Incoming | End)


@pytest.mark.parametrize(
    ("line", "named", "kept"),
    [
        ("interests import lib.bib", "lib.bib", "lib.bib"),
        ("/interests  IMPORT   ~/my papers/lib.bib  ", "~/my papers/lib.bib", "lib.bib"),
        ('interests import "a b.ris"', "a b.ris", "a b.ris"),
        ("interests import '/x/a.csv'", "/x/a.csv", "a.csv"),
    ],
)
def test_the_file_that_an_import_names_comes_along(line: str, named: str, kept: str) -> None:
    wanted = _reader({named: b"content"}).read(line)
    assert isinstance(wanted, Incoming)
    assert wanted.files == {kept: b"content"}
    assert wanted.text == line.strip()


@pytest.mark.parametrize("line", ["interests import", "interests", "interests important thing", "import lib.bib"])
def test_other_lines_read_no_file(line: str) -> None:
    wanted = _reader().read(line)
    assert isinstance(wanted, Incoming)
    assert wanted.files == {}


def test_a_file_that_cannot_be_read_is_said_instead(tmp_path: Path) -> None:
    answer = LineReader(ACCOUNT, ADDRESS, read_file).read(f"interests import {tmp_path}/none.bib")
    assert isinstance(answer, Message)
    assert not answer.ok
    (block,) = answer.blocks
    assert isinstance(block, Text)
    assert block.style == "error"
    assert "none.bib" in block.text
    assert answer.data == {"error": block.text}


def test_a_file_is_read_whole_and_home_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib.bib").write_bytes(b"@article{}\xff")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read_file("~/lib.bib") == b"@article{}\xff"


def test_folders_pipes_and_huge_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MAX_FILE_BYTES)
    for name, words in (("", "folder"), ("pipe", "plain file"), ("huge", "20 MiB"), ("none", "no file")):
        with pytest.raises(FileProblemError, match=words):
            read_file(str(tmp_path / name))
    assert len(read_file(str(tmp_path / "large"))) == MAX_FILE_BYTES


@pytest.mark.parametrize("name", ["a\x00b", "~nobody-of-that-name/x", "x" * 5000])
def test_a_name_that_cannot_be_one_is_a_problem(name: str) -> None:
    with pytest.raises(FileProblemError):
        read_file(name)


def test_a_file_without_the_right_to_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "secret.bib").touch()
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileProblemError, match="not allowed"):
        read_file(str(tmp_path / "secret.bib"))


def test_a_problem_names_the_file_without_its_control_characters() -> None:
    with pytest.raises(FileProblemError) as problem:
        read_file("/nowhere/\x1b[2Jx\u202e.bib")
    assert "\x1b" not in str(problem.value)
    assert "\u202e" not in str(problem.value)
