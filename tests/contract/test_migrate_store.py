"""An installation moves from either database to either, whole, whatever happens on the way."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, text

import store.engine
from bot.ports import StoreError
from store.engine import create_store, open_store
from store.migrate import HEAD
from store.migrate_store import migrate_store
from store.tables import people
from store.transfer import tables
from tests.factories import NOON
from tests.filled import contents, execute, filled, quiet
from tests.postgres import PostgresServer

ROOT = Path(__file__).parents[2]
ROWS = 30

MakeDatabase = Callable[..., str]

DIRECTIONS = [
    pytest.param(("sqlite", "postgres"), id="to-postgres", marks=pytest.mark.postgres),
    pytest.param(("postgres", "sqlite"), id="to-sqlite", marks=pytest.mark.postgres),
    pytest.param(("sqlite", "sqlite"), id="sqlite-to-sqlite"),
    pytest.param(("postgres", "postgres"), id="postgres-to-postgres", marks=pytest.mark.postgres),
]
KINDS = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]

MOVE = """
import asyncio, sys
from store.migrate_store import migrate_store
def tell(what, done, total):
    print(what.split()[0], done, flush=True)
asyncio.run(migrate_store(sys.argv[1], sys.argv[2], tell))
"""


@pytest.mark.parametrize("kinds", DIRECTIONS)
@pytest.mark.parametrize("migrated", [True, False])
async def test_every_row_of_every_table_arrives(kinds: tuple[str, str], migrated: bool, database: MakeDatabase) -> None:
    source, target = database(kinds[0]), database(kinds[1], migrated=migrated)
    await filled(source, ROWS)
    before = await contents(source)
    told: list[tuple[str, int, int]] = []
    proofs = await migrate_store(source, target, lambda *step: told.append(step))
    assert {proof.table: proof.rows for proof in proofs} == {
        table.name: ROWS + (3 if table.name == "counters" else 0) for table in tables()
    }
    assert len({proof.checksum for proof in proofs}) == len(proofs)
    assert await contents(target) == before == await contents(source)
    assert told[-1][1] == told[-1][2] == sum(proof.rows for proof in proofs)


@pytest.mark.parametrize("kinds", DIRECTIONS)
async def test_numbers_that_were_given_out_are_not_given_out_again(
    kinds: tuple[str, str], database: MakeDatabase
) -> None:
    source, target = database(kinds[0]), database(kinds[1])
    await filled(source, ROWS)
    opened = await open_store(source)
    async with opened.connection() as connection:
        new = insert(people).values(created_at=NOON).returning(people.c.id)
        if kinds[0] == "postgres":
            await connection.execute(text(f"SELECT setval('people_id_seq', {ROWS})"))
        last = (await connection.execute(new)).scalar_one()
        await connection.execute(people.delete().where(people.c.id == last))
    await opened.close()
    await migrate_store(source, target, quiet)
    opened = await open_store(target)
    async with opened.connection() as connection:
        assert (await connection.execute(new)).scalar_one() == last + 1 == ROWS + 2
    await opened.close()


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("kinds", DIRECTIONS)
async def test_a_move_that_is_killed_goes_on_where_it_was(kinds: tuple[str, str], database: MakeDatabase) -> None:
    source, target = database(kinds[0]), database(kinds[1])
    await filled(source, 1_200)
    done = await asyncio.to_thread(_kill_at, 6_000, [sys.executable, "-c", MOVE, source, target])
    with pytest.raises(StoreError, match="half filled: let `paperboy admin migrate-store`"):
        await open_store(target)

    told: list[int] = []
    await migrate_store(source, target, lambda what, done, _: told.append(done) if "moving" in what else None)
    assert told[0] > done
    assert await contents(target) == await contents(source)


def _kill_at(rows: int, command: list[str]) -> int:
    """Kill a command as soon as it says that it has moved so many rows; how many it said it had."""
    done = 0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while done < rows:
            done = int(process.stdout.readline().split()[1])
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return done


@pytest.mark.parametrize("kinds", DIRECTIONS)
async def test_a_move_that_is_finished_is_only_proved_again(kinds: tuple[str, str], database: MakeDatabase) -> None:
    source, target = database(kinds[0]), database(kinds[1])
    await filled(source, ROWS)
    first = await migrate_store(source, target, quiet)
    told: list[str] = []
    assert await migrate_store(source, target, lambda what, *_: told.append(what)) == first
    assert not [what for what in told if what.startswith("moving")]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_source_that_changed_while_the_move_was_interrupted_is_noticed(
    kind: str, database: MakeDatabase
) -> None:
    source, target = database("sqlite"), database(kind)
    await filled(source, 5)
    await _interrupted(source, target)
    await execute(source, "UPDATE papers SET title = 'Another title' WHERE key = 1")
    with pytest.raises(StoreError, match=r"\(papers differ\): the source changed .* again with --anew"):
        await migrate_store(source, target, quiet)
    with pytest.raises(StoreError, match="half filled"):
        await open_store(target)
    await migrate_store(source, target, quiet, anew=True)
    assert await contents(target) == await contents(source)


async def test_a_target_that_is_half_filled_from_elsewhere_is_refused(database: MakeDatabase) -> None:
    source, target, other = database("sqlite"), database("sqlite"), database("sqlite")
    await filled(source, 5)
    await filled(other, 2)
    await _interrupted(other, target)
    with pytest.raises(StoreError, match=r"half filled from another one: .* --anew"):
        await migrate_store(source, target, quiet)
    await migrate_store(source, target, quiet, anew=True)
    assert await contents(target) == await contents(source)


@pytest.mark.parametrize("anew", [False, True])
async def test_a_move_is_finished_by_the_version_that_began_it(anew: bool, database: MakeDatabase) -> None:
    source, target = database("sqlite"), database("sqlite")
    await execute(target, "DROP TABLE link_codes", "UPDATE alembic_version SET version_num = 'moving 0002 0123456789'")
    with pytest.raises(StoreError, match="by another version of Paperboy: let that one finish"):
        await migrate_store(source, target, quiet, anew=anew)


async def _interrupted(source: str, target: str) -> None:
    """Cut a move off after everything was moved and before anything was proved."""

    def interrupt(what: str, *_: int) -> None:
        if what.startswith("checking"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await migrate_store(source, target, interrupt)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("anew", [False, True])
async def test_a_target_that_holds_something_else_is_refused_and_left_alone(
    kind: str, anew: bool, database: MakeDatabase
) -> None:
    source, target = database("sqlite"), database(kind)
    await filled(source, 3)
    await filled(target, 4)
    before = await contents(target)
    with pytest.raises(StoreError, match="holds something else already: name an empty one"):
        await migrate_store(source, target, quiet, anew=anew)
    assert await contents(target) == before


@pytest.mark.parametrize("kind", KINDS)
async def test_a_target_with_as_many_rows_but_other_ones_is_refused(kind: str, database: MakeDatabase) -> None:
    source, target = database("sqlite"), database(kind)
    await filled(source, 3)
    await filled(target, 3)
    await execute(target, "UPDATE papers SET title = 'Another title' WHERE key = 1")
    with pytest.raises(StoreError, match="holds something else already"):
        await migrate_store(source, target, quiet)


@pytest.mark.parametrize("kind", KINDS)
async def test_tables_of_another_program_are_refused_but_for_the_job_queues(kind: str, database: MakeDatabase) -> None:
    source, target = database("sqlite"), database(kind, migrated=False)
    await filled(source, 3)
    await execute(target, "CREATE TABLE procrastinate_jobs (id INTEGER)", "CREATE TABLE wp_posts (id INTEGER)")
    with pytest.raises(StoreError, match=r"tables of something else \(wp_posts\)"):
        await migrate_store(source, target, quiet)
    await execute(target, "DROP TABLE wp_posts", "INSERT INTO procrastinate_jobs VALUES (1)")
    await migrate_store(source, target, quiet)
    assert await contents(target) == await contents(source)
    opened = create_store(target)
    async with opened.snapshot() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM procrastinate_jobs"))).scalar_one() == 1
    await opened.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("newer", ["source", "target"])
async def test_a_newer_schema_is_refused(kind: str, newer: str, database: MakeDatabase) -> None:
    source, target = database(kind), database(kind)
    await execute(source if newer == "source" else target, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"newer Paperboy \(schema 9999\): update this program"):
        await migrate_store(source, target, quiet)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_source_of_an_older_schema_is_brought_up_to_date_first(kind: str, database: MakeDatabase) -> None:
    source, target = database(kind, migrated=False), database("sqlite")
    alembic = [sys.executable, "-m", "alembic", "-c", "store/migrations/alembic.ini", "-x", f"url={source}"]
    await asyncio.to_thread(subprocess.run, [*alembic, "upgrade", "0001"], cwd=ROOT, check=True, capture_output=True)
    await execute(source, "INSERT INTO people (id, created_at) VALUES (7, 0)")
    await migrate_store(source, target, quiet)
    opened = create_store(target)
    async with opened.snapshot() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one() == HEAD
        assert (await connection.execute(text("SELECT id FROM people"))).scalars().all() == [7]
    await opened.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("used", ["source", "target"])
async def test_a_database_that_a_paperboy_has_open_is_refused(
    kind: str, used: str, database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = database(kind), database(kind)
    impatient = tuple(setting for setting in store.engine._SETTINGS if "busy_timeout" not in setting)
    monkeypatch.setattr(store.engine, "_SETTINGS", ("PRAGMA busy_timeout = 1", *impatient))
    running = await open_store(source if used == "source" else target)
    with pytest.raises(StoreError, match=r"is in use: stop every Paperboy on it"):
        await migrate_store(source, target, quiet)
    await running.close()
    await migrate_store(source, target, quiet)


@pytest.mark.postgres
async def test_a_table_that_anybody_writes_to_is_refused(
    database: MakeDatabase, postgres_server: PostgresServer
) -> None:
    source, target = database("postgres"), database("sqlite")
    with psycopg.connect(source) as writer:
        writer.execute("UPDATE counters SET value = value + 1")
        with pytest.raises(StoreError, match="locked by another program"):
            await migrate_store(source, target, quiet)
        writer.rollback()
        await migrate_store(source, target, quiet)


async def test_a_source_that_is_not_there_is_told_and_not_made(database: MakeDatabase, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"There is no database .*paperboi\.db: check the URL"):
        await migrate_store(f"sqlite:///{tmp_path / 'no' / 'paperboi.db'}", database("sqlite"), quiet)
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_source_without_a_paperboy_is_told(kind: str, database: MakeDatabase) -> None:
    source = database(kind, migrated=False)
    await execute(source, "CREATE TABLE wp_posts (id INTEGER)")
    with pytest.raises(StoreError, match="holds no Paperboy: check the URL"):
        await migrate_store(source, database("sqlite"), quiet)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_database_is_not_moved_into_itself(kind: str, database: MakeDatabase) -> None:
    url = database(kind)
    scheme, rest = url.split("://", 1)
    other = f"{scheme}+{'aiosqlite' if scheme == 'sqlite' else 'psycopg'}://{rest}"
    with pytest.raises(StoreError, match="name the same database"):
        await migrate_store(url, other, quiet)


@pytest.mark.parametrize(("source", "target"), [("nonsense", "sqlite:///x.db"), ("mysql://a/b", "sqlite:///x.db")])
async def test_a_wrong_url_is_told_with_the_right_forms(source: str, target: str) -> None:
    with pytest.raises(StoreError, match="write sqlite:///path or postgresql"):
        await migrate_store(source, target, quiet)
