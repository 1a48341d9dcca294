"""When a database cannot be used, one sentence says what to do."""

import errno
import os
import shutil
import socket
import sqlite3
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import exc, text

import store.engine
from bot.domain.delivery import DeliveryState
from bot.domain.limits import Limit
from bot.ports import StoreError
from store.engine import SqlStore, create_store, open_store
from store.errors import store_errors
from store.leadership import create_leadership
from store.rate_limiter import SqlRateLimiter
from tests.contract.ledger_steps import claimed, subscribe, the_only
from tests.factories import NOON, make_paper, make_planned
from tests.fakes import FakeClock
from tests.postgres import PostgresServer


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "cannot be read: write sqlite:///path"),
        ("mysql://user:secret@host/name", "'mysql' are not supported"),
        ("sqlite://", "in a file: write sqlite:///path"),
        ("sqlite:///:memory:", "in a file: write sqlite:///path"),
    ],
)
def test_a_wrong_url_is_told_with_the_right_forms(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as told:
        create_store(url)
    assert "secret" not in str(told.value)


async def test_every_way_to_write_a_url_opens_the_same_database(store_url: str) -> None:
    first = await open_store(store_url)
    async with first.write() as uow:
        await uow.state.put_value("a", "b")
    await first.close()
    scheme, rest = store_url.split("://", 1)
    driver = {"sqlite": "aiosqlite", "postgresql": "psycopg"}[scheme]
    second = await open_store(f"{scheme}+{driver}://{rest}")
    async with second.read() as uow:
        assert await uow.state.get_value("a") == "b"
    await second.close()


async def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    await (await open_store(f"sqlite:///{tmp_path / 'a' / 'b' / 'paperboy.db'}")).close()
    assert (tmp_path / "a" / "b" / "paperboy.db").exists()
    with pytest.raises(StoreError, match=f"cannot be made: {os.strerror(errno.ENOTDIR)}"):
        create_store(f"sqlite:///{tmp_path / 'a' / 'b' / 'paperboy.db' / 'c' / 'd.db'}")


async def test_sqlite_is_set_up_for_safety_and_speed(sqlite_template: Path) -> None:
    opened = await open_store(f"sqlite:///{sqlite_template}")
    async with opened.connection() as connection:
        settings = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous", "secure_delete")
        }
    await opened.close()
    assert settings == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "synchronous": 1,
        "secure_delete": 1,
    }


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear reader, " * 500)
    with pytest.raises(StoreError, match=r"letter\.db is not a Paperboy database"):
        await open_store(f"sqlite:///{tmp_path / 'letter.db'}")


async def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened: check that its folder exists"):
        await open_store(f"sqlite:///{tmp_path}")


