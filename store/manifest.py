"""What a backup says of itself: when it was made, the revision of its schema, and rows and checksum of every table."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.ports import StoreError
from store.canonical import STREAMED_LARGE, Checksum, TableProof, Tell
from store.errors import store_errors

_TABLE = "paperboy_backup"
_OUTSIDE = frozenset({_TABLE, "alembic_version", "sqlite_sequence"})


@dataclass(frozen=True, slots=True)
class Manifest:
    made_at: datetime
    schema: str
    tables: tuple[TableProof, ...]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def write_manifest(path: Path, made_at: datetime, tell: Tell) -> Manifest:
    """Sum up the SQLite file at `path` and write that into it."""
    with _opened(path) as connection:
        schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        manifest = Manifest(made_at, schema, tuple(_proofs(connection, tell)))
        connection.execute(f"CREATE TABLE {_TABLE} (manifest TEXT NOT NULL)")
        connection.execute(f"INSERT INTO {_TABLE} VALUES (?)", [_encode(manifest)])  # noqa: S608 - a constant
        connection.commit()
    return manifest


def checked_manifest(path: Path, tell: Tell) -> Manifest:
    """The manifest of a backup, once everything in it has been read and found as it was written.

    Raises StoreError for a file that is not there, one that is no backup, and one that is damaged.
    """
    if not path.is_file():
        raise StoreError(f"There is no file {path}.")
    with _opened(path) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", [_TABLE]).fetchone():
            raise StoreError(
                f"{path} was not made by `paperboy admin backup`. A Paperboy's own database is taken over with "
                f"`paperboy admin migrate-store --from sqlite:///{path} --to ...`."
            )
        (text,) = connection.execute(f"SELECT manifest FROM {_TABLE}").fetchone()  # noqa: S608 - a constant
        read = tuple(_proofs(connection, tell))
    manifest = _decode(text)
    if manifest is None:
        raise StoreError(f"The backup {path} is damaged (its manifest cannot be read): use another one.")
    if wrong := sorted({proof.table for proof in {*manifest.tables} ^ {*read}}):
        raise StoreError(f"The backup {path} is damaged ({', '.join(wrong)} differ): use another one.")
    return manifest


def _encode(manifest: Manifest) -> str:
    tables = {proof.table: [proof.rows, proof.checksum] for proof in manifest.tables}
    return json.dumps({"made_at": manifest.made_at.isoformat(), "schema": manifest.schema, "tables": tables})


def _decode(text: str) -> Manifest | None:
    try:
        document = json.loads(text)
        tables = tuple(TableProof(name, rows, checksum) for name, (rows, checksum) in document["tables"].items())
        return Manifest(datetime.fromisoformat(document["made_at"]), document["schema"], tables)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _proofs(connection: sqlite3.Connection, tell: Tell) -> Iterator[TableProof]:
    named = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
    names = [name for (name,) in connection.execute(named) if name not in _OUTSIDE]
    for done, name in enumerate(names):
        tell(f"checking {name}", done, len(names))
        # The name is one that this very file gave.
        rows = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608
        checksum = Checksum([column[0] for column in rows.description])
        while batch := rows.fetchmany(STREAMED_LARGE):
            checksum.add(batch)
        yield checksum.proof(name)
    tell("checked", len(names), len(names))


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"{path.resolve().as_uri()}?mode=rw"
    with store_errors(str(path)), closing(sqlite3.connect(address, uri=True)) as connection:
        yield connection
