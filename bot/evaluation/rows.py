"""Measurements as the rows of a report: means, confidence intervals, paired differences to the baseline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.evaluation.cases import LOOP, STATIC
from bot.evaluation.intervals import Estimate, estimate, halves
from bot.evaluation.peers import BASELINE
from bot.evaluation.workshop import FOUND, Job, Measured
from bot.ranking.bm25 import Floats

MEAN = "mean"
"""The `review` of a row over all readers of the splits."""

METRICS = ("ndcg@10", "recall@20", "recall@100", "map", "auc")


@dataclass(frozen=True)
class Row:
    """A ranker on a task. `readers`: how many units the means and intervals are over.

    These are readers in a cold start and in the rows `mean`, splits in the rows of one review. `halves`: the means of
    the leading metric on two halves of a seeded split of them, None for an empty half.
    """

    task: str
    k: int
    ranker: str
    readers: int
    estimates: Mapping[str, Estimate]
    differences: Mapping[str, Estimate] = field(default_factory=dict)
    halves: tuple[float | None, float | None] = (None, None)
    review: str = ""


def make_rows(measured: Sequence[Measured], seed: int) -> list[Row]:
    """The rows in the order of the measurements, those over all reviews of a task before its reviews."""
    everything: list[Measured] = []
    reviews: dict[tuple[str, str], list[Measured]] = {}
    for one in measured:
        reviews.setdefault((one.job.task, one.job.ranker), []).append(one)
    for task in dict.fromkeys(one.job.task for one in measured):
        if task in {STATIC, LOOP}:
            everything += [_over_reviews(some) for (of, _), some in reviews.items() if of == task]
        everything += [one for one in measured if one.job.task == task]
    baselines = {_place(one): one for one in everything if one.job.ranker == BASELINE}
    return [_row(one, baselines.get(_place(one)), seed) for one in everything]


def leading_metric(row: Row) -> str:
    """What the halves are measured by: nDCG@10 where there is one."""
    return next(name for name in ("ndcg@10", "pairwise_loss", f"{FOUND}10") if name in row.estimates)


def document(rows: Sequence[Row]) -> dict[str, object]:
    """The `--json` document. A metric that a task does not measure is null."""
    return {"rows": [_record(row) for row in rows]}


def _place(one: Measured) -> tuple[str, int, str]:
    return one.job.task, one.job.k, one.job.reader


def _over_reviews(measured: Sequence[Measured]) -> Measured:
    """Each review's mean over its splits as one unit: a review with more splits weighs no more."""
    job = measured[0].job
    names = tuple(one.job.reader for one in measured)
    values = {name: np.array([one.values[name].mean() for one in measured]) for name in measured[0].values}
    return Measured(Job(job.ranker, job.task, reader=MEAN), measured[0].k, names, values)


def _row(one: Measured, baseline: Measured | None, seed: int) -> Row:
    differences = {}
    if baseline is not None and baseline is not one:
        differences = {name: estimate(values - baseline.values[name], seed) for name, values in one.values.items()}
    row = Row(
        one.job.task,
        one.k,
        one.job.ranker,
        len(one.cases),
        {name: estimate(values, seed) for name, values in one.values.items()},
        differences,
        review=one.job.reader,
    )
    lead = one.values[leading_metric(row)]
    first, second = halves(len(lead), seed)
    return Row(**{**vars(row), "halves": (_mean(lead[first]), _mean(lead[second]))})


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None


def _record(row: Row) -> dict[str, object]:
    record: dict[str, object] = {"task": row.task, "k": row.k, "ranker": row.ranker, "readers": row.readers}
    if row.review:
        record["review"] = row.review
    record |= {name: row.estimates[name].mean if name in row.estimates else None for name in METRICS}
    more = [name for name in row.estimates if name not in METRICS and not name.startswith(FOUND)]
    record |= {name: row.estimates[name].mean for name in more}
    if row.review:
        found = {name.removeprefix(FOUND): one.mean for name, one in row.estimates.items() if name.startswith(FOUND)}
        record["found"] = found or None
    record["half_a"], record["half_b"] = row.halves
    record["ci"] = {name: [one.low, one.high] for name, one in row.estimates.items()}
    record["difference"] = {
        name: {"mean": one.mean, "ci": [one.low, one.high]} for name, one in row.differences.items()
    }
    return record
