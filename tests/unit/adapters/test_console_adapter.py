"""The console fed by a pipe: one command a line, answers in order, ends with its input."""

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.console import ConsoleAdapter
from bot.domain.chat import Address, Image, Incoming, Message, Receipt, Text, direct
from bot.domain.person import Account
from bot.ports import DeliveryError, LookUpUnsupportedError
from tests.factories import NOON

ACCOUNT = Account("console", "ada")
HERE = Address("console", "terminal")


class Handler:
    """Answers with what it was asked, and remembers it."""

    def __init__(self) -> None:
        self.asked: list[Incoming] = []

    async def __call__(self, incoming: Incoming) -> Message:
        self.asked.append(incoming)
        await asyncio.sleep(0)
        return Message((Text(f"you said {incoming.text}"),), data={"said": incoming.text})


def _stdin(content: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8")


async def _talk(content: bytes, **options: bool) -> tuple[str, list[Incoming]]:
    stdout, handler = io.StringIO(), Handler()
    await ConsoleAdapter(_stdin(content), stdout, account=ACCOUNT, **options).run(handler)  # type: ignore[arg-type]
    return stdout.getvalue(), handler.asked


async def test_each_line_is_answered_in_order_until_the_input_ends() -> None:
    shown, asked = await _talk(b"first\n\n# not this\n  second  \r\nlast without newline")
    assert [incoming.text for incoming in asked] == ["first", "second", "last without newline"]
    assert asked[0] == Incoming(ACCOUNT, HERE, "first")
    assert shown == "you said first\n\nyou said second\n\nyou said last without newline\n\n"


async def test_quit_ends_before_the_input_does() -> None:
    _, asked = await _talk(b"one\nquit\ntwo\n")
    assert [incoming.text for incoming in asked] == ["one"]


async def test_bytes_that_are_no_utf8_are_replaced() -> None:
    _, asked = await _talk(b"caf\xe9 \xff\nna\xc3\xafve\n")
    assert [incoming.text for incoming in asked] == ["caf\ufffd \ufffd", "naïve"]


async def test_a_line_without_an_end_is_cut_and_the_next_is_read() -> None:
    _, asked = await _talk(b"x" * 1_000_000 + b"\nnext\n")
    assert [len(incoming.text) for incoming in asked] == [20_000, 4]


async def test_more_lines_than_the_queue_holds_all_arrive() -> None:
    _, asked = await _talk(b"".join(b"line %d\n" % number for number in range(500)))
    assert [incoming.text for incoming in asked] == [f"line {number}" for number in range(500)]


async def test_json_lines_are_one_a_command_and_nothing_else(tmp_path: Path) -> None:
    shown, _ = await _talk(f"one\n# no\n\ninterests import {tmp_path}/none.bib\ntwo\n".encode(), json_lines=True)
    answers = [json.loads(line) for line in shown.splitlines()]
    assert answers[0] == {"said": "one"}
    assert "none.bib" in answers[1]["error"]
    assert answers[2] == {"said": "two"}
    assert len(answers) == 3


async def test_an_unasked_message_keeps_out_of_the_json_lines() -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    adapter = ConsoleAdapter(_stdin(b""), stdout, account=ACCOUNT, json_lines=True, stderr=stderr)
    await adapter.send(HERE, Message((Text("news"),)), "t")
    assert stdout.getvalue() == ""
    assert json.loads(stderr.getvalue()) == {"ok": True, "text": "news"}


async def test_a_file_named_by_an_import_comes_along(tmp_path: Path) -> None:
    (tmp_path / "lib.bib").write_bytes(b"@misc{}")
    _, asked = await _talk(f"interests import {tmp_path / 'lib.bib'}\n".encode())
    assert asked[0].files == {"lib.bib": b"@misc{}"}


async def test_the_same_token_is_shown_once_and_no_token_every_time() -> None:
    stdout = io.StringIO()
    adapter = ConsoleAdapter(_stdin(b""), stdout, account=ACCOUNT)
    message = Message((Text("news"),))
    assert await adapter.send(HERE, message, "part-1") == await adapter.send(HERE, message, "part-1")
    assert stdout.getvalue() == "news\n\n"
    assert await adapter.send(HERE, message, "") != await adapter.send(HERE, message, "")
    assert stdout.getvalue() == "news\n\n" * 3


async def test_what_another_program_showed_cannot_be_looked_up() -> None:
    adapter = ConsoleAdapter(_stdin(b""), io.StringIO(), account=ACCOUNT)
    assert adapter.digest_form == "one"
    with pytest.raises(LookUpUnsupportedError):
        await adapter.look_up(HERE, "part-1", NOON)


async def test_a_terminal_that_is_gone_may_come_back() -> None:
    """The next start opens another one: nothing is stopped for that."""
    stdout = io.StringIO()
    adapter = ConsoleAdapter(_stdin(b""), stdout, account=ACCOUNT)
    stdout.close()
    with pytest.raises(DeliveryError) as gone:
        await adapter.send(HERE, Message((Text("news"),)), "t")
    assert not gone.value.permanent


async def test_the_direct_conversation_with_its_user_is_the_terminal() -> None:
    stdout = io.StringIO()
    adapter = ConsoleAdapter(_stdin(b""), stdout, account=ACCOUNT)
    await adapter.send(direct(ACCOUNT), Message((Text("news"),)), "t")
    assert "news" in stdout.getvalue()
    with pytest.raises(DeliveryError) as elsewhere:
        await adapter.send(direct(Account("console", "somebody else")), Message((Text("news"),)), "u")
    assert elsewhere.value.permanent


async def test_pictures_are_kept_under_a_harmless_name(tmp_path: Path) -> None:
    stdout = io.StringIO()
    adapter = ConsoleAdapter(_stdin(b""), stdout, account=ACCOUNT, pictures=tmp_path / "pictures")
    await adapter.send(HERE, Message((Image("../../evil \x1b.png", b"\x89PNG", "a plot"),)), "")
    (kept,) = (tmp_path / "pictures").iterdir()
    assert kept.name == "evil-.png"
    assert kept.read_bytes() == b"\x89PNG"
    assert stdout.getvalue() == f"a plot\nPicture: {kept}\n\n"


@pytest.mark.parametrize(
    ("said", "ok", "left"),
    [
        ("/Privacy  forget yes", True, False),
        ("privacy forget yes", False, True),
        ("privacy forget", True, True),
        ("privacy export", True, True),
    ],
)
async def test_who_is_forgotten_leaves_no_picture_behind(tmp_path: Path, said: str, ok: bool, left: bool) -> None:
    async def handle(incoming: Incoming) -> Message:
        return Message((Text("done"),), ok=ok)

    (tmp_path / "old.png").write_bytes(b"from another day")
    adapter = ConsoleAdapter(_stdin(said.encode()), io.StringIO(), account=ACCOUNT, pictures=tmp_path)
    await adapter.send(HERE, Message((Image("profile.png", b"png", "a plot"),)), "")
    await adapter.run(handle)
    assert _names(tmp_path) == (["old.png", "profile.png"] if left else [])


async def test_a_picture_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("in the way")
    stdout = io.StringIO()
    adapter = ConsoleAdapter(_stdin(b""), stdout, account=ACCOUNT, pictures=tmp_path / "pictures")
    await adapter.send(HERE, Message((Image("..", b"", "a plot"),)), "")
    assert "could not be saved" in stdout.getvalue()


async def test_pictures_have_a_folder_without_one_being_given() -> None:
    stdout = io.StringIO()
    adapter = ConsoleAdapter(_stdin(b""), stdout, account=ACCOUNT)
    await adapter.send(HERE, Message((Image("..", b"png", "a plot"),)), "")
    assert _take(stdout.getvalue().split("Picture: ")[1].strip()) == b"png"


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _take(path: str) -> bytes:
    """A file's content; the file and its folder are removed."""
    kept = Path(path)
    content = kept.read_bytes()
    kept.unlink()
    kept.parent.rmdir()
    return content


async def test_characters_that_the_terminal_does_not_know_are_replaced() -> None:
    raw = io.BytesIO()
    stdout = io.TextIOWrapper(raw, encoding="ascii")
    adapter = ConsoleAdapter(_stdin(b""), stdout, account=ACCOUNT)
    await adapter.send(HERE, Message((Text("Erdős · 深"),)), "")
    assert raw.getvalue() == b"Erd?s ? ?\n\n"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("no_color", "wanted", "colored"), [("", None, True), ("1", None, False), ("1", True, True), ("", False, False)]
)
async def test_colour_is_for_terminals_that_want_it(
    no_color: str, wanted: bool | None, colored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    stdout = _Terminal()
    adapter = ConsoleAdapter(_stdin(b""), stdout, account=ACCOUNT, color=wanted)
    await adapter.send(HERE, Message((Text("Head", "heading"),)), "")
    assert ("\x1b[" in stdout.getvalue()) is colored


async def test_a_silent_pipe_does_not_hold_up_the_loop_and_close_ends_the_run() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "r") as stdin, os.fdopen(writing, "w") as typed:
        stdout, handler = io.StringIO(), Handler()
        adapter = ConsoleAdapter(stdin, stdout, account=ACCOUNT)
        heard = asyncio.Event()

        async def hear(incoming: Incoming) -> Message:
            heard.set()
            return await handler(incoming)

        running = asyncio.create_task(adapter.run(hear))
        typed.write("hello\n")
        typed.flush()
        await heard.wait()
        while not stdout.getvalue():  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert await adapter.send(HERE, Message((Text("unasked"),)), "t1") == Receipt("t1")
        await adapter.close()
        await running
        assert stdout.getvalue() == "you said hello\n\nunasked\n\n"
        typed.write("bye\n")


_PROGRAM = """
import asyncio, signal, sys
from adapters.console import ConsoleAdapter
from bot.domain.chat import Message, Text, direct
from bot.domain.person import Account

# A shell that runs the tests in the background has Ctrl-C ignored, and that is inherited.
signal.signal(signal.SIGINT, signal.default_int_handler)

async def handle(incoming):
    return Message((Text("word " * 5_000),))

asyncio.run(ConsoleAdapter(sys.stdin, sys.stdout, account=Account("console", "ada")).run(handle))
print("ended", file=sys.stderr)
"""


def test_a_reader_that_leaves_ends_the_program_quietly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stdin.write(b"go\n" * 20)
    process.stdin.close()
    assert process.stderr.read() == b"ended\n"
    assert process.wait(30) == 0
    process.stderr.close()


def test_ctrl_c_ends_a_program_that_waits_for_a_silent_pipe() -> None:
    program = _PROGRAM.replace("asyncio.run(", 'print("up", flush=True); asyncio.run(')
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"go\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"up\n"
    assert process.stdout.readline().startswith(b"word")
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    assert process.wait(30) != 0
    process.stdin.close()
    process.stdout.close()
