"""The program with nothing configured: subscribe on its page, confirm the mail that lands in a folder, get a digest."""

import email
import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.message import EmailMessage
from email.policy import default

import httpx
import pytest

from tests.e2e.program import Program
from tests.e2e.serving import ROOT, free_port, started, stop
from tests.integration.mail.test_bounces import notification
from tests.mail_parts import plain_of


def mails(program: Program) -> list[EmailMessage]:
    files = sorted((program.folder / "mails").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [email.message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default) for file in files]


def wait_for(program: Program, count: int) -> EmailMessage:
    deadline = time.monotonic() + 60
    while len(found := mails(program)) < count:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found[count - 1]


def link(mail: EmailMessage, path: str) -> str:
    found = re.search(rf"http://127\.0\.0\.1:\d+/{path}/\S+", plain_of(mail))
    assert found
    return found[0]


def make_due(program: Program) -> None:
    """As if its minute had come just now."""
    with closing(sqlite3.connect(program.folder / "paperboy.db")) as database, database:
        database.execute(
            "UPDATE subscriptions SET next_due_at = ?, next_period = date('now'), local_time = '00:00:00.000000'",
            [int((time.time() - 120) * 1_000_000)],
        )


@contextmanager
def chatting(program: Program, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`make run` with nothing configured: a chat whose input stays open, once its page is there."""
    command = [sys.executable, "-m", "bot", "start"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=program.environment(), stdin=pipe, stdout=subprocess.DEVNULL, stderr=pipe, text=True
    ) as process:
        try:
            assert process.stderr is not None
            said = iter(process.stderr.readline, "")
            assert any(f"http://127.0.0.1:{port}" in line for line in said)
            yield process, ""
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()


@pytest.mark.parametrize("command", ["run", "start"])
def test_who_subscribes_on_the_page_gets_the_day_in_the_folder(program: Program, command: str) -> None:
    papers = [{"title": f"Paper {n}", "abstract": f"What it says, {n}.", "upvotes": n} for n in range(1, 9)]
    page = program.folder.parent / "papers.jsonl"
    page.write_text("".join(f"{json.dumps(paper)}\n" for paper in papers))
    program.run("ingest", str(page))
    port = free_port()
    served = Program(program.folder, {"PAPERBOY_WEB_PORT": str(port), "PAPERBOY_ZONE": "UTC"})
    context = started(served, command) if command == "run" else chatting(served, port)
    with context as process, httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True) as browser:
        form = browser.get("/subscribe").text
        token = form.partition('name="csrf" value="')[2].partition('"')[0]
        browser.post("/subscribe", data={"csrf": token, "address": "ada@example.org", "about": "trending"})
        confirmation = wait_for(program, 1)
        assert confirmation["Subject"] == "Confirm your subscription"
        assert "It is set up" in browser.post(link(confirmation, "confirm")).text
        make_due(program)
        digest = wait_for(program, 2)
        assert digest["Subject"].startswith("Trending papers for ")
        assert plain_of(digest).count("why this:") == 5
        assert "No more digests" in browser.post(link(digest, "unsubscribe")).text
        if command == "run":
            _, log = stop(process[0], signal.SIGTERM)
            assert "ada@example.org" not in log
            assert "error" not in log


def test_a_bounce_is_read_from_standard_input_and_one_that_is_not_ours_changes_nothing(program: Program) -> None:
    said = program.run("mail", "bounce", typed=notification().decode()).stdout
    assert said == "no mail of ours: nothing is changed\n"
    said = program.run("mail", "bounce", typed="Subject: I am away\n\nUntil Monday.\n").stdout
    assert said == "no notification that a mail failed for good: nothing is changed\n"


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"PAPERBOY_SMTP_URL": "smtp://127.0.0.1:9"}, "PAPERBOY_WEB_URL: mails carry links"),
        ({"PAPERBOY_SMTP_URL": "smtp://127.0.0.1:9", "PAPERBOY_WEB_URL": "http://127.0.0.1"}, "PAPERBOY_MAIL_FROM: "),
        (
            {"PAPERBOY_SMTP_URL": "http://x", "PAPERBOY_WEB_URL": "http://127.0.0.1", "PAPERBOY_MAIL_FROM": "a@b.test"},
            "PAPERBOY_SMTP_URL: must be smtp://",
        ),
        ({"PAPERBOY_MAIL_FROM": "Paperboy"}, "PAPERBOY_MAIL_FROM: must be one mail address"),
        ({"PAPERBOY_SECRET_KEY": "short"}, "PAPERBOY_SECRET_KEY: must be a random text"),
    ],
)
def test_what_is_missing_for_mail_is_one_line_that_names_the_variable(
    program: Program, env: dict[str, str], told: str
) -> None:
    done = program.run("run", code=2, env=env)
    assert done.stderr.splitlines()[-1].startswith(f"paperboy: {told}")
    assert "Traceback" not in done.stderr
