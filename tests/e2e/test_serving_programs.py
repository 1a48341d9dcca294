"""`paperboy run` and `paperboy worker` as processes: they start, are ready, stop in order, and read no input."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.e2e.program import Program
from tests.e2e.serving import ROOT, started, stop


@pytest.fixture
def installed(program: Program, store_url: str) -> Program:
    return Program(program.folder, {"PAPERBOY_DATABASE_URL": store_url})


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_service_starts_is_ready_and_ends_in_order(installed: Program, how: signal.Signals) -> None:
    with started(installed, "run") as (process, address):
        assert httpx.get(f"{address}/healthz").json()["pid"] == process.pid
        assert "paperboy_store_up 1.0" in httpx.get(f"{address}/metrics").text
        output, log = stop(process, how)
    assert output == ""
    assert '"event": "started"' in log
    assert '"event": "stopped"' in log
    assert "Traceback" not in log


def test_a_service_does_not_read_its_input(installed: Program) -> None:
    with started(installed, "run") as (process, address):
        assert process.stdin is not None
        process.stdin.write("quit\nnonsense\n")
        process.stdin.flush()
        process.stdin.close()
        assert httpx.get(f"{address}/readyz").status_code == 200
        output, log = stop(process, signal.SIGTERM)
    assert output == ""
    assert "nonsense" not in log


@pytest.mark.parametrize("backend", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_workers_serve_beside_each_other(installed: Program, tmp_path: Path) -> None:
    elsewhere = Program(tmp_path / "elsewhere", installed.env)
    with (
        started(installed, "worker", "--concurrency", "3", "--senders", "1") as (one, _),
        started(elsewhere, "worker") as (other, address),
    ):
        stop(one, signal.SIGTERM)
        assert httpx.get(f"{address}/readyz").status_code == 200
        _, log = stop(other, signal.SIGTERM)
    assert '"process": "worker-' in log


BUSY = """
import asyncio, sys, time
from bot.bootstrap import ending
from bot.supervisor import Supervisor

async def main():
    supervisor = Supervisor()
    with ending.stopped_by_signals(supervisor):
        asyncio.get_running_loop().run_in_executor(None, time.sleep, 60)
        print("busy", flush=True)
        await supervisor.run()

ending.LAST_S = float(sys.argv[1])
asyncio.run(main())
"""


@pytest.mark.parametrize(("patience_s", "signals"), [("0.3", 1), ("60", 2)])
def test_a_thread_that_does_not_end_holds_nothing_up_for_long(patience_s: str, signals: int) -> None:
    command = [sys.executable, "-c", BUSY, patience_s]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "busy\n"
        process.send_signal(signal.SIGTERM)
        for _ in range(signals - 1):
            time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) != 0


def test_a_worker_needs_postgresql(program: Program) -> None:
    done = program.run("worker", code=2)
    assert done.stderr.startswith("paperboy: a worker shares its jobs through PostgreSQL")
    assert len(done.stderr.splitlines()) == 1


def test_a_service_with_nothing_to_serve_says_so_in_one_line(program: Program) -> None:
    done = program.run("run", code=2)
    assert done.stderr.startswith("paperboy: nothing to serve: set PAPERBOY_DISCORD_TOKEN")
    assert "PAPERBOY_WEB_PORT" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_start_talks_here_where_no_token_is_set_and_serves_where_one_is(program: Program) -> None:
    assert "recommend" in program.run("start", typed="help\n").stdout
    done = program.run("start", typed="help\n", code=2, env={"PAPERBOY_SLACK_BOT_TOKEN": "x"})
    assert "PAPERBOY_SLACK_BOT_TOKEN" in done.stderr
    assert done.stdout == ""