async def test_a_locked_database_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "paperboy.db"
    await (await open_store(f"sqlite:///{path}")).close()
    settings = tuple(setting for setting in store.engine._SETTINGS if "busy_timeout" not in setting)
    monkeypatch.setattr(store.engine, "_SETTINGS", (*settings, "PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    # A database that is up to date opens all the same: only who writes needs the lock.
    opened = await open_store(f"sqlite:///{path}")
    try:
        async with opened.read() as uow:
            assert await uow.papers.count() == 0
        with pytest.raises(StoreError, match="locked by another program"):
            await _fill(opened)
    finally:
        await opened.close()
        other.close()


async def test_a_full_disk_is_told_and_the_rest_stays_whole(tmp_path: Path) -> None:
    opened = await open_store(f"sqlite:///{tmp_path / 'paperboy.db'}")
    async with opened.write() as uow:
        await uow.papers.upsert([make_paper()], NOON)
    async with opened.connection() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StoreError, match=r"disk under the database .* is full: make room"):
        await _fill(opened)
    async with opened.read() as uow:
        assert await uow.papers.count() == 1
    await opened.close()


async def _fill(opened: SqlStore) -> None:
    async with opened.write() as uow:
        await uow.papers.upsert([make_paper(abstract="word " * 2_000) for _ in range(100)], NOON)


async def test_an_unreachable_server_is_told_without_the_password() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        with pytest.raises(StoreError, match=r"papers on 127\.0\.0\.1 cannot be reached") as told:
            await open_store(f"postgresql://me:secret@127.0.0.1:{port}/papers")
    assert "secret" not in str(told.value)


@pytest.mark.postgres
async def test_a_missing_database_is_told(postgres_server: PostgresServer) -> None:
    with pytest.raises(StoreError, match=r"nowhere on .* does not exist: create it"):
        await open_store(postgres_server.url("nowhere"))


@pytest.mark.postgres
async def test_a_refused_user_is_told(postgres_server: PostgresServer) -> None:
    url = postgres_server.url("postgres").replace("postgres:@", "stranger:secret@")
    with pytest.raises(StoreError, match=r"refused the user or the password") as told:
        await open_store(url)
    assert "secret" not in str(told.value)


@pytest.mark.postgres
async def test_a_server_that_drops_us_is_told_and_the_next_try_works(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as url:
        opened = await open_store(url)
        with pytest.raises(StoreError, match=r"was stopped|cannot be reached"):
            await _drop_own_connection(opened)
        async with opened.write() as uow:
            await uow.state.put_value("a", "b")
        await opened.close()


@pytest.mark.postgres
async def test_a_server_that_stops_and_comes_back_is_used_again_and_loses_nothing(
    postgres_server: PostgresServer,
) -> None:
    with postgres_server.database() as url:
        opened = await open_store(url)
        limiter = SqlRateLimiter(opened, FakeClock(), {"one": Limit(1)})
        leader = create_leadership(url)
        async with opened.write() as uow:
            await uow.state.put_value("before", "kept")
        assert await leader.hold("arxiv")
        try:
            with pytest.raises(StoreError, match=r"was stopped|cannot be reached"):
                await _write_while_it_stops(opened, postgres_server)
            with pytest.raises(StoreError, match=r"was stopped|cannot be reached"):
                await _read(opened, "before")
            with pytest.raises(StoreError, match=r"was stopped|cannot be reached"):
                await limiter.wait("one")
            assert not await leader.hold("arxiv")
        finally:
            postgres_server.start()
        assert await _read(opened, "before") == "kept"
        assert await _read(opened, "during") is None
        assert await limiter.wait("one") == 0.0
        assert await leader.hold("arxiv")
        await leader.release()
        await opened.close()


async def _write_while_it_stops(opened: SqlStore, server: PostgresServer) -> None:
    async with opened.write() as uow:
        await uow.state.put_value("during", "lost")
        server.stop()


async def _read(opened: SqlStore, key: str) -> str | None:
    async with opened.read() as uow:
        return await uow.state.get_value(key)


@pytest.mark.postgres
async def test_a_read_only_server_is_told_and_can_be_read(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as url:
        opened = await open_store(f"{url}&options=-c%20default_transaction_read_only%3Don")
        async with opened.read() as uow:
            # It has the one connection of the pool, and would leave it able to write; the writer gets another.
            assert await uow.papers.count() == 0
            with pytest.raises(StoreError, match="is read-only: use the primary server"):
                await _fill(opened)
        await opened.close()


def test_a_server_that_only_follows_another_is_told() -> None:
    refused = psycopg.errors.FeatureNotSupported("cannot set transaction read-write mode during recovery")
    with pytest.raises(StoreError, match="is read-only: use the primary server"), store_errors("here"):
        raise exc.NotSupportedError("BEGIN", None, refused)
    other = psycopg.errors.FeatureNotSupported("FOR UPDATE is not allowed with aggregate functions")
    with pytest.raises(exc.NotSupportedError), store_errors("here"):
        raise exc.NotSupportedError("SELECT", None, other)


async def test_a_read_only_file_is_told_and_can_be_read(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(sqlite_template, tmp_path / "paperboy.db")
    # The permissions of a file mean nothing to a superuser, whom tests may run as; SQLite's own refusal is the same.
    monkeypatch.setattr(store.engine, "_WRITER_CACHE", "PRAGMA query_only = ON")
    opened = await open_store(f"sqlite:///{tmp_path / 'paperboy.db'}")
    assert await _read(opened, "a") is None
    with pytest.raises(StoreError, match="cannot be written: make the file and its folder writable"):
        await _fill(opened)
    await opened.close()


async def test_a_full_disk_leaves_the_ledger_as_it_was(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "paperboy.db")
    opened = await open_store(f"sqlite:///{tmp_path / 'paperboy.db'}")
    async with opened.write() as uow:
        planned = [make_planned(await subscribe(uow)) for _ in range(200)]
        subscriber = planned[0].person_id
        delivery = await claimed(uow, planned[0])
    async with opened.connection() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    async def plan_more() -> None:
        async with opened.write() as uow:
            assert await uow.deliveries.finish(delivery, DeliveryState.SENT, NOON)
            await uow.deliveries.plan([replace(one, reason="word " * 100) for one in planned], NOON)

    with pytest.raises(StoreError, match=r"disk under the database .* is full: make room"):
        await plan_more()
    async with opened.read() as uow:
        assert (await the_only(uow, subscriber)).state is DeliveryState.SENDING
        assert await uow.deliveries.counts() == {DeliveryState.SENDING: 1}
    await opened.close()


async def _drop_own_connection(opened: SqlStore) -> None:
    async with opened.connection() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_waiting_too_long_for_ones_turn_is_told() -> None:
    with pytest.raises(StoreError, match="is busy"), store_errors("here"):
        raise exc.TimeoutError("QueuePool limit")


async def test_a_defect_of_a_statement_is_no_store_error(sql_store: SqlStore) -> None:
    with pytest.raises((exc.ProgrammingError, exc.OperationalError)):
        await _misspell(sql_store)


async def _misspell(opened: SqlStore) -> None:
    async with opened.connection() as connection:
        await connection.execute(text("SELEKT 1"))
