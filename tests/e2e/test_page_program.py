"""The page as the program serves it: beside the console, and on its own."""

import json
import re
import signal
import subprocess
import sys

import httpx
import pytest

from bot.domain.paper import title_key
from tests.e2e.program import SHARED, Program
from tests.e2e.serving import ROOT, free_port, started, stop
from tests.integration.web.site import Seen

PAGE = SHARED / "trending_page.txt"


def test_a_service_needs_no_chat_to_show_the_page(program: Program) -> None:
    port = free_port()
    serving = Program(program.folder, {**program.env, "PAPERBOY_WEB_PORT": str(port)})
    with started(serving, "run") as (process, _):
        answer = httpx.get(f"http://127.0.0.1:{port}/")
        assert answer.status_code == 200
        _, logged = stop(process, signal.SIGTERM)
    assert f'"page": "http://127.0.0.1:{port}"' in logged


def test_the_console_says_in_its_first_lines_where_the_page_is_and_serves_it(program: Program) -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "start"],
        cwd=ROOT,
        env=program.environment({"PAPERBOY_WEB_PORT": str(port)}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        assert process.stdout is not None
        said = [process.stderr.readline() for _ in range(3)]
        assert f"http://127.0.0.1:{port}" in "".join(said)
        process.stdin.write("trending\n")
        process.stdin.flush()
        process.stdout.readline()
        page = Seen(httpx.get(f"http://127.0.0.1:{port}/").text)
        assert len(page.titles) == 40, "the samples"
        process.stdin.close()
        assert process.wait(30) == 0


@pytest.mark.skipif(not PAGE.is_file(), reason="the shared data is not beside this project")
def test_the_real_page_has_its_curator_its_date_and_all_its_papers(program: Program) -> None:
    program.run("ingest", str(PAGE))
    records = [json.loads(line) for line in (SHARED / "trending_page.jsonl").read_text().splitlines()]
    port = free_port()
    serving = Program(program.folder, {**program.env, "PAPERBOY_WEB_PORT": str(port)})
    with started(serving, "run"):
        base = f"http://127.0.0.1:{port}"
        year = re.search(r"/(\d{4})-03-14", httpx.get(f"{base}/").text)
        assert year is not None
        answer = httpx.get(f"{base}/{year[1]}-03-14")
    page = Seen(answer.text)
    assert [title_key(title) for title in page.titles] == [title_key(record["title"]) for record in records]
    assert len(page.titles) == 88
    assert f"14 March {year[1]}" in page.text
    assert "by AK and the research community" in page.text
    assert len(answer.content) < 100_000
