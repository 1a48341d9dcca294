"""A serving process for tests: started with its endpoint on a free port, waited for, told to stop."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.e2e.program import Program

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def started(program: Program, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, with a pipe for its input that stays open, once it says that it is ready; and its endpoint."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=program.environment({"PAPERBOY_OPS_PORT": str(port)}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            wait_until_ready(process, f"http://127.0.0.1:{port}")
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def wait_until_ready(process: subprocess.Popen[str], address: str, *, ready: bool = True) -> None:
    """Wait until it says that it is ready, or is not."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        try:
            if (httpx.get(f"{address}/readyz", timeout=10).status_code == 200) is ready:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{ready=} not within a minute")


def stop(process: subprocess.Popen[str], how: signal.Signals) -> tuple[str, str]:
    """What it printed, once it ended as it should: within the ten seconds that container engines grant."""
    assert process.stdin is not None
    process.send_signal(how)
    process.wait(timeout=10)
    process.stdin.close()
    assert process.stdout is not None
    assert process.stderr is not None
    printed = process.stdout.read(), process.stderr.read()
    assert process.returncode == 0, printed
    return printed
