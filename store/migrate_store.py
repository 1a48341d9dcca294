"""Move an installation from one database to another: in batches, resumable, and proved equal at the end.

While it is filled the target has a mark in the place of its schema's revision, so that no Paperboy starts on half an
installation. Rows go over in the order of their primary keys: how many a table has is where to go on.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, inspect
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import StoreError
from store.alone import identity, lock_tables, moving, open_alone, open_source
from store.canonical import TableProof, Tell
from store.dialect import upsert_into
from store.engine import SqlStore
from store.migrate import HEAD, MOVING, revision, set_revision
from store.transfer import SEEDED, clear, copy_rows, counts, last_ids, prove_equal, set_last_ids, tables, unequal

_FOREIGN = frozenset({"alembic_version"})
_QUEUE = "procrastinate_"


async def migrate_store(source_url: str, target_url: str, tell: Tell, *, anew: bool = False) -> list[TableProof]:
    """Move every row and number from one database to another and say what arrived.

    A move that was cut off is gone on with; with `anew` what it left is thrown away first. A target that holds the very
    same already is only proved. Raises StoreError, with what to do, where a Paperboy uses either database, where the
    target holds anything else, and where what arrived differs from what was read.
    """
    source = await open_source(source_url)
    try:
        if identity(source_url) == identity(target_url):
            raise StoreError("Both URLs name the same database: --to must name another.")
        target = await open_alone(target_url)
        try:
            return await _move(source, target, moving(source_url), tell, anew)
        finally:
            await target.close()
    finally:
        await source.close()


async def _move(source: SqlStore, target: SqlStore, mark: str, tell: Tell, anew: bool) -> list[TableProof]:
    async with source.connection() as reading:
        await lock_tables(reading)
        rows = await counts(reading)
        total = sum(rows.values())
        there = await _prepare(target, mark, anew)
        if there is None:
            return await _prove_moved(reading, target, rows, tell)

        async def put(table: Table, batch: Sequence[dict[str, Any]]) -> None:
            async with target.connection() as writing:
                # A row that is there already shows in the proof, if it is another one.
                await writing.execute(upsert_into(writing, table).on_conflict_do_nothing(), list(batch))

        await copy_rows(reading, put, tell, total, there)
        async with target.connection() as writing:
            proofs, differing = await prove_equal(reading, writing, tell, total)
            if differing:
                again = "the source changed while the move was interrupted. Run the command again with --anew"
                raise unequal(target.place, differing, again)
            await set_last_ids(writing, await last_ids(reading))
            await set_revision(writing, HEAD)
    return proofs


async def _prepare(target: SqlStore, mark: str, anew: bool) -> dict[str, int] | None:
    """Make the target ready: how many rows of each table it has of an earlier try, None where it is complete and in
    use, so that it can only be compared."""
    async with target.connection() as writing:
        stands = await revision(writing)
        if stands is not None and stands.startswith(MOVING):
            if not stands.startswith(f"{MOVING}{HEAD} "):
                raise StoreError(
                    f"The database {target.place} was half filled by another version of Paperboy: let that one finish, "
                    "or drop and create the database."
                )
            if anew:
                await clear(writing)
                await set_revision(writing, mark)
            elif stands != mark:
                raise StoreError(
                    f"The database {target.place} is half filled from another one: name that as --from, "
                    "or throw away what is there with --anew."
                )
            return await counts(writing)
        if strangers := await writing.run_sync(_strangers):
            raise StoreError(
                f"The database {target.place} holds tables of something else ({', '.join(strangers[:5])}): "
                "name an empty one of its own."
            )
    await target.migrate()
    async with target.connection() as writing:
        rows = await counts(writing)
        if any(count for name, count in rows.items() if name != SEEDED):
            return None
        await clear(writing)
        await set_revision(writing, mark)
        return dict.fromkeys(rows, 0)


async def _prove_moved(
    reading: AsyncConnection, target: SqlStore, rows: dict[str, int], tell: Tell
) -> list[TableProof]:
    """The proof of a target that is complete already. Raises StoreError where it holds anything else."""
    async with target.snapshot() as there:
        if await counts(there) == rows:
            proofs, differing = await prove_equal(reading, there, tell, sum(rows.values()))
            if not differing:
                return proofs
    raise StoreError(
        f"The database {target.place} holds something else already: name an empty one, or empty this one "
        "(drop and create it) if nobody needs what is in it."
    )


def _strangers(connection: Any) -> list[str]:
    """Tables that are not Paperboy's, nor its job queue's."""
    ours = {table.name for table in tables()} | _FOREIGN
    found = inspect(connection).get_table_names()
    return sorted(name for name in found if name not in ours and not name.startswith(_QUEUE))
