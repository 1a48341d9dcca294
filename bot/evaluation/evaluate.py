"""`paperboy evaluate`: every ranker on every task, on as many processes as are wanted."""

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from bot.evaluation.cases import COLD_START, LOOP, MERGED, STATIC, merged_cases
from bot.evaluation.data_set import DataSet
from bot.evaluation.papers_file import FORMAT, DataSetError
from bot.evaluation.peers import make_peer
from bot.evaluation.workshop import Job, Measured, Workshop

Progress = Callable[[int, int], None]
"""Called with (jobs done, jobs in all)."""

TASKS = (COLD_START, STATIC, LOOP)


def plan(data: DataSet, rankers: Sequence[str], ks: Sequence[int], tasks: Sequence[str], merged: bool) -> list[Job]:
    """What is to be measured, in the order of the output. Without `tasks` what the data is made for: static and loop
    where there are splits, else the cold start. DataSetError for a task that the data cannot serve."""
    if merged:
        if set(tasks) - {COLD_START}:
            raise DataSetError("--merged is a cold start; leave --task out")
        tasks = [MERGED]
    chosen = list(tasks) or ([STATIC, LOOP] if data.splits else [COLD_START])
    jobs = []
    for task in chosen:
        if task in {STATIC, LOOP}:
            if not data.splits:
                raise DataSetError(f"the task {task!r} needs a splits.json in the folder; {FORMAT}")
            names = dict.fromkeys(split.reader.id for split in data.splits)
            jobs += [Job(ranker, task, reader=name) for name in names for ranker in rankers]
        else:
            _check_cold_start(data)
            jobs += [Job(ranker, task, k) for k in ks for ranker in rankers]
    return jobs


def measure_all(data: DataSet, jobs: Sequence[Job], seed: int, processes: int, progress: Progress) -> list[Measured]:
    """Every job's measurements, in the order of the jobs; the same for any number of processes.

    DataSetError, MissingExtraError before anything long has begun.
    """
    for name in {job.ranker for job in jobs}:
        make_peer(name, seed)
    if any(job.task == MERGED for job in jobs):
        merged_cases(data, 1, seed)
    done: dict[Job, Measured] = {}
    progress(0, len(jobs))
    if processes < 2:
        workshop = Workshop(data, seed)
        for job in jobs:
            done[job] = workshop.measure(job)
            progress(len(done), len(jobs))
        return [done[job] for job in jobs]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn, initializer=_start, initargs=(data, seed)) as pool:
        for future in as_completed([pool.submit(_measure, job) for job in sorted(jobs, key=lambda job: job.ranker)]):
            measured = future.result()
            done[measured.job] = measured
            progress(len(done), len(jobs))
    return [done[job] for job in jobs]


def _check_cold_start(data: DataSet) -> None:
    for reader in data.readers:
        if not reader.later and not reader.ratings:
            raise DataSetError(f"readers.json, reader {reader.id!r}: the cold start needs 'later' or 'ratings'")
    if len({bool(reader.ratings) for reader in data.readers}) > 1:
        raise DataSetError("readers.json: some readers have 'later' and some 'ratings'; split them into two data sets")


_workshops: list[Workshop] = []
"""The one workshop of a worker process."""


def _start(data: DataSet, seed: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _workshops.append(Workshop(data, seed))


def _measure(job: Job) -> Measured:
    return _workshops[0].measure(job)
