"""Alembic's entry: on the connection the program hands over, or on `-x url=...` from the alembic command."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection

from store.migrate import foreign_tables_left_alone
from store.tables import metadata


def run(connection: Connection) -> None:
    applied: Any = context.config.attributes.get("on_version_apply")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        render_as_batch=connection.dialect.name == "sqlite",
        on_version_apply=applied,
        include_name=foreign_tables_left_alone,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_by_command() -> None:
    from store.engine import create_store

    url = context.get_x_argument(as_dictionary=True).get("url")
    if not url:
        raise SystemExit("Say which database: alembic -c store/migrations/alembic.ini -x url=sqlite:///path ...")
    store = create_store(url)
    try:
        async with store.connection() as connection:
            await connection.run_sync(run)
    finally:
        await store.close()


handed_over: Connection | None = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    asyncio.run(run_by_command())
