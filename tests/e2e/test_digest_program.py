"""Who ordered a digest at the terminal gets it at its time, once, whether the program was running then or not."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.program import Program

ZONE = {"PAPERBOY_ZONE": "UTC"}
HEADING = "Your papers for"


@contextmanager
def chatting(program: Program) -> Iterator[subprocess.Popen[str]]:
    """A chat whose input stays open to the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=program.environment(ZONE),
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    with process:
        yield process
        process.communicate()


def say(process: subprocess.Popen[str], *lines: str) -> None:
    assert process.stdin is not None
    process.stdin.write("".join(f"{line}\n" for line in lines))
    process.stdin.flush()


def read_to(process: subprocess.Popen[str], beginning: str) -> str:
    """What is printed up to a line that begins like this."""
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if line.startswith(beginning):
            return "".join(said)
    raise AssertionError(f"{beginning!r} never came: {said}")


def soon() -> str:
    """The next whole minute that a busy machine does not reach before it has read these words."""
    return f"{datetime.now(UTC) + timedelta(seconds=80):%H:%M}"


def wait_until_sent(program: Program) -> None:
    """Until it is written down that the digest was shown, just after it was."""
    with closing(sqlite3.connect(program.folder / "paperboy.db")) as database:
        while not database.execute("SELECT 1 FROM deliveries WHERE state = 'sent'").fetchone():
            time.sleep(0.05)


def make_missed(program: Program, minute: datetime) -> None:
    """As if it had been subscribed before this minute, at which it was due."""
    with closing(sqlite3.connect(program.folder / "paperboy.db")) as database, database:
        due_at = int(minute.timestamp()) * 1_000_000
        database.execute("UPDATE subscriptions SET next_period = ?, next_due_at = ?", (f"{minute:%F}", due_at))


@pytest.mark.timeout(300)
def test_who_subscribed_for_a_minute_from_now_gets_the_digest_then_and_once(program: Program) -> None:
    with chatting(program) as process:
        say(process, "interests add diffusion models", "help")
        before = read_to(process, "PAPER is a number")
        say(process, f"digest subscribe daily {soon()} UTC 2", "help")
        before += read_to(process, "PAPER is a number")
        assert HEADING not in before
        read_to(process, HEADING)
        wait_until_sent(program)
        say(process, "like 2", "digest show")
        shown = read_to(process, "last")
        assert "Liked" in shown
        assert "2 papers" in shown
        say(process, "recommend 1")
        assert HEADING not in read_to(process, "1 of")
    assert HEADING not in program.chat("recommend 1", env=ZONE)


def test_a_digest_whose_minute_passed_while_the_program_was_stopped_comes_after_the_start(program: Program) -> None:
    minute = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    program.chat("interests add diffusion models", f"digest subscribe daily {minute:%H:%M} UTC 2", env=ZONE)
    make_missed(program, minute)
    with chatting(program) as process:
        read_to(process, HEADING)
        wait_until_sent(program)
        say(process, "why 1")
        assert "Rank 1 of" in read_to(process, "Rank 1 of")
    assert HEADING not in program.chat("recommend 1", env=ZONE)
