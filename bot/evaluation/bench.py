"""`paperboy bench`: ingest, start-up, search, recommend, memory, beside what one would run instead."""

import asyncio
import functools
import multiprocessing
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

from rank_bm25 import BM25Okapi

from bot.domain.chat import Address
from bot.domain.feedback import Reaction
from bot.domain.paper import Paper
from bot.domain.person import Account
from bot.domain.profile import InterestKind
from bot.evaluation.corpus import Texts, queries, tile, write_json_lines
from bot.feeds.json_lines import parse as parse_json_lines
from bot.usecases.context import Context
from bot.usecases.find_paper import Asker
from bot.usecases.ingest_papers import ingest_papers, refresh_search
from bot.usecases.manage_interests import add_interests
from bot.usecases.profile_of import learn
from bot.usecases.recommend import Asked, recommend
from bot.usecases.record_feedback import record_feedback
from bot.usecases.search_papers import search_papers

OpenContext = Callable[[Path], AbstractAsyncContextManager[Context]]

LIKES = 10
LIBRARY_LIMIT = 10_000
"""Papers up to which rank_bm25 itself is measured: beyond, its dictionaries alone take gigabytes."""


@dataclass(frozen=True, slots=True)
class Row:
    """A measurement. Times are milliseconds; `value` is in `unit`."""

    name: str
    papers: int
    value: float
    unit: str
    p50_ms: float | None = None
    p99_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often each thing is done."""

    starts: int = 5
    searches: int = 1_000
    recommends: int = 200
    presses: int = 50


def timed_row(name: str, papers: int, seconds: list[float]) -> Row:
    ordered = sorted(seconds)
    p99 = 1e3 * ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    p50 = 1e3 * statistics.median(ordered)
    return Row(name, papers, round(p50, 3), "ms", round(p50, 3), round(p99, 3))


def run_bench(
    open_context: OpenContext, texts: Texts, sizes: list[int], folder: Path, repeats: Repeats | None = None
) -> Iterator[Row]:
    """All rows, size by size. Each phase runs in a process of its own, so that memory is that of the phase."""
    repeats = repeats or Repeats()
    for size in sizes:
        place = folder / str(size)
        place.mkdir(parents=True)
        write_json_lines(texts, size, place / "papers.jsonl")
        yield from _alone(_ingest, open_context, place, size)
        yield _start_up(place, size, repeats.starts)
        yield from _alone(_serve, open_context, place, size, queries(texts, repeats.searches, 1), repeats)
        yield from _alone(_peers, texts, size)


def _alone(work: Callable[..., list[Row]], *arguments: object) -> list[Row]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _ingest(open_context: OpenContext, place: Path, size: int) -> list[Row]:
    async def work() -> list[Row]:
        async with open_context(place) as context:
            path = place / "papers.jsonl"
            rows = []
            for name in ("ingest", "ingest again, unchanged"):
                with path.open("rb") as stream:
                    started = time.perf_counter()
                    await ingest_papers(context, parse_json_lines(stream))
                    rows.append(_rate(name, size, time.perf_counter() - started))
            started = time.perf_counter()
            await refresh_search(context)
            rows.append(_rate("index for search", size, time.perf_counter() - started))
            rows.append(_memory("memory, ingest", size))
            return rows

    return asyncio.run(work())


def _rate(name: str, size: int, seconds: float) -> Row:
    return Row(name, size, round(size / seconds, 1), "papers/s")


def _memory(name: str, size: int) -> Row:
    return Row(name, size, peak_memory_mb(), "MB resident at the most")


def peak_memory_mb() -> float:
    """The most this process ever held. Linux keeps the parent's in ru_maxrss, so its own high-water mark is read."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    marks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    kib = marks[0] if marks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(kib * 1024 / 1e6, 1)


def _start_up(place: Path, size: int, starts: int) -> Row:
    """From the shell to the answer of `help`, on a store that is there; the network is a closed loopback port."""
    closed = "http://127.0.0.1:9"
    environment = {
        **os.environ,
        "PAPERBOY_DATA_DIR": str(place),
        "PAPERBOY_ARXIV_FEED_URL": closed,
        "PAPERBOY_ARXIV_API_URL": closed,
    }
    seconds = []
    for _ in range(starts):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "bot", "chat"], input=b"help\n", env=environment, capture_output=True, check=True
        )
        seconds.append(time.perf_counter() - started)
    return timed_row("start-up", size, seconds)


