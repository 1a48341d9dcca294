"""Everybody's digest due at once: planned, scored, composed and in the ledger, while somebody talks to Paperboy.

One process plans and composes; another answers commands beside it, as fast as they are answered and a little slower.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from adapters.system_clock import SystemClock
from bot.domain.chat import Address
from bot.domain.delivery import DeliveryId, DeliveryState
from bot.domain.feedback import Reaction
from bot.domain.paper import Paper
from bot.domain.person import PersonId
from bot.evaluation.bench import peak_memory_mb, timed_row
from bot.evaluation.corpus import Texts
from bot.evaluation.delivery_setup import fill_papers, fill_people, make_profiles, subscribed
from bot.evaluation.delivery_worker import opened
from bot.scheduler import GROUP
from bot.usecases.compose_digests import Composer
from bot.usecases.context import Context
from bot.usecases.find_paper import Asker
from bot.usecases.plan_deliveries import plan_deliveries
from bot.usecases.recommend import Asked, recommend
from bot.usecases.record_feedback import record_feedback
from bot.usecases.score_profiles import score_everybody
from store.tables import people

PROFILES = 200
"""Different profiles; everybody has one of them."""

THINKING_S = 0.05
"""Between an answer and the next command."""


@dataclass(frozen=True, slots=True)
class LoadPlan:
    database_url: str
    compiled: Path
    papers: int
    likes: int
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Composing:
    """What it took to compose; seconds, of which the process had `cpu_s`, and megabytes resident at the most."""

    plan_s: float
    compose_s: float
    cpu_s: float
    composed: int
    memory_mb: float


@dataclass(frozen=True, slots=True)
class LoadReport:
    """`ms_each` is what a subscription costs, `cpu_s` the time that the composing process had a core, the database's
    not counted. The commands' times are milliseconds."""

    subscriptions: int
    plan_s: float
    compose_s: float
    total_s: float
    cpu_s: float
    ms_each: float
    composed: int
    memory_mb: float
    commands: int
    command_p50_ms: float
    command_p99_ms: float


async def run_load(plan: LoadPlan, texts: Texts, sizes: Sequence[int], tell: Callable[[str], None]) -> list[LoadReport]:
    """Each size in an empty database, which is empty of people again afterwards. Raises OccupiedError."""
    clock = SystemClock()
    reports = []
    async with opened(plan.database_url, plan.compiled, clock) as (context, store):
        papers = await fill_papers(context, texts, plan.papers)
        profiles = await make_profiles(context, papers, PROFILES, likes=plan.likes)
        await asyncio.to_thread(_alone, _compose, plan, 0)
        for size in sizes:
            due_at = clock.now().replace(microsecond=0) - timedelta(seconds=1)
            asked = [subscribed(number, Address("discord", f"c{number}"), due_at) for number in range(1, size + 1)]
            await fill_people(store, profiles, asked)
            tell(f"{size:,} subscriptions are due")
            composing = asyncio.create_task(asyncio.to_thread(_alone, _compose, plan, size))
            seconds = await _talk(context, papers, size, composing)
            reports.append(_report(size, await composing, seconds))
            tell(str(reports[-1]))
            async with store.connection() as connection:
                await connection.execute(people.delete())
    return reports


def _alone(work: Callable[[LoadPlan, int], Composing], plan: LoadPlan, size: int) -> Composing:
    """In a process of its own, so that memory is that of the work."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, plan, size).result()


def _compose(plan: LoadPlan, size: int) -> Composing:
    """What scheduler and jobs do when these are due. For a size of 0, only compile."""

    async def work() -> Composing:
        async with opened(plan.database_url, plan.compiled, SystemClock()) as (single, _):
            context = replace(single, scorer_threads=plan.threads)
            if not size:
                await score_everybody(context, 1)
                return Composing(0.0, 0.0, 0.0, 0, 0.0)
            used = time.process_time()
            started = time.perf_counter()
            await plan_deliveries(context)
            planned = time.perf_counter()
            composer = Composer(context)
            async with context.store.read() as uow:
                due = await uow.deliveries.due_ids(context.clock.now())
            groups = sorted({delivery_id // GROUP for delivery_id in due})
            for group in groups:
                await composer.compose([DeliveryId(group * GROUP + at) for at in range(GROUP)])
            ended = time.perf_counter()
            async with context.store.read() as uow:
                counts = await uow.deliveries.counts()
            return Composing(
                planned - started,
                ended - planned,
                time.process_time() - used,
                counts.get(DeliveryState.COMPOSED, 0),
                peak_memory_mb(),
            )

    return asyncio.run(work())


async def _talk(context: Context, papers: Sequence[Paper], size: int, until: "asyncio.Task[Composing]") -> list[float]:
    """The seconds that commands take meanwhile: recommendations, and likes that the next of them learn from."""
    address = Address("console", "bench")
    seconds = []
    number = 0
    while not until.done():
        number += 1
        person = PersonId(1 + number * 7 % size)
        started = time.perf_counter()
        if number % 4:
            wish = Asked(n=5, days=7, again=True)
            await recommend(context, person, address, wish, surface="bench", show=False)
        else:
            paper = papers[number % len(papers)]
            await record_feedback(context, Asker(person, address, "bench"), paper.id, Reaction.LIKE)
        seconds.append(time.perf_counter() - started)
        await asyncio.sleep(THINKING_S)
    return seconds


def _report(size: int, composing: Composing, seconds: list[float]) -> LoadReport:
    row = timed_row("commands", size, seconds or [0.0])
    total = composing.plan_s + composing.compose_s
    return LoadReport(
        subscriptions=size,
        plan_s=round(composing.plan_s, 2),
        compose_s=round(composing.compose_s, 2),
        total_s=round(total, 2),
        cpu_s=round(composing.cpu_s, 2),
        ms_each=round(1e3 * total / size, 3),
        composed=composing.composed,
        memory_mb=composing.memory_mb,
        commands=len(seconds),
        command_p50_ms=row.p50_ms or 0.0,
        command_p99_ms=row.p99_ms or 0.0,
    )


def load_table(reports: Sequence[LoadReport]) -> str:
    """As a Markdown table."""
    head = (
        "subscriptions",
        "planned",
        "composed",
        "together",
        "on a core",
        "each",
        "memory",
        "commands p50",
        "commands p99",
    )
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for one in reports:
        cells = (
            f"{one.subscriptions:,}",
            f"{one.plan_s:.1f} s",
            f"{one.compose_s:.1f} s",
            f"{one.total_s:.1f} s",
            f"{one.cpu_s:.1f} s",
            f"{one.ms_each:.2f} ms",
            f"{one.memory_mb:,.0f} MB",
            f"{one.command_p50_ms:.0f} ms",
            f"{one.command_p99_ms:.0f} ms",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def draw_load(reports: Sequence[LoadReport], png: Path) -> None:
    """The cost of a subscription by their number."""
    figure = Figure(figsize=(6, 3.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot([one.subscriptions for one in reports], [one.ms_each for one in reports], marker="o")
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("subscriptions due at once")
    axes.set_ylabel("ms for each")
    figure.savefig(png, dpi=120)
