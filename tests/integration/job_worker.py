"""A worker process for tests: `python -m tests.integration.job_worker URL FILE SECONDS`.

Every job takes some seconds and then writes its number as a line of the file; the first line says that work began.
"""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from adapters.jobs.procrastinate import open_queue
from bot.domain.chat import Json


async def main(url: str, path: Path, seconds: float) -> None:
    queue = await open_queue(url, heartbeat_s=0.5, poll_s=0.2)

    async def note(arguments: Mapping[str, Json]) -> None:
        print("working", flush=True)
        await asyncio.sleep(seconds)
        with path.open("a") as file:
            file.write(f"{arguments['n']}\n")

    await queue.work({"note": note}, concurrency=4)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])))
