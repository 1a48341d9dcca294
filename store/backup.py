"""A backup is one SQLite file, whatever the database: every table as it was at one moment, with a manifest.

It is written beside its name and renamed when it is whole: a file with the name of a backup is one.
"""

import asyncio
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.ports import StoreError
from store.alone import is_there
from store.canonical import Tell
from store.engine import SqlStore, create_store, open_store
from store.errors import store_errors
from store.manifest import Manifest, write_manifest
from store.migrate import HEAD, revision
from store.transfer import clear, copy_rows, counts, last_ids, put_rows, set_last_ids

_PAGES = 1_024
"""Pages (of 4 KiB) that are copied between two words on how far it is."""


async def back_up(url: str, file: Path, now: datetime, tell: Tell) -> Manifest:
    """Write a backup of the database at `url`; others may go on reading and writing. Raises StoreError."""
    if not is_there(url):
        raise StoreError("There is no database yet, and so nothing to back up: check PAPERBOY_DATABASE_URL.")
    unfinished = _beside(file)
    store = create_store(url)
    try:
        schema = await _schema(store)
        if store.is_sqlite:
            await asyncio.to_thread(_copy_pages, store.place, unfinished, tell)
        else:
            await _copy_tables(store, schema, unfinished, tell)
        manifest = await asyncio.to_thread(write_manifest, unfinished, now, tell)
        unfinished.rename(file)
    finally:
        await store.close()
        _remove(unfinished)
    return manifest


def _beside(file: Path) -> Path:
    """Where the backup is written until it is whole; what an earlier try left there is removed."""
    if file.exists():
        raise StoreError(f"{file} is there already: name another file, or move that one away.")
    if not file.parent.is_dir():
        raise StoreError(f"There is no folder {file.parent}.")
    unfinished = file.with_name(f".{file.name}.unfinished")
    _remove(unfinished)
    # What everybody likes is nobody else's to read.
    unfinished.touch(mode=0o600)
    return unfinished


async def _schema(store: SqlStore) -> str:
    async with store.snapshot() as connection:
        schema = await revision(connection)
    if schema is None or not schema.isdigit():
        raise StoreError(f"The database {store.place} holds no whole Paperboy: check PAPERBOY_DATABASE_URL.")
    return schema


def _copy_pages(source: str, target: Path, tell: Tell) -> None:
    """Copy a SQLite file as it is at this moment, and leave the copy without a write-ahead log beside it."""

    def copied(_status: int, remaining: int, total: int) -> None:
        tell("copying pages", total - remaining, total)

    with store_errors(str(target)), closing(sqlite3.connect(target)) as writing:
        with store_errors(source), closing(sqlite3.connect(source)) as reading:
            # In a transaction of its own the copy sees no later write; without, each one would make it start anew.
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            reading.backup(writing, pages=_PAGES, progress=copied)
        writing.execute("PRAGMA journal_mode = DELETE")


async def _copy_tables(store: SqlStore, schema: str, target: Path, tell: Tell) -> None:
    if schema != HEAD:
        raise StoreError(
            f"The database {store.place} has schema {schema}, this program {HEAD}: back it up with the Paperboy that "
            "made it, or start this one on it once, which brings it up to date."
        )
    copy = await open_store(f"sqlite:///{target}")
    try:
        async with store.snapshot() as reading, copy.connection() as writing:
            await clear(writing)
            await copy_rows(reading, partial(put_rows, writing), tell, sum((await counts(reading)).values()))
            await set_last_ids(writing, await last_ids(reading))
    finally:
        await copy.close()
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()
