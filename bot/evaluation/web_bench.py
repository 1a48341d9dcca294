"""`paperboy bench web`: how long the public page takes, and how large it is.

The service is the real program in a process of its own. A wait goes from a request over a loopback port to the last
byte of its answer: the server's time and a little more. The first request of each kind is told apart: it finds
nothing in memory.
"""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import quote

import httpx

from bot.domain.paper import Paper, PaperId
from bot.domain.span import SpanKind, span_of
from bot.evaluation.corpus import Texts, queries, tile
from bot.usecases.context import Context
from bot.usecases.ingest_papers import ingest_papers, refresh_search

OpenContext = Callable[[Path], AbstractAsyncContextManager[Context]]
Tell = Callable[[str], None]

PATIENCE_S = 180.0
PROMISED_MS = 50.0
PROMISED_BYTES = 100_000
CATEGORIES = ("cs.LG", "cs.CL", "cs.CV", "cs.IR", "stat.ML", "math.OC", "quant-ph", "eess.AS")


@dataclass(frozen=True, slots=True)
class WebPlan:
    """`papers` are announced evenly over so many `days`; each kind of page is asked for `requests` times."""

    papers: int = 100_000
    days: int = 100
    requests: int = 200
    seed: int = 1


@dataclass(frozen=True, slots=True)
class PageCost:
    """Milliseconds, and bytes of the largest answer: as the browser reads it, and as it came over the wire. `busy` is
    what a request cost the server's processors, which does not grow with what else the machine does."""

    name: str
    first: float
    p50: float
    p99: float
    busy: float
    size: int
    sent: int

    @property
    def is_kept(self) -> bool:
        """What is promised: 50 ms for half of the requests or more, and a hundred kilobytes for what comes."""
        return self.p50 <= PROMISED_MS and self.sent < PROMISED_BYTES


async def run_web_bench(
    open_context: OpenContext, texts: Texts, plan: WebPlan, folder: Path, tell: Tell
) -> list[PageCost]:
    """Fill a new installation in `folder`, serve it, and read its pages."""
    async with open_context(folder) as context:
        now = context.clock.now()
        await ingest_papers(context, _announced(texts, plan, now))
        await refresh_search(context)
    tell(f"{plan.papers:,} papers are stored")
    costs = []
    async with (
        _serving(folder) as (base, server),
        httpx.AsyncClient(base_url=base, timeout=PATIENCE_S) as client,
    ):
        for name, paths in _pages(texts, plan, now).items():
            costs.append(await _cost(client, server, name, paths))
            tell(str(costs[-1]))
    return costs


def _announced(texts: Texts, plan: WebPlan, now: datetime) -> Iterator[Paper]:
    draw = Random(plan.seed)
    for number, paper in enumerate(tile(texts, plan.papers)):
        age = plan.days * timedelta(days=1) * (number / plan.papers)
        yield replace(
            paper,
            id=_paper_id(number),
            announced_at=now - age,
            authors=tuple(f"Given{draw.randrange(999)} Family{draw.randrange(9_999)}" for _ in range(5)),
            categories=tuple(draw.sample(CATEGORIES, 2)),
            upvotes=draw.randrange(200) if number % 10 == 0 else None,
        )


def _paper_id(number: int) -> PaperId:
    return PaperId(f"arXiv:26{1 + number // 90_000:02}.{number % 90_000:05}")


def _pages(texts: Texts, plan: WebPlan, now: datetime) -> Mapping[str, Sequence[str]]:
    """What is asked for, by the kind of page. Papers and searches are other ones each time."""
    draw = Random(plan.seed)
    day = (now - timedelta(days=plan.days // 2)).date()
    papers = [_paper_id(number).removeprefix("arXiv:") for number in draw.sample(range(plan.papers), plan.requests)]
    month = span_of(SpanKind.MONTH, day).path
    lists = {
        "today": "/",
        "day": span_of(SpanKind.DAY, day).path,
        "week": span_of(SpanKind.WEEK, day).path,
        "month": month,
        "month, a category, newest first": f"{month}?category=cs.IR&sort=newest",
        "Atom feed of today": "/trending.atom",
    }
    return {
        **{name: [path] * plan.requests for name, path in lists.items()},
        "paper": [f"/papers/{number}" for number in papers],
        "search": [f"/search?q={quote(query)}" for query in queries(texts, plan.requests, plan.seed)],
    }


async def _cost(client: httpx.AsyncClient, server: int, name: str, paths: Sequence[str]) -> PageCost:
    waits, size, sent = [], 0, 0
    busy = _busy_ms(server)
    for path in paths:
        began = time.perf_counter()
        answer = await client.get(path)
        waits.append(round(1e3 * (time.perf_counter() - began), 1))
        answer.raise_for_status()
        size, sent = max(size, len(answer.content)), max(sent, answer.num_bytes_downloaded)
    busy = round((_busy_ms(server) - busy) / len(paths), 1)
    later = sorted(waits[1:]) or waits
    return PageCost(
        name, waits[0], later[len(later) // 2], later[min(len(later) - 1, int(0.99 * len(later)))], busy, size, sent
    )


def _busy_ms(process: int) -> float:
    """What a process has computed so far; 0 where the system does not tell (proc(5): utime and stime, in ticks)."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return 1e3 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def _serving(folder: Path) -> AsyncIterator[tuple[str, int]]:
    """`paperboy run` on this installation, without a chat or a network, to the end of the block: its page's address,
    and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    closed = dict.fromkeys(("ARXIV_FEED_URL", "ARXIV_API_URL", "ARXIV_OAI_URL", "HF_URL"), "http://127.0.0.1:9")
    own = {**closed, "DATA_DIR": str(folder), "WEB_PORT": str(port), "WEB_PER_S": "10000", "LOG_LEVEL": "ERROR"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PAPERBOY_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        env={**kept, **{f"PAPERBOY_{name}": value for name, value in own.items()}},
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        await asyncio.wait_for(_answering(base), PATIENCE_S)
        yield base, process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answering(base: str) -> None:
    async with httpx.AsyncClient(base_url=base) as client:
        while True:
            try:
                # A search loads nothing that the pages would find in memory.
                (await client.get("/search")).raise_for_status()
            except httpx.TransportError:
                await asyncio.sleep(0.2)
            else:
                return


def web_table(costs: Sequence[PageCost]) -> str:
    """Markdown."""
    lines = [
        "| page | first | half within | 99 of 100 within | processors | size | sent |",
        "|---|---|---|---|---|---|---|",
    ]
    for each in costs:
        times = " | ".join(f"{time:.0f} ms" for time in (each.first, each.p50, each.p99, each.busy))
        lines.append(f"| {each.name} | {times} | {each.size / 1e3:.0f} kB | {each.sent / 1e3:.0f} kB |")
    return "\n".join(lines)
