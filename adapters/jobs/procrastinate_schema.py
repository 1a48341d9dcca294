"""procrastinate's own tables in our database: made when missing, brought to the installed version when older.

procrastinate ships its schema and its migrations as SQL files and leaves it to its user to know which have run. The
name of the last one is kept as the comment of its table of jobs, so the mark lives and dies with the tables.
"""

from pathlib import Path
from typing import Any, cast

import psycopg
from procrastinate.schema import SchemaManager
from psycopg import sql

from bot.ports import StoreError

LOCK = 7_277_269_680
"""The advisory lock that whoever changes these tables holds; the number means nothing."""

_MARK = "SELECT obj_description(to_regclass('procrastinate_jobs')), to_regclass('procrastinate_jobs') IS NOT NULL"
_PREFIX = "paperboy: "


async def bring_up_to_date(conninfo: str) -> None:
    """Make the tables that the installed procrastinate needs, once, whoever else starts at the same moment.

    Raises StoreError for tables that are newer, or another program's.
    """
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True, connect_timeout=5) as connection:
        if await _applied(connection) == _migrations()[-1].name:
            return
        await connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        await _upgrade(connection, await _applied(connection))


async def _applied(connection: psycopg.AsyncConnection[Any]) -> str:
    """The last migration that is in the database; empty where there are no tables yet."""
    mark, there = cast(tuple[str | None, bool], await (await connection.execute(_MARK)).fetchone())
    if not there:
        return ""
    if mark is None or not mark.startswith(_PREFIX):
        raise StoreError(
            "The database holds tables of procrastinate that another program made: give Paperboy a database of its own."
        )
    return mark.removeprefix(_PREFIX)


async def _upgrade(connection: psycopg.AsyncConnection[Any], applied: str) -> None:
    known = _migrations()
    if not applied:
        await _apply(connection, SchemaManager.get_schema(), known[-1].name)
        return
    if applied > known[-1].name:
        raise StoreError(
            f"The queue of jobs was made by a newer Paperboy (schema {applied}): update this program, "
            "or use another database."
        )
    for file in known:
        if file.name > applied:
            await _apply(connection, file.read_text(encoding="utf-8"), file.name)


async def _apply(connection: psycopg.AsyncConnection[Any], statements: str, name: str) -> None:
    """One file and its mark, in one transaction."""
    async with connection.transaction():
        await connection.execute(statements.encode())
        mark = sql.SQL("COMMENT ON TABLE procrastinate_jobs IS {}").format(sql.Literal(_PREFIX + name))
        await connection.execute(mark)


def _migrations() -> list[Path]:
    """The installed procrastinate's migrations in their order: names begin with the version and a number."""
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
