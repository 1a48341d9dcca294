"""The operator's endpoint over a real socket: health, readiness, metrics."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from adapters.web import WebServer, create_app, health, health_routes
from bot.ports import StoreError


async def fine() -> str:
    return ""


async def numbers() -> bytes:
    return b"paperboy_papers 88.0\n"


@asynccontextmanager
async def endpoint(
    ready: Callable[[], Awaitable[str]] = fine, host: str = "127.0.0.1"
) -> AsyncIterator[httpx.AsyncClient]:
    shown = f"[{host}]" if ":" in host else host
    async with (
        WebServer(create_app(health_routes(ready, numbers)), host, 0) as server,
        httpx.AsyncClient(base_url=f"http://{shown}:{server.port}") as client,
    ):
        yield client


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_process_that_answers_is_alive(host: str) -> None:
    async with endpoint(host=host) as client:
        answer = await client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["alive"] is True
    assert "server" not in answer.headers


async def test_an_event_loop_that_comes_late_is_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LONGEST_LAG_S", -1.0)
    async with endpoint() as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()["alive"]) == (503, False)


async def test_what_can_work_is_ready() -> None:
    async with endpoint() as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reason": ""})


async def test_what_cannot_work_says_why() -> None:
    async def loading() -> str:
        return "Loading the index of terms."

    async def gone() -> str:
        raise StoreError("The database cannot be reached.")

    for ready, reason in ((loading, "Loading the index of terms."), (gone, "The database cannot be reached.")):
        async with endpoint(ready) as client:
            answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"ready": False, "reason": reason})


async def test_a_check_that_hangs_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_S", 0.05)

    async def hang() -> str:
        await asyncio.Event().wait()
        return ""

    async with endpoint(hang) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert "took longer" in answer.json()["reason"]


async def test_metrics_are_prometheus_text_and_nothing_else_is_there() -> None:
    async with endpoint() as client:
        answer = await client.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert answer.text == "paperboy_papers 88.0\n"
        assert (await client.get("/")).status_code == 404
        assert (await client.post("/metrics")).status_code == 405


async def test_a_taken_port_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        WebServer(create_app([]), "127.0.0.1", taken.getsockname()[1])


async def test_a_server_that_never_started_closes() -> None:
    server = WebServer(create_app([]), "127.0.0.1", 0)
    await server.close()


async def test_answers_do_not_wait_for_acknowledgements() -> None:
    server = WebServer(create_app(health_routes(fine, numbers)), "127.0.0.1", 0)
    served: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        served.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(accepted, sock=server.listening):
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        assert await served
        writer.close()
