"""Measuring one ranker on one task: rankers are fitted once a pool and kept."""

from dataclasses import dataclass

import numpy as np

from bot.evaluation.cases import (
    COLD_START,
    LOOP,
    MERGED,
    STATIC,
    Case,
    cold_start_cases,
    loop_cases,
    merged_cases,
    static_cases,
)
from bot.evaluation.data_set import DataSet
from bot.evaluation.loop import found_by_day
from bot.evaluation.metrics import order_of, pairwise_loss, ranking_metrics, recall
from bot.evaluation.peer import Corpus, Peer
from bot.evaluation.peers import make_peer
from bot.evaluation.texts import Texts
from bot.ranking.bm25 import Floats
from bot.ranking.inverted_lists import Ints

FOUND = "found@"
"""Metric names of the loop: `found@5` is the share found after five days."""


@dataclass(frozen=True, slots=True)
class Job:
    """A ranker on a task; `k` likes known (cold start and merged), or the `reader` of the splits (static, loop)."""

    ranker: str
    task: str
    k: int = 0
    reader: str = ""


@dataclass(frozen=True)
class Measured:
    """What a job gave: `values[metric]` float64[n] beside `cases`, the names of what was ranked for.

    `k` is how many likes were known at the start.
    """

    job: Job
    k: int
    cases: tuple[str, ...]
    values: dict[str, Floats]


class Workshop:
    def __init__(self, data: DataSet, seed: int) -> None:
        self._data = data
        self._seed = seed
        self._texts = Texts(data.papers, data.background)
        self._peers: dict[tuple[str, str], tuple[Peer, Ints]] = {}

    def measure(self, job: Job) -> Measured:
        cases = self._cases(job)
        rows = [self._measure(job, case) for case in cases]
        values = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        return Measured(job, job.k or len(cases[0].known.liked), tuple(case.name for case in cases), values)

    def _cases(self, job: Job) -> list[Case]:
        if job.task == COLD_START:
            return cold_start_cases(self._data, job.k)
        if job.task == MERGED:
            return merged_cases(self._data, job.k, self._seed)
        return (static_cases if job.task == STATIC else loop_cases)(self._data, job.reader)

    def _measure(self, job: Job, case: Case) -> dict[str, float]:
        peer, fitted_to = self._fitted(job.ranker, case.pool)
        if job.task == LOOP:
            return {FOUND + day: share for day, share in found_by_day(peer, fitted_to, case).items()}
        scores = peer.score(case.known)[np.searchsorted(fitted_to, case.candidates)]
        return case_metrics(case, scores)

    def _fitted(self, ranker: str, pool: str) -> tuple[Peer, Ints]:
        if (ranker, pool) not in self._peers:
            peer, candidates = make_peer(ranker, self._seed), self._data.candidates(pool)
            peer.fit(Corpus(self._texts, candidates, self._data.readers))
            self._peers[ranker, pool] = peer, candidates
        return self._peers[ranker, pool]


def case_metrics(case: Case, scores: Floats) -> dict[str, float]:
    """The metrics of one ranking of the case's candidates; with ratings the pairwise loss in place of the others.

    A merged reader's `worse_half@20` (@100) is the smaller of the two halves' recalls: a ranker that serves one of two
    fields only has 0.
    """
    if case.ratings:
        papers, ratings = zip(*case.ratings, strict=True)
        rated = np.searchsorted(case.candidates, np.array(papers, np.int64))
        return {"pairwise_loss": pairwise_loss(scores[rated], np.array(ratings))}
    metrics = ranking_metrics(scores, np.isin(case.candidates, case.relevant))
    halves = [half for half in case.halves if half]
    if halves:
        ranked = case.candidates[order_of(scores)]
        for k in (20, 100):
            metrics[f"worse_half@{k}"] = min(recall(np.isin(ranked, half), k) for half in halves)
    return metrics
