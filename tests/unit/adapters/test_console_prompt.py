"""The interactive prompt, on a real pseudo-terminal."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, InMemoryHistory

from adapters.console.prompt import CommandCompleter, open_history

ROOT = Path(__file__).resolve().parents[3]

_PROGRAM = """
import asyncio, sys
from pathlib import Path
from adapters.console import ConsoleAdapter
from bot.domain.chat import Address, Message, Text
from bot.domain.person import Account

async def handle(incoming):
    if incoming.text == "later":
        asyncio.get_running_loop().call_later(0.2, lambda: tasks.append(asyncio.ensure_future(unasked())))
    if incoming.text == "slow":
        print("WORKING", flush=True)
        await asyncio.sleep(60)
    if incoming.text == "close":
        asyncio.get_running_loop().call_later(0.2, lambda: tasks.append(asyncio.ensure_future(adapter.close())))
    return Message((Text("GOT<" + incoming.text + ">"),))

async def unasked():
    await adapter.send(Address("console", "terminal"), Message((Text("NEWS", "heading"),)), "t")

ticks = 0
def toolbar():
    global ticks
    ticks += 1
    return "reading papers 41%" if ticks < 3 else "reading papers 97%"

async def main():
    global adapter
    adapter = ConsoleAdapter(sys.stdin, sys.stdout, account=Account("console", "ada"), interactive=True,
                             toolbar=toolbar, words=["recommend", "interests add"], history=Path(sys.argv[1]))
    await adapter.run(handle)

tasks = []
asyncio.run(main())
print("ENDED")
"""


def _open(folder: Path, **env: str) -> "pexpect.spawn[str]":
    return pexpect.spawn(
        sys.executable, ["-c", _PROGRAM, str(folder / "history")],
        cwd=str(ROOT), encoding="utf-8", timeout=20, dimensions=(24, 80), env=os.environ | {"TERM": "xterm"} | env,
    )  # fmt: skip


def _leave(child: "pexpect.spawn[str]") -> None:
    """End the program in order, whatever is typed by now."""
    if child.isalive():
        child.send("\x15\x04")
        child.expect(pexpect.EOF)
    child.close(force=True)


@pytest.fixture
def terminal(tmp_path: Path) -> "Iterator[pexpect.spawn[str]]":
    child = _open(tmp_path, PROMPT_TOOLKIT_NO_CPR="1")
    child.expect("paperboy> ")
    yield child
    _leave(child)


def test_lines_are_answered_at_a_prompt_until_ctrl_d(terminal: "pexpect.spawn[str]", tmp_path: Path) -> None:
    terminal.send("recommend 3\r")
    terminal.expect("GOT<recommend 3>")
    terminal.expect("paperboy> ")
    terminal.send("half a li\x03")
    terminal.send("again\r")
    terminal.expect("GOT<again>")
    terminal.expect("paperboy> ")
    terminal.send("\x1b[A\r")
    terminal.expect("GOT<again>")
    terminal.send("\x04")
    terminal.expect("ENDED")
    assert re.findall(r"^\+(.*)$", (tmp_path / "history").read_text(), re.MULTILINE) == ["recommend 3", "again"]


def test_command_words_complete(terminal: "pexpect.spawn[str]") -> None:
    terminal.send("reco\t")
    terminal.expect("mmend")
    terminal.send(" 2\r")
    terminal.expect("GOT<recommend 2>")


def test_the_toolbar_moves_on_while_nothing_is_typed(tmp_path: Path) -> None:
    terminal = _open(tmp_path)
    # A toolbar is drawn once the terminal has said where its cursor is, as real ones do.
    terminal.expect_exact("\x1b[6n")
    terminal.send("\x1b[1;1R")
    terminal.expect("reading papers 41%")
    terminal.expect("97")
    _leave(terminal)


def test_a_message_that_comes_unasked_leaves_what_is_typed_alone(terminal: "pexpect.spawn[str]") -> None:
    terminal.send("later\r")
    terminal.expect("GOT<later>")
    terminal.expect("paperboy> ")
    terminal.send("half")
    terminal.expect("NEWS")
    terminal.send(" typed\r")
    terminal.expect("GOT<half typed>")


def test_ctrl_c_stops_a_command_and_not_the_program(terminal: "pexpect.spawn[str]") -> None:
    terminal.send("slow\r")
    terminal.expect("WORKING")
    terminal.sendintr()
    terminal.expect("Stopped")
    terminal.expect("paperboy> ")
    terminal.send("quit\r")
    terminal.expect("ENDED")


def test_close_ends_a_waiting_prompt(terminal: "pexpect.spawn[str]") -> None:
    terminal.send("close\r")
    terminal.expect("ENDED")


def _complete(text: str) -> list[str]:
    completer = CommandCompleter(["recommend", "interests", "interests add", "interests author"])
    return [found.text for found in completer.get_completions(Document(text), CompleteEvent())]


def test_completion_offers_whole_commands() -> None:
    assert _complete("re") == ["recommend"]
    assert _complete("interests a") == ["interests add", "interests author"]
    assert _complete("Q") == ["quit"]
    assert _complete("recommend") == []
    assert _complete("xyz") == []


def test_history_is_kept_in_a_file_of_ones_own_where_that_works(tmp_path: Path) -> None:
    assert isinstance(open_history(tmp_path / "deep" / "history"), FileHistory)
    assert (tmp_path / "deep" / "history").stat().st_mode & 0o777 == 0o600
    (tmp_path / "file").touch()
    assert isinstance(open_history(tmp_path / "file" / "history"), InMemoryHistory)
    assert isinstance(open_history(None), InMemoryHistory)
