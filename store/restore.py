"""Put a backup in the place of what a database holds: in one transaction, so that it holds the one or the other."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import delete

from bot.domain.delivery import INSTALLATION
from bot.ports import StoreError
from store.alone import open_alone
from store.canonical import Tell
from store.engine import SqlStore, create_store, open_store
from store.manifest import Manifest, checked_manifest
from store.migrate import HEAD
from store.tables import state_values
from store.transfer import (
    SEEDED,
    clear,
    copy_rows,
    counts,
    last_ids,
    prove_equal,
    put_rows,
    set_last_ids,
    unequal,
)


async def restore(file: Path, url: str, work: Path, tell: Tell, *, replace: bool = False) -> Manifest:
    """Fill the database at `url` from a backup: an empty one, or with `replace` one whose content may go.

    The file is checked before anything is touched, and stays as it is: one of an older schema is upgraded in a copy in
    the folder `work`. Raises StoreError, with what to do.
    """
    manifest = await asyncio.to_thread(checked_manifest, file, tell)
    if manifest.schema > HEAD:
        raise StoreError(
            f"The backup {file} was made by a newer Paperboy (schema {manifest.schema}): update this program."
        )
    target = await open_alone(url)
    try:
        await target.migrate()
        async with _current(file, manifest, work) as source:
            await _replace(source, target, tell, replace)
    finally:
        await target.close()
    return manifest


@asynccontextmanager
async def _current(file: Path, manifest: Manifest, work: Path) -> AsyncIterator[SqlStore]:
    """The backup as a store of the schema of this program."""
    with tempfile.TemporaryDirectory(dir=work, prefix="restore-") as folder:
        if manifest.schema == HEAD:
            store = create_store(f"sqlite:///{file}")
        else:
            await asyncio.to_thread(shutil.copy, file, Path(folder) / file.name)
            store = await open_store(f"sqlite:///{Path(folder) / file.name}")
        try:
            yield store
        finally:
            await store.close()


async def _replace(source: SqlStore, target: SqlStore, tell: Tell, replace: bool) -> None:
    async with source.snapshot() as reading, target.connection() as writing:
        held = {name: rows for name, rows in (await counts(writing)).items() if rows and name != SEEDED}
        if held and not replace:
            told = ", ".join(f"{rows:,} {name}" for name, rows in held.items())
            raise StoreError(
                f"The database {target.place} is in use ({told}): --yes puts the backup in its place; back it up first."
            )
        await clear(writing)
        total = sum((await counts(reading)).values())
        await copy_rows(reading, partial(put_rows, writing), tell, total)
        await set_last_ids(writing, await last_ids(reading))
        _, differing = await prove_equal(reading, writing, tell, total)
        if differing:
            raise unequal(target.place, differing, "nothing was changed; this is a defect, please report it")
        # Ids given since the backup was made are given again: their messages must not pass for those of new deliveries.
        await writing.execute(delete(state_values).where(state_values.c.key == INSTALLATION))
