"""`paperboy run`, or worker, whose chat writes tokens to a file: `python -m tests.e2e.service_with_chat FILE run`."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Literal

from bot.bootstrap.logs import configure_logging
from bot.bootstrap.serving import run_service, run_worker
from bot.bootstrap.surfaces import SURFACES
from bot.domain.chat import Address, Handler, Message, Receipt
from bot.settings import read_settings


class FileChat:
    """Implements bot.ports.ChatAdapter. A message takes a moment to arrive."""

    platform = "discord"
    digest_form: Literal["one", "cards"] = "one"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._closed = asyncio.Event()

    async def run(self, handle: Handler) -> None:
        await self._closed.wait()

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        await asyncio.sleep(0.2)
        with self._path.open("a") as file:
            file.write(f"{token}\n")
        return Receipt(token)

    async def look_up(self, address: Address, token: str, since: datetime, *, thread: str = "") -> Receipt | None:
        return Receipt(token) if token in self._path.read_text().split() else None

    async def close(self) -> None:
        self._closed.set()


if __name__ == "__main__":
    configure_logging("info", sys.stderr)
    SURFACES["discord"] = lambda settings, context: FileChat(Path(sys.argv[1]))
    sys.exit(asyncio.run({"run": run_service, "worker": run_worker}[sys.argv[2]](read_settings())))
