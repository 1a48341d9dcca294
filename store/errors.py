"""What a database says when it cannot be used, in one sentence that says what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from bot.ports import StoreError

# The primary SQLite result codes; sqlite3 gives them as `sqlite_errorcode`, extended in the higher bits.
_SQLITE = {
    5: "The database {place} is locked by another program: close it, or wait until it is done, and try again.",
    6: "The database {place} is locked by another program: close it, or wait until it is done, and try again.",
    8: "The database {place} cannot be written: make the file and its folder writable for this user.",
    10: "The disk under the database {place} does not work (I/O error): check the disk and its free space.",
    11: "The database {place} is damaged: put back a backup, or move the file away to start anew.",
    13: "The disk under the database {place} is full: make room and try again.",
    14: "The database {place} cannot be opened: check that its folder exists and may be read and written.",
    26: "The file {place} is not a Paperboy database: name another file, or move this one away.",
}

# SQLSTATE, or its class, of PostgreSQL (its manual's appendix A).
_POSTGRESQL = {
    "3D000": "The database {place} does not exist: create it, or correct its name in the URL.",
    "28": "The database {place} refused the user or the password: correct them in the URL.",
    "42501": "This user may not do that in the database {place}: grant the right to create and write its tables.",
    "25006": "The database {place} is read-only: use the primary server, or make it writable.",
    "53100": "The disk of the database {place} is full: make room and try again.",
    "53300": "The database {place} has too many connections: raise max_connections or stop what else uses it.",
    "55P03": "The database {place} is locked by another program: wait until it is done and try again.",
    "40": "The database {place} was busy with the same rows: try again.",
    "57": "The database {place} was stopped: start it and try again.",
    "08": "The database {place} cannot be reached: check that it runs and that host and port are right.",
}
# libpq gives no SQLSTATE for a refused connection, only the server's words.
_REFUSALS = {
    "authentication": "28",
    "password": "28",
    "role": "28",
    "too many": "53300",
    "starting up": "57",
    "shutting down": "57",
    "database": "3D000",
}
_UNREACHABLE = _POSTGRESQL["08"]
_BUSY = "The database {place} is busy: wait until the running work is done and try again."


@contextmanager
def store_errors(place: str) -> Iterator[None]:
    """Turn what makes the whole store unusable into a StoreError; what is a defect of a statement passes."""
    try:
        yield
    except exc.TimeoutError as error:
        raise StoreError(_BUSY.format(place=place)) from error
    except (exc.DBAPIError, sqlite3.Error) as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        raise StoreError(sentence.format(place=place)) from error


def _sentence(error: exc.DBAPIError | sqlite3.Error) -> str | None:
    said = error.orig if isinstance(error, exc.DBAPIError) else error
    code = getattr(said, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _SQLITE.get(code & 0xFF)
    state = getattr(said, "sqlstate", None)
    if isinstance(state, str):
        if state == "0A000" and "during recovery" in str(said):
            # What a standby says to a transaction that wants to write; the state alone may be a defect of a statement.
            return _POSTGRESQL["25006"]
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    # No code at all: the server refused the connection, cannot be reached, or the connection broke.
    _, fatal, refusal = str(said).partition("FATAL:")
    if fatal:
        return next((_POSTGRESQL[state] for words, state in _REFUSALS.items() if words in refusal), _UNREACHABLE)
    return _UNREACHABLE if isinstance(error, exc.OperationalError | exc.InterfaceError) else None
