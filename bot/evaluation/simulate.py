"""`paperboy simulate`: every reader's days under every variant, on as many processes as there are cores."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from bot.evaluation.simulated_days import Days, Plan, Variant, run_days
from bot.evaluation.simulated_readers import SimulationError
from bot.evaluation.simulated_start import DRAWS, FIRST, WINDOW, cold_start, drawn, well_chosen, windows
from bot.evaluation.simulated_world import World, build_world
from bot.ranking import learned
from bot.ranking.bm25 import Bm25
from bot.ranking.parameters import RankingSettings

RANDOM_FIVE = "five random papers"

Told = Callable[[int, int], None]
"""Called with (units of work done, all of them)."""


@dataclass(frozen=True)
class Simulated:
    """`days` holds float64[readers, days] of each variant by the names of the fields of `Days`; `starts`
    float64[readers, 3] of each way to start cold: nDCG@10, precision@5, papers liked of the first five."""

    plan: Plan
    readers: int
    days: dict[str, dict[str, np.ndarray]]
    starts: dict[str, np.ndarray]


def standard_variants(settings: RankingSettings) -> list[Variant]:
    """What is compared unless something else is asked for. Without learning there is nothing to explore for."""
    off = replace(settings, explore_share=0.0)
    return [
        Variant("paperboy", settings),
        Variant("no exploration", off),
        Variant("no learning", off, learns=False),
        Variant("random", off, learns=False, kind="random"),
        Variant("oracle", off, learns=False, kind="oracle"),
    ]


def varied(settings: RankingSettings, text: str) -> list[Variant]:
    """`half_life_days=30,180,inf`: one variant a value. SimulationError for no such setting or value."""
    name, _, values = text.partition("=")
    kinds = {one.name: one.type for one in fields(settings)}
    if name not in kinds or not values:
        raise SimulationError(f"--vary {text!r}: write NAME=VALUE,VALUE with one of {', '.join(kinds)}")
    variants = []
    for value in values.split(","):
        try:
            number = int(value) if kinds[name] in (int, "int") else float(value)
            variants.append(Variant(f"{name} = {value.strip()}", replace(settings, **{name: number})))  # type: ignore[arg-type]
        except ValueError as error:
            raise SimulationError(f"--vary {name}={value}: {error}") from None
    return variants


def simulate(
    folder: Path,
    readers: int,
    plan: Plan,
    variants: Sequence[Variant],
    *,
    starts: bool = True,
    daily: bool = True,
    workers: int | None = None,
    told: Told | None = None,
) -> Simulated:
    """Run it all; the same for the same data and plan, however many workers. SimulationError, OSError.

    The cold start (`starts`) is measured with the settings of the first variant; without `daily` nothing else is.
    """
    world = build_world(folder, readers, plan.days, plan.seed)
    rows = range(len(world.readers.readers))
    lived = variants if daily else []
    tasks: list[_Task] = [_Task(at, row) for at in range(len(lived)) for row in rows]
    ways = ["five well-chosen papers", RANDOM_FIVE] if starts and windows(plan.days) else []
    tasks += [_Task(-1 - way, row) for way in range(len(ways)) for row in rows]
    if not tasks:
        raise SimulationError(f"first papers are measured in the week after theirs; give {2 * WINDOW} days or more")
    chosen = {day: well_chosen(world, day) for day in windows(plan.days)} if ways else {}
    job = _Job(world, plan, tuple(variants), chosen)
    results: dict[_Task, list[np.ndarray]] = {}
    for task, values in _run(job, tasks, min(workers or os.cpu_count() or 1, len(tasks))):
        results[task] = values
        if told:
            told(len(results), len(tasks))
    names = [one.name for one in fields(Days)]
    days = {
        variant.name: {
            name: np.array([results[_Task(at, row)][place] for row in rows]) for place, name in enumerate(names)
        }
        for at, variant in enumerate(lived)
    }
    measured = {name: np.array([results[_Task(-1 - way, row)][0] for row in rows]) for way, name in enumerate(ways)}
    return Simulated(plan, len(rows), days, measured)


@dataclass(frozen=True, slots=True)
class _Task:
    """A reader under a variant; -1 and -2 are the two ways to start cold."""

    variant: int
    row: int


@dataclass(frozen=True)
class _Job:
    world: World
    plan: Plan
    variants: tuple[Variant, ...]
    chosen: dict[int, list[int]]

    def work(self, task: _Task) -> list[np.ndarray]:
        if task.variant >= 0:
            done = run_days(self.world, task.row, self.variants[task.variant], self.plan)
            return [getattr(done, one.name) for one in fields(Days)]
        ways: list[tuple[int, Sequence[int]]] = list(self.chosen.items())
        if task.variant == -2:
            ways = [
                (day, drawn(self.world, day, self.plan.seed, task.row, number))
                for day in self.chosen
                for number in range(DRAWS)
            ]
        return [np.array(cold_start(self.world, task.row, ways, self.variants[0].settings))]


@contextmanager
def remembering() -> Iterator[None]:
    """Weigh the words of a paper once and not again each day: the same numbers, in half the time.

    What `paper_weights` gives depends on the text, the background and BM25's constants alone.
    """
    plain = learned.paper_weights
    known: dict[tuple[str, str, int, float, float], learned.Weights] = {}

    def remembered(title: str, abstract: str, bm25: Bm25) -> learned.Weights:
        key = (title, abstract, id(bm25.index), bm25.k1, bm25.b)
        if key not in known:
            known[key] = plain(title, abstract, bm25)
        return known[key]

    learned.paper_weights = remembered
    try:
        yield
    finally:
        learned.paper_weights = plain


def _run(job: _Job, tasks: Sequence[_Task], workers: int) -> Iterator[tuple[_Task, list[np.ndarray]]]:
    if workers == 1:
        with remembering():
            for task in tasks:
                yield task, job.work(task)
        return
    with (
        _one_thread_each(),
        ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(job,)) as pool,
    ):
        running = {pool.submit(_work, task): task for task in tasks}
        for future in as_completed(running):
            yield running[future], future.result()


_JOBS: list[_Job] = []
"""The job of a worker process, handed over once at its start."""


def _begin(job: _Job) -> None:
    _JOBS.append(job)


def _work(task: _Task) -> list[np.ndarray]:
    with remembering():
        return _JOBS[0].work(task)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started meanwhile multiply matrices on one thread: with several each they wait for one another."""
    name = "OPENBLAS_NUM_THREADS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


__all__ = ["FIRST", "Simulated", "Told", "simulate", "standard_variants", "varied"]
