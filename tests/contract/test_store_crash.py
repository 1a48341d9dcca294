"""A program that is killed in the middle of an ingest loses nothing that it had reported."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from store.engine import open_store

ROOT = Path(__file__).parents[2]

INGEST = """
import asyncio, sys
from bot.domain.paper import Paper, PaperId
from store.engine import open_store
from tests.factories import NOON

async def main(url, batches, size):
    store = await open_store(url)
    for batch in range(batches):
        numbers = range(batch * size, (batch + 1) * size)
        papers = [Paper(PaperId(f"local:{n}"), f"Paper {n}", "word " * 200, source="test") for n in numbers]
        async with store.write() as uow:
            await uow.papers.upsert(papers, NOON)
        print(batch, flush=True)
    await store.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""
SIZE = 50


def test_a_kill_in_the_middle_of_an_ingest_loses_nothing_reported(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'paperboy.db'}"
    command = [sys.executable, "-c", INGEST, url]
    with subprocess.Popen([*command, "1000000", str(SIZE)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while (line := process.stdout.readline()) and int(line) < 7:
            pass
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read().split()
    assert process.returncode == -signal.SIGKILL
    reported = int(rest[-1] if rest else line) + 1

    count = asyncio.run(count_papers(url))
    assert count >= reported * SIZE
    assert count % SIZE == 0

    subprocess.run([*command, str(reported + 5), str(SIZE)], cwd=ROOT, check=True, capture_output=True)
    assert asyncio.run(count_papers(url)) == max(count, (reported + 5) * SIZE)


async def count_papers(url: str) -> int:
    store = await open_store(url)
    async with store.read() as uow:
        count = await uow.papers.count()
    await store.close()
    return count
