"""A backup is everything as it was at one moment, and goes back whole or not at all."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from bot.domain.delivery import INSTALLATION
from bot.ports import StoreError
from store.backup import back_up
from store.engine import create_store, open_store
from store.migrate import HEAD
from store.restore import restore
from store.tables import accounts, people
from tests.factories import NOON
from tests.filled import contents, execute, filled, quiet

ROOT = Path(__file__).parents[2]
MakeDatabase = Callable[..., str]

BOTH = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]

RESTORE = """
import asyncio, sys
from pathlib import Path
from store.restore import restore
def tell(what, done, total):
    print(what.split()[0], done, flush=True)
asyncio.run(restore(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), tell, replace=True))
"""


def left_in(folder: Path, pattern: str) -> list[str]:
    return [path.name for path in folder.glob(pattern)]


@pytest.mark.parametrize("target", BOTH)
async def test_what_was_backed_up_comes_back_on_either_database(
    target: str, store_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    await filled(store_url, 30)
    before = await contents(store_url)
    file = tmp_path / "backup.db"
    made = await back_up(store_url, file, NOON, quiet)
    assert made.made_at == NOON
    assert made.schema == HEAD
    assert made.rows == sum(map(len, before.values()))
    assert left_in(tmp_path, "*backup*") == ["backup.db"]
    assert file.stat().st_mode & 0o777 == 0o600

    await execute(store_url, "DELETE FROM people", "UPDATE papers SET title = 'gone wrong'")
    assert await restore(file, store_url, tmp_path, quiet, replace=True) == made
    assert await contents(store_url) == before
    if target == "sqlite":
        fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
        await restore(file, fresh, tmp_path, quiet)
        assert await contents(fresh) == before
    else:
        with request.getfixturevalue("postgres_server").database(migrated=False) as fresh:
            await restore(file, fresh, tmp_path, quiet)
            assert await contents(fresh) == before


async def test_after_a_restore_new_messages_are_told_from_those_sent_since_the_backup(
    store_url: str, tmp_path: Path
) -> None:
    store = await open_store(store_url)
    async with store.write() as uow:
        await uow.state.put_value(INSTALLATION, "abc")
        await uow.state.put_value("polled", "yesterday")
    await back_up(store_url, tmp_path / "backup.db", NOON, quiet)
    await store.close()
    await restore(tmp_path / "backup.db", store_url, tmp_path, quiet, replace=True)
    store = await open_store(store_url)
    async with store.read() as uow:
        assert await uow.state.get_value(INSTALLATION) is None
        assert await uow.state.get_value("polled") == "yesterday"
    await store.close()


async def test_a_backup_made_while_others_write_is_of_one_moment(store_url: str, tmp_path: Path) -> None:
    await filled(store_url, 400)
    store = await open_store(store_url)
    written = 0
    started = asyncio.Event()

    async def write_on() -> None:
        nonlocal written
        while True:
            async with store.connection() as connection:
                person = (await connection.execute(insert(people).values(created_at=NOON).returning(people.c.id))).one()
                account = {"person_id": person.id, "platform": "x", "workspace": "", "platform_user": str(person.id)}
                await connection.execute(insert(accounts).values(kind="user", **account))
            written += 1
            if written == 5:
                started.set()

    if not store.is_sqlite:
        await execute(store_url, "SELECT setval('people_id_seq', 400), setval('accounts_id_seq', 400)")
    writer = asyncio.create_task(write_on())
    await started.wait()
    seen: list[int] = []
    made = await back_up(store_url, tmp_path / "backup.db", NOON, lambda *_: seen.append(written))
    during = written
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    await store.close()
    rows = {proof.table: proof.rows for proof in made.tables}
    assert rows["people"] == rows["accounts"]
    assert 405 <= rows["people"] <= 400 + during
    assert seen[-1] > seen[0], "nobody wrote while the backup was made"


async def test_a_backup_never_writes_over_a_file(store_url: str, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear reader")
    with pytest.raises(StoreError, match="letter is there already: name another file"):
        await back_up(store_url, tmp_path / "letter", NOON, quiet)
    assert (tmp_path / "letter").read_text() == "Dear reader"
    with pytest.raises(StoreError, match=r"There is no folder .*nowhere"):
        await back_up(store_url, tmp_path / "nowhere" / "backup.db", NOON, quiet)


async def test_a_backup_that_fails_leaves_nothing_behind(store_url: str, tmp_path: Path) -> None:
    def full(what: str, *_: int) -> None:
        if what.startswith("checking"):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        await back_up(store_url, tmp_path / "backup.db", NOON, full)
    assert left_in(tmp_path, "*backup*") == []


async def test_an_unfinished_backup_of_a_killed_program_is_written_over(store_url: str, tmp_path: Path) -> None:
    (tmp_path / ".backup.db.unfinished").write_text("half of it")
    await back_up(store_url, tmp_path / "backup.db", NOON, quiet)
    assert left_in(tmp_path, "*backup*") == ["backup.db"]


async def test_there_must_be_something_to_back_up(empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nothing to back up|holds no whole Paperboy"):
        await back_up(empty_url, tmp_path / "backup.db", NOON, quiet)
    assert not (tmp_path / "empty.db").exists()


async def test_a_half_moved_database_is_not_backed_up(store_url: str, tmp_path: Path) -> None:
    await execute(store_url, "UPDATE alembic_version SET version_num = 'moving 12345'")
    with pytest.raises(StoreError, match="holds no whole Paperboy"):
        await back_up(store_url, tmp_path / "backup.db", NOON, quiet)


async def test_a_database_in_use_is_replaced_only_when_asked(store_url: str, tmp_path: Path) -> None:
    await filled(store_url, 3)
    await back_up(store_url, tmp_path / "backup.db", NOON, quiet)
    await execute(store_url, "UPDATE papers SET title = 'Newer than the backup'")
    before = await contents(store_url)
    with pytest.raises(StoreError, match=r"is in use \(.*3 papers.*\): --yes puts the backup in its place"):
        await restore(tmp_path / "backup.db", store_url, tmp_path, quiet)
    assert await contents(store_url) == before


async def test_a_running_paperboy_keeps_its_database(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await back_up(store_url, tmp_path / "backup.db", NOON, quiet)
    monkeypatch.setattr("store.engine._SETTINGS", ("PRAGMA busy_timeout = 1",))
    running = await open_store(store_url)
    with pytest.raises(StoreError, match="is in use: stop every Paperboy on it"):
        await restore(tmp_path / "backup.db", store_url, tmp_path, quiet, replace=True)
    await running.close()


def _changed_row(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE papers SET title = 'Another title' WHERE key = 1")


def _lost_row(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM papers WHERE key = 2")


def _lost_table(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE papers RENAME TO pagers")


def _no_manifest(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE paperboy_backup SET manifest = '{}'")


@pytest.mark.parametrize("damage", [_changed_row, _lost_row, _lost_table, _no_manifest])
async def test_a_damaged_backup_is_noticed_before_anything_is_touched(
    damage: Callable[[sqlite3.Connection], None], database: MakeDatabase, tmp_path: Path
) -> None:
    url = database("sqlite")
    await filled(url, 3)
    before = await contents(url)
    file = tmp_path / "backup.db"
    await back_up(url, file, NOON, quiet)
    with closing(sqlite3.connect(file)) as connection:
        damage(connection)
        connection.commit()
    with pytest.raises(StoreError, match=r"backup\.db is damaged \(.*(papers|manifest).*\): use another one"):
        await restore(file, url, tmp_path, quiet, replace=True)
    assert await contents(url) == before


async def test_a_torn_backup_is_told(database: MakeDatabase, tmp_path: Path) -> None:
    url = database("sqlite")
    await filled(url, 300)
    file = tmp_path / "backup.db"
    await back_up(url, file, NOON, quiet)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(StoreError, match=r"backup\.db is damaged"):
        await restore(file, url, tmp_path, quiet, replace=True)


async def test_a_file_that_is_no_backup_is_told(database: MakeDatabase, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"There is no file .*nothing\.db"):
        await restore(tmp_path / "nothing.db", database("sqlite"), tmp_path, quiet)
    (tmp_path / "letter.db").write_text("Dear reader, " * 500)
    with pytest.raises(StoreError, match=r"letter\.db is not a Paperboy database"):
        await restore(tmp_path / "letter.db", database("sqlite"), tmp_path, quiet)
    live = database("sqlite")
    with pytest.raises(StoreError, match=r"was not made by `paperboy admin backup`.*migrate-store --from sqlite:///"):
        await restore(Path(live.removeprefix("sqlite:///")), database("sqlite"), tmp_path, quiet)


async def test_a_backup_of_a_newer_paperboy_is_refused(database: MakeDatabase, tmp_path: Path) -> None:
    url = database("sqlite")
    await execute(url, "UPDATE alembic_version SET version_num = '9999'")
    await back_up(url, tmp_path / "backup.db", NOON, quiet)
    with pytest.raises(StoreError, match=r"newer Paperboy \(schema 9999\): update this program"):
        await restore(tmp_path / "backup.db", database("sqlite"), tmp_path, quiet)


async def test_a_backup_of_an_older_paperboy_is_upgraded_in_a_copy(store_url: str, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    alembic = [sys.executable, "-m", "alembic", "-c", "store/migrations/alembic.ini", "-x", f"url=sqlite:///{old}"]
    await asyncio.to_thread(subprocess.run, [*alembic, "upgrade", "0001"], cwd=ROOT, check=True, capture_output=True)
    await execute(f"sqlite:///{old}", "INSERT INTO people (id, created_at) VALUES (7, 0)")
    await back_up(f"sqlite:///{old}", tmp_path / "backup.db", NOON, quiet)
    kept = (tmp_path / "backup.db").read_bytes()
    assert (await restore(tmp_path / "backup.db", store_url, tmp_path, quiet)).schema == "0001"
    assert (tmp_path / "backup.db").read_bytes() == kept
    assert left_in(tmp_path, "restore-*") == []
    store = create_store(store_url)
    async with store.snapshot() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one() == HEAD
        assert (await connection.execute(text("SELECT id FROM people"))).scalars().all() == [7]
    await store.close()


@pytest.mark.postgres
async def test_a_server_with_an_older_schema_is_backed_up_by_the_paperboy_that_made_it(
    database: MakeDatabase, tmp_path: Path
) -> None:
    url = database("postgres")
    await execute(url, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(StoreError, match=f"has schema 0001, this program {HEAD}: back it up with the Paperboy that"):
        await back_up(url, tmp_path / "backup.db", NOON, quiet)


async def test_a_restore_that_is_killed_leaves_what_was_there(store_url: str, tmp_path: Path) -> None:
    await filled(store_url, 1_100)
    await back_up(store_url, tmp_path / "backup.db", NOON, quiet)
    await execute(store_url, "UPDATE papers SET title = 'Newer than the backup'")
    before = await contents(store_url)
    command = [sys.executable, "-c", RESTORE, str(tmp_path / "backup.db"), store_url, str(tmp_path)]
    await asyncio.to_thread(_kill_while_moving, command)
    assert await contents(store_url) == before


def _kill_while_moving(command: list[str]) -> None:
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while True:
            what, done = process.stdout.readline().split()
            if what == "moving" and int(done) > 8_000:
                break
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
