"""When a database cannot be used, one sentence says what to do."""

import errno
import os
import socket
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import exc, text

import store.engine
from bot.ports import StoreError
from store.engine import SqlStore, create_store, open_store
from store.errors import store_errors
from tests.factories import NOON, make_paper
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