def _serve(open_context: OpenContext, place: Path, size: int, wanted: list[str], repeats: Repeats) -> list[Row]:
    async def work() -> list[Row]:
        async with open_context(place) as context:
            account = Account("console", "bench")
            address = Address("console", "bench")
            async with context.store.write() as uow:
                person = await uow.people.ensure(account, context.clock.now())
            asker = Asker(person.id, address, "bench")
            rows = []
            first = await _measure([lambda: search_papers(context, asker, "first query")])
            rows.append(timed_row("first search", size, first))
            asked = [functools.partial(search_papers, context, asker, text) for text in wanted]
            rows.append(timed_row("search", size, await _measure(asked)))
            await add_interests(context, person.id, InterestKind.TEXT, "graph neural networks, machine translation")
            for number in range(LIKES):
                await record_feedback(context, asker, f"local:bench-{number * 7 % size}", Reaction.LIKE)
            # Again: or the papers that are close would run out before the repeats do.
            wish = Asked(n=5, days=7, again=True)
            ask = [lambda: recommend(context, person.id, address, wish, surface="bench")]
            rows.append(timed_row("first recommend", size, await _measure(ask)))
            rows.append(timed_row("recommend", size, await _measure(ask * repeats.recommends)))
            press = [
                functools.partial(record_feedback, context, asker, f"local:bench-{number % size}", Reaction.SAVE)
                for number in range(repeats.presses)
            ]
            rows.append(timed_row("feedback", size, await _measure(press)))
            anew = [lambda: learn(context, person.id)]
            rows.append(timed_row("profile learned anew", size, await _measure(anew * repeats.presses)))
            rows.append(_memory("memory", size))
            return rows

    return asyncio.run(work())


async def _measure(calls: Sequence[Callable[[], Awaitable[object]]]) -> list[float]:
    seconds = []
    for call in calls:
        started = time.perf_counter()
        await call()
        seconds.append(time.perf_counter() - started)
    return seconds


def _peers(texts: Texts, size: int) -> list[Row]:
    """What a user would run instead: SQLite's FTS5 for search, rank_bm25 itself for ranking."""
    papers = list(tile(texts, size))
    rows = [_full_text_search(papers, texts, size)]
    if size <= LIBRARY_LIMIT:
        tokenised = [f"{paper.title} {paper.abstract}".lower().split() for paper in papers]
        library = BM25Okapi(tokenised)
        liked = [word for words in tokenised[: LIKES * 7 : 7] for word in words]
        seconds = []
        for _ in range(5):
            started = time.perf_counter()
            library.get_scores(liked)
            seconds.append(time.perf_counter() - started)
        rows.append(timed_row("recommend: rank_bm25, 10 liked abstracts as the query", size, seconds))
    return rows


def _full_text_search(papers: list[Paper], texts: Texts, size: int) -> Row:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE papers USING fts5(title, abstract, tokenize = 'porter unicode61')")
        database.executemany("INSERT INTO papers VALUES (?, ?)", ((p.title, p.abstract) for p in papers))
        seconds = []
        for text in queries(texts, 300, 1):
            words = " ".join(f'"{word}"' for word in text.split())
            started = time.perf_counter()
            database.execute("SELECT * FROM papers WHERE papers MATCH ? ORDER BY rank LIMIT 10", (words,)).fetchall()
            seconds.append(time.perf_counter() - started)
    return timed_row("search: SQLite FTS5", size, seconds)


def bench_document(rows: list[Row]) -> dict[str, object]:
    """The `--json` document."""
    return {"rows": [asdict(row) for row in rows]}


def bench_table(rows: list[Row]) -> str:
    """The rows as a Markdown table, one line a measurement, one column a size."""
    sizes = sorted({row.papers for row in rows})
    lines = ["| | " + " | ".join(f"{size:,} papers" for size in sizes) + " |", "|---" * (len(sizes) + 1) + "|"]
    for name in dict.fromkeys(row.name for row in rows):
        cells = {row.papers: _cell(row) for row in rows if row.name == name}
        lines.append(f"| {name} | " + " | ".join(cells.get(size, "-") for size in sizes) + " |")
    return "\n".join(lines)


def _cell(row: Row) -> str:
    if row.p99_ms is None:
        return f"{row.value:,.0f} {row.unit}"
    return f"{row.p50_ms:,.1f} ms (p99 {row.p99_ms:,.1f})"
