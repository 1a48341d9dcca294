"""Run the real program in a process of its own, with its own data folder and a network of the test's choice."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NOWHERE = "http://127.0.0.1:9"
"""A loopback port that nothing listens on: a machine without a network."""

Env = Mapping[str, str] | None

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Program:
    """A paperboy on one data folder; `env` adds to (or overrides) its settings."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, typed: str = "", code: int = 0, env: Env = None) -> subprocess.CompletedProcess[str]:
        """Run to the end with `typed` as standard input; the exit code must be `code`."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            input=typed,
            env=self.environment(env),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=Path(__file__).resolve().parents[2],
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def chat(self, *lines: str, env: Env = None) -> str:
        """What the console prints for these lines."""
        return self.run("chat", typed="".join(f"{line}\n" for line in lines), env=env).stdout

    def answers(self, *lines: str, env: Env = None) -> list[Any]:
        """The JSON answers to these lines, one a line."""
        done = self.run("chat", "--json", typed="".join(f"{line}\n" for line in lines), env=env)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def environment(self, env: Env = None) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PAPERBOY_")}
        network = dict.fromkeys(
            ("PAPERBOY_ARXIV_FEED_URL", "PAPERBOY_ARXIV_API_URL", "PAPERBOY_ARXIV_OAI_URL", "PAPERBOY_HF_URL"), NOWHERE
        )
        here = {"PAPERBOY_DATA_DIR": str(self.folder), "PAPERBOY_ARXIV_INTERVAL_S": "0", "PAPERBOY_WEB_PORT": "off"}
        return {**inherited, **network, **here, **self.env, **(env or {})}
