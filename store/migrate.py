"""Bring a database to the schema of this program, once, whoever else starts at the same moment."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Progress, StoreError

HEAD = "0007"
"""The revision this program works with: the last one in `store/migrations/versions`."""

MIGRATIONS = Path(__file__).parent / "migrations"

MOVING = "moving "
"""What the revision of a database begins with while it is filled from another (`store.alone.moving`)."""

_LOCK = 7_277_269_679
"""The PostgreSQL advisory lock that whoever migrates holds; the number means nothing."""


async def migrate(connection: AsyncConnection, place: str, progress: Progress | None = None) -> None:
    """Upgrade inside the transaction of `connection`, which on SQLite holds the write lock already.

    Raises StoreError for a schema that this program does not know.
    """
    if await connection.run_sync(_current) == HEAD:
        return
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if await connection.run_sync(_current) == HEAD:
            return
    await connection.run_sync(_upgrade, place, progress)


def foreign_tables_left_alone(name: str | None, kind: str, _parents: object) -> bool:
    """Alembic's `include_name`: the queue of jobs keeps tables of its own in a PostgreSQL database."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


async def is_current(connection: AsyncConnection) -> bool:
    """Whether the schema is that of this program."""
    return await connection.run_sync(_current) == HEAD


async def revision(connection: AsyncConnection) -> str | None:
    """What the database says of its schema; None where no Paperboy was ever there."""
    return await connection.run_sync(_current)


async def set_revision(connection: AsyncConnection, value: str) -> None:
    await connection.execute(text("UPDATE alembic_version SET version_num = :value"), {"value": value})


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: Connection, place: str, progress: Progress | None) -> None:
    # Alembic is slow to import and needed once in the life of a database.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    current = _current(connection)
    if current is not None and current.startswith(MOVING):
        raise StoreError(
            f"The database {place} is half filled: let `paperboy admin migrate-store` into it come to its end, "
            "or use another database."
        )
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(
            f"The database {place} was made by a newer Paperboy (schema {current}): update this program, "
            "or use another database."
        )
    steps = len(list(scripts.iterate_revisions(HEAD, current or "base")))
    done = 0

    def applied(**_: Any) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    if progress is not None:
        progress(0, steps)
    config.attributes["connection"] = connection
    config.attributes["on_version_apply"] = applied
    command.upgrade(config, HEAD)
