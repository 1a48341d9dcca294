"""From nothing to head, on both databases, once."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from bot.domain.delivery import SubscriptionId
from bot.domain.person import PersonId
from bot.domain.submission import Submission
from bot.domain.subscription import Subscription
from bot.ports import StoreError
from store.engine import SqlStore, create_store, open_store
from store.migrate import HEAD, MIGRATIONS
from store.tables import metadata
from store.types import EPOCH
from tests.factories import NOON, make_account, make_address, make_paper, make_planned, make_profile

ROOT = Path(__file__).parents[2]
MIGRATED = len(list(MIGRATIONS.glob("versions/0*.py")))
"""Steps from nothing to head."""


def test_head_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


async def test_the_migrations_lead_to_exactly_the_tables_of_the_program(sql_store: SqlStore) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with sql_store.connection() as connection:
        assert await connection.run_sync(differences) == []


def test_the_migrations_lead_to_the_indexes_of_the_program_with_their_conditions(sqlite_template: Path) -> None:
    by_program = create_engine("sqlite://")
    metadata.create_all(by_program)
    by_migrations = create_engine(f"sqlite:///{sqlite_template}")
    told: list[dict[str, str]] = []
    for engine in (by_program, by_migrations):
        with engine.connect() as connection:
            indexes = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''"))
            told.append({index.name: index.sql for index in indexes})
        engine.dispose()
    assert told[0] == told[1]
    assert "WHERE state IN ('composed', 'retry')" in told[0]["ix_deliveries_claimable"]


async def test_an_empty_database_is_migrated_and_progress_is_told(empty_url: str) -> None:
    steps: list[tuple[int, int | None]] = []
    store = await open_store(empty_url, progress=lambda done, total: steps.append((done, total)))
    async with store.read() as uow:
        assert await uow.papers.count() == 0
    await store.close()
    assert steps == [(done, MIGRATED) for done in range(MIGRATED + 1)]

    again: list[tuple[int, int | None]] = []
    await (await open_store(empty_url, progress=lambda done, total: again.append((done, total)))).close()
    assert again == []


async def test_the_first_release_is_migrated_with_its_rows(empty_url: str) -> None:
    alembic = [sys.executable, "-m", "alembic", "-c", "store/migrations/alembic.ini", "-x", f"url={empty_url}"]
    await asyncio.to_thread(subprocess.run, [*alembic, "upgrade", "0001"], cwd=ROOT, check=True, capture_output=True)
    old = create_store(empty_url)
    async with old.connection() as connection:
        await connection.execute(text("INSERT INTO people (id, created_at) VALUES (7, 0)"))
        await connection.execute(
            text("INSERT INTO interests (person_id, kind, text, text_key, added_at) VALUES (7, 'text', 'a', 'a', 0)")
        )
        await connection.execute(
            text("INSERT INTO profiles (person_id, built_at, payload) VALUES (7, 0, :payload)"), {"payload": b"PBP\x01"}
        )
    await old.close()
    store = await open_store(empty_url)
    async with store.read() as uow:
        assert [interest.text for interest in await uow.interests.all(PersonId(7))] == ["a"]
        assert await uow.profiles.find(PersonId(7)) is None
    async with store.write() as uow:
        await uow.profiles.put(make_profile(PersonId(7)))
        assert await uow.profiles.find(PersonId(7)) == make_profile(PersonId(7))
    await store.close()


async def test_subscriptions_of_the_second_schema_are_kept_and_not_scheduled(empty_url: str) -> None:
    alembic = [sys.executable, "-m", "alembic", "-c", "store/migrations/alembic.ini", "-x", f"url={empty_url}"]
    await asyncio.to_thread(subprocess.run, [*alembic, "upgrade", "0002"], cwd=ROOT, check=True, capture_output=True)
    old = create_store(empty_url)
    async with old.connection() as connection:
        await connection.execute(text("INSERT INTO people (id, created_at) VALUES (7, 0)"))
        await connection.execute(
            text(
                "INSERT INTO subscriptions (id, person_id, days, local_time, zone, size, created_at, paused_until)"
                " VALUES (3, 7, '0,4', '08:30:00.000000', 'Europe/Berlin', 5, 0, '2026-04-01')"
            )
        )
    await old.close()
    store = await open_store(empty_url)
    kept = Subscription(
        PersonId(7), (0, 4), time(8, 30), "Europe/Berlin", 5, EPOCH, date(2026, 4, 1), id=SubscriptionId(3)
    )
    async with store.write() as uow:
        assert await uow.subscriptions.find(PersonId(7)) == kept
        assert await uow.subscriptions.due(NOON, 9) == []
        assert await uow.subscriptions.put(replace(kept, address=make_address(), next_due_at=NOON)) == kept.id
        assert await uow.deliveries.plan([make_planned(kept)], NOON) == 1
    await store.close()


async def test_papers_of_the_sixth_schema_are_kept_and_can_be_submitted(empty_url: str) -> None:
    alembic = [sys.executable, "-m", "alembic", "-c", "store/migrations/alembic.ini", "-x", f"url={empty_url}"]
    await asyncio.to_thread(subprocess.run, [*alembic, "upgrade", "0006"], cwd=ROOT, check=True, capture_output=True)
    old = create_store(empty_url)
    async with old.write() as uow:
        person = await uow.people.ensure(make_account(), NOON)
        (stored,) = await uow.papers.upsert([make_paper()], NOON)
    await old.close()
    store = await open_store(empty_url)
    async with store.write() as uow:
        assert await uow.papers.find(stored.paper.id) == stored.paper
        submission = Submission(person.id, stored.paper.stored_key, NOON)
        assert await uow.submissions.put(submission)
        assert await uow.submissions.of_person(person.id) == [submission]
    await store.close()


async def test_two_that_start_at_once_migrate_once(empty_url: str) -> None:
    steps: list[int] = []
    stores = await asyncio.gather(*(open_store(empty_url, progress=lambda done, _: steps.append(done)) for _ in "ab"))
    for store in stores:
        await store.close()
    assert steps == [*range(MIGRATED + 1)]


async def test_a_newer_schema_is_refused_with_what_to_do(sql_store: SqlStore, store_url: str) -> None:
    async with sql_store.connection() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer Paperboy \(schema 9999\): update this program"):
        await open_store(store_url)


def test_opening_a_migrated_database_does_not_import_alembic(store_url: str) -> None:
    code = (
        "import asyncio, sys\n"
        "from store.engine import open_store\n"
        "async def main():\n"
        "    await (await open_store(sys.argv[1])).close()\n"
        "asyncio.run(main())\n"
        "print('alembic' in sys.modules)\n"
    )
    told = subprocess.run([sys.executable, "-c", code, store_url], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_the_alembic_command_migrates_an_empty_database(empty_url: str) -> None:
    alembic = [sys.executable, "-m", "alembic", "-c", "store/migrations/alembic.ini", "-x", f"url={empty_url}"]
    subprocess.run([*alembic, "upgrade", "head"], cwd=ROOT, check=True, capture_output=True)
    told = subprocess.run([*alembic, "current"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert told.stdout.strip() == f"{HEAD} (head)"


def test_the_alembic_command_asks_for_the_database() -> None:
    alembic = [sys.executable, "-m", "alembic", "-c", "store/migrations/alembic.ini", "current"]
    told = subprocess.run(alembic, cwd=ROOT, check=False, capture_output=True, text=True)
    assert told.returncode != 0
    assert "-x url=" in told.stderr
