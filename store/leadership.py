"""Who of all processes on one database does what only one may do."""

import asyncio
import fcntl
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

from bot.ports import Leadership
from store.engine import libpq_address

if TYPE_CHECKING:
    import psycopg

HEARTBEAT_S = 10.0
SILENCE_S = 30.0
"""PostgreSQL ends the session of a leader that said nothing for so long."""
ANSWER_S = 8.0
"""How long a leader waits for an answer of the server before it thinks itself deposed."""


def create_leadership(url: str) -> Leadership:
    """Leadership among all that use the database at `url` (as store.engine.create_store takes it)."""
    parsed = make_url(url)
    if parsed.drivername.startswith("sqlite"):
        return FileLeadership(Path(parsed.database or ""))
    return PostgresLeadership(libpq_address(url))


class FileLeadership:
    """Among the processes of one machine: a lock on a file beside the database, which the system lifts the moment its
    holder ends, however it does. POSIX only; not for network file systems, where SQLite is not at home either."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._files: dict[str, int] = {}

    async def hold(self, name: str) -> bool:
        if name in self._files:
            return True
        file = os.open(f"{self._database}.{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._files[name] = file
        return True

    async def release(self) -> None:
        while self._files:
            _, file = self._files.popitem()
            os.close(file)


class PostgresLeadership:
    """Among all machines: advisory locks of a session of its own (no pooler that shares sessions may be in between).

    The locks are the session's, so the question is how soon a lost one ends. A killed process: at once, its system
    closes the connection. A process that hangs, or one that the network or the power has cut off: PostgreSQL (14 or
    later) ends a session that said nothing for `silence_s`; a live leader says something every `heartbeat_s`. The
    leader itself takes an error, or no answer within `answer_s`, as the end of its leadership: by then nobody else can
    have it yet, since silence_s > heartbeat_s + answer_s.
    """

    def __init__(
        self, url: str, *, heartbeat_s: float = HEARTBEAT_S, silence_s: float = SILENCE_S, answer_s: float = ANSWER_S
    ) -> None:
        if silence_s <= heartbeat_s + answer_s:
            raise ValueError("a leader must know that it is deposed before anybody else can lead")
        self._url = url
        self._heartbeat_s = heartbeat_s
        self._silence_s = silence_s
        self._answer_s = answer_s
        self._turn = asyncio.Lock()
        self._connection: psycopg.AsyncConnection[tuple[Any, ...]] | None = None
        self._names: set[str] = set()
        self._heart: asyncio.Task[None] | None = None

    async def hold(self, name: str) -> bool:
        """False also where the server cannot be asked."""
        async with self._turn:
            if self._connection is None and not await self._connect():
                return False
            if name in self._names:
                return await self._ask("SELECT true")
            got = await self._ask(f"SELECT pg_try_advisory_lock({_number(name)})")
            if got:
                self._names.add(name)
            return got

    async def release(self) -> None:
        async with self._turn:
            if self._heart is not None:
                self._heart.cancel()
                self._heart = None
            if self._connection is not None:
                # Closing alone would free the locks a moment later.
                await self._ask("SELECT pg_advisory_unlock_all() IS NULL")
            await self._drop()

    async def _connect(self) -> bool:
        import psycopg

        try:
            async with asyncio.timeout(self._answer_s):
                connection = await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, application_name="paperboy leader"
                )
        except (psycopg.Error, OSError, TimeoutError):
            return False
        self._connection = connection
        if not await self._ask(
            f"SELECT set_config('idle_session_timeout', '{round(self._silence_s * 1000)}', false) <> ''"
        ):
            return False
        if self._heart is None:
            self._heart = asyncio.create_task(self._beat())
        return True

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat_s)
            async with self._turn:
                if self._connection is not None:
                    await self._ask("SELECT true")

    async def _ask(self, query: str) -> bool:
        """The server's yes or no; without an answer in time everything held is lost, and the session is left."""
        asked = asyncio.ensure_future(self._answer(query))
        # Not cancelled but left: the driver would wait for the server to say that it is cancelled.
        await asyncio.wait({asked}, timeout=self._answer_s)
        answer = asked.result() if asked.done() else None
        if answer is None:
            await self._drop()
            asked.cancel()
            with suppress(asyncio.CancelledError):
                await asked
        return bool(answer)

    async def _answer(self, query: str) -> bool | None:
        import psycopg

        assert self._connection is not None
        try:
            row = await (await self._connection.execute(query)).fetchone()
        except (psycopg.Error, OSError):
            return None
        return bool(row and row[0])

    async def _drop(self) -> None:
        self._names.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def _number(name: str) -> int:
    digest = hashlib.blake2b(f"paperboy leader {name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
