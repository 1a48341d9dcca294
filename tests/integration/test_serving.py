"""A serving process from within: its surfaces, its endpoint, its end."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import httpx
import psycopg
import pytest
import structlog

from bot.bootstrap import ending, surfaces
from bot.bootstrap.serving import run_service, run_worker
from bot.domain.chat import Address, Handler, Incoming, Message, Receipt
from bot.domain.person import Account
from bot.settings import Settings, SettingsError, read_settings
from bot.usecases.context import Context
from tests.e2e.program import NOWHERE


@pytest.fixture(autouse=True)
def hard_ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The process of the tests lives on; when it would have ended hard is noted."""
    noted: list[float] = []
    monkeypatch.setattr(ending, "end_hard_after", noted.append)
    yield noted
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def settings(store_url: str, tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    sources = dict.fromkeys(("arxiv_feed_url", "arxiv_api_url", "arxiv_oai_url", "hf_url"), NOWHERE)
    return read_settings(
        database_url=store_url, data_dir=tmp_path, ops_port=port, web_port=0, arxiv_interval_s=0, **sources
    )


class Surface:
    """A chat in which somebody asks for help once."""

    platform = "discord"
    digest_form: Literal["one", "cards"] = "one"

    def __init__(self) -> None:
        self.answers: list[Message] = []
        self.answered = asyncio.Event()
        self.closed = asyncio.Event()

    async def run(self, handle: Handler) -> None:
        here = Address("discord", "C1")
        self.answers.append(await handle(Incoming(Account("discord", "ada"), here, "status")))
        self.answered.set()
        await self.closed.wait()

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        return Receipt(token)

    async def look_up(self, address: Address, token: str, since: datetime, *, thread: str = "") -> Receipt | None:
        return None

    async def close(self) -> None:
        self.closed.set()


@asynccontextmanager
async def serving(work: "asyncio.Task[int]", port: int) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the endpoint, once the process is ready; the process is stopped afterwards and ended well."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        async with asyncio.timeout(60):
            while not await ready(client):
                assert not work.done(), work.result()
                await asyncio.sleep(0.05)
        yield client
    os.kill(os.getpid(), signal.SIGTERM)
    assert await asyncio.wait_for(work, 10) == 0


async def ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx.ConnectError:
        return False


async def test_a_service_answers_in_its_chats_until_it_is_told_to_stop(
    settings: Settings, port: int, monkeypatch: pytest.MonkeyPatch, hard_ends: list[float]
) -> None:
    surface = Surface()

    def build(settings: Settings, context: Context) -> Surface:
        assert settings.chat_tokens == {"discord": "secret"}
        return surface

    monkeypatch.setitem(surfaces.SURFACES, "discord", build)
    with_token = read_settings(**{**settings.model_dump(), "discord_token": "secret"})
    async with serving(asyncio.create_task(run_service(with_token)), port) as client:
        await asyncio.wait_for(surface.answered.wait(), 30)
        assert 'paperboy_command_seconds_count{command="status"} 1.0' in (await client.get("/metrics")).text
    assert surface.answers[0].ok
    assert surface.closed.is_set()
    assert hard_ends == [ending.LAST_S]


async def test_the_endpoint_tells_the_state_and_notices_a_schema_that_moved_on(settings: Settings, port: int) -> None:
    async with serving(asyncio.create_task(run_service(settings)), port) as client:
        shown = (await client.get("/metrics")).text
        assert "paperboy_store_up 1.0" in shown
        assert 'paperboy_jobs{state="waiting"}' in shown
        if settings.on_postgresql:
            with psycopg.connect(settings.store_url, autocommit=True) as connection:
                connection.execute("UPDATE alembic_version SET version_num = '9999'")
            answer = await client.get("/readyz")
            assert answer.status_code == 503
            assert "schema" in answer.json()["reason"]


async def test_a_worker_serves_beside_others(settings: Settings, port: int) -> None:
    if not settings.on_postgresql:
        with pytest.raises(SettingsError, match="PAPERBOY_DATABASE_URL"):
            await run_worker(settings)
        return
    async with serving(asyncio.create_task(run_worker(settings, workers=1, senders=0)), port) as client:
        assert (await client.get("/healthz")).status_code == 200
    assert not (settings.data_dir / "search").exists(), "nobody searches in a worker"


async def test_a_service_with_nothing_to_serve_says_what_to_set(settings: Settings) -> None:
    nothing = read_settings(**{**settings.model_dump(), "ops_port": 0})
    with pytest.raises(SettingsError, match=r"PAPERBOY_DISCORD_TOKEN .*paperboy chat"):
        await run_service(nothing)


async def test_jobs_that_nobody_would_run_are_refused(settings: Settings) -> None:
    idle = read_settings(**{**settings.model_dump(), "workers": 0, "queue": "inprocess"})
    with pytest.raises(SettingsError, match="PAPERBOY_WORKERS: 0"):
        await run_service(idle)


async def test_a_token_of_a_platform_that_is_not_spoken_is_refused(settings: Settings) -> None:
    with_token = read_settings(**{**settings.model_dump(), "slack_bot_token": "secret"})
    with pytest.raises(SettingsError, match="PAPERBOY_SLACK_BOT_TOKEN is set, but"):
        await run_service(with_token)


async def test_a_port_that_is_taken_is_named(settings: Settings, port: int) -> None:
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(SettingsError, match=rf"PAPERBOY_OPS_PORT: 127.0.0.1:{port} .*in use\)"),
    ):
        await run_service(settings)
