"""Run a command beside a PostgreSQL of its own, which is gone afterwards: the demonstrations of docs/reliability.md.

    .venv/bin/python scripts/with_postgres.py .venv/bin/paperboy bench delivery crash \\
        --postgres {url} --restart {restart}

{url} becomes an empty database, {restart} a command that restarts the server as a loss of power would. The exit code is
the command's. Needs the test tools (`make test` sets them up).
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.postgres import PostgresServer


def main(command: list[str]) -> int:
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    with PostgresServer() as server, server.database(migrated=False) as url:
        signal.signal(signal.SIGUSR1, lambda *_: server.restart())
        told = {"{url}": url, "{restart}": f"sh -c 'kill -USR1 {os.getpid()}'"}
        return subprocess.run([told.get(word, word) for word in command], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
