"""`paperboy bench ranking`: profiles a second, beside what one would run instead; how it grows; how it loads."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bot.domain.profile import Profile
from bot.domain.profile_vector import encode_vector
from bot.evaluation.corpus import Texts
from bot.evaluation.ranking_loading import Loading
from bot.evaluation.ranking_peers import CHUNK, K, Peer, library, peers
from bot.evaluation.ranking_setup import OTHERS, PLAIN, SINCE, Setup, built_profiles, make_setup, short_profiles
from bot.ranking.batch import BatchScorer
from bot.ranking.parameters import RankingSettings

SHORT, BUILT = "70-term", "production"
BATCH = 10_000
"""Profiles handed to the batch scorer at a time."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is measured: profiles in the main table (of so many distinct ones), the two slopes, rounds (the best
    counts), and on how many profiles the library itself is measured and compared with."""

    profiles: int = 100_000
    papers: int = 1_000
    distinct: int = 10_000
    distinct_built: int = 500
    built: int = 10_000
    slope_profiles: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    slope_papers: tuple[int, ...] = (250, 500, 1_000, 2_000, 4_000, 8_000)
    rounds: int = 3
    sample: int = 1_000
    sample_built: int = 5
    others: int = OTHERS


@dataclass(frozen=True, slots=True)
class Rate:
    """A row: `same_top10` is on which share of a sample the first ten are those of the library, None if not asked."""

    scorer: str
    kind: str
    profiles: int
    papers: int
    profiles_per_s: float
    same_top10: float | None = None
    unsure: int | None = None


def measure_rates(texts: Texts, cache: Path, threads: int, sizes: Sizes) -> Iterator[Rate]:
    """The main table, kind by kind, then the slopes. All peers of a kind run in turn, round by round.

    ValueError without texts; ModuleNotFoundError where the extra `evaluation` is not installed.
    """
    setup = make_setup(texts, sizes.papers, sizes.others)
    short = short_profiles(setup, min(sizes.distinct, sizes.profiles))
    built = built_profiles(setup, min(sizes.distinct_built, sizes.built))
    plain = BatchScorer(setup.day, SINCE, cache, settings=PLAIN, threads=threads)
    whole = BatchScorer(setup.day, SINCE, cache, background=setup.background, threads=threads)
    yield from _table(SHORT, setup, plain, short, sizes.profiles, sizes.sample, threads, sizes)
    yield from _table(BUILT, setup, whole, built, sizes.built, sizes.sample_built, threads, sizes)
    vectors = [encode_vector(profile) for profile in short]
    for count in sizes.slope_profiles:
        yield _slope("paperboy: more profiles", plain, vectors, count, sizes.rounds)
    for papers in sizes.slope_papers:
        day = make_setup(texts, papers, 0).day
        scorer = BatchScorer(day, SINCE, cache, settings=PLAIN, threads=threads)
        yield _slope("paperboy: more papers", scorer, vectors, len(vectors), sizes.rounds)


def _table(
    kind: str,
    setup: Setup,
    scorer: BatchScorer,
    profiles: Sequence[Profile],
    count: int,
    sample: int,
    threads: int,
    sizes: Sizes,
) -> Iterator[Rate]:
    """All scorers take turns, round by round, so that whatever else the machine does slows all of them alike."""
    vectors = [encode_vector(profile) for profile in profiles]
    same = same_top10(setup, scorer, profiles[:sample], PLAIN) if kind == SHORT else None
    mine = _Paperboy(scorer, vectors, count)
    others = [_Peer(peer, profiles) for peer in peers(setup.papers, scorer.day, PLAIN, threads, sample)]
    for number in range(sizes.rounds):
        mine.run()
        for other in others:
            other.run(is_first=number == 0)
    papers = scorer.day.documents
    yield Rate("paperboy", kind, count, papers, mine.profiles_per_s, same, mine.unsure)
    for other in others:
        yield Rate(other.peer.name, kind, other.profiles, papers, other.profiles_per_s)


def _slope(name: str, scorer: BatchScorer, vectors: Sequence[bytes], count: int, rounds: int) -> Rate:
    mine = _Paperboy(scorer, vectors, count)
    for _ in range(1 if count > 200_000 else rounds):
        mine.run()
    return Rate(name, SHORT, count, scorer.day.documents, mine.profiles_per_s, unsure=mine.unsure)


class _Paperboy:
    """From vectors as they are stored to keys and exact scores; a bounded number at a time."""

    def __init__(self, scorer: BatchScorer, vectors: Sequence[bytes], count: int) -> None:
        self._scorer, self._vectors, self._count = scorer, vectors, count
        self._best = float("inf")
        self.unsure = 0
        scorer.score(vectors[:1], K)  # compiled, or read from the cache

    def run(self) -> None:
        self._best = min(self._best, _seconds(self._all))

    def _all(self) -> None:
        self.unsure = 0
        endless = itertools.cycle(self._vectors)
        for start in range(0, self._count, BATCH):
            found = self._scorer.score(list(itertools.islice(endless, min(BATCH, self._count - start))), K)
            self.unsure += len(found.unsure)

    @property
    def profiles_per_s(self) -> float:
        return round(self._count / self._best, 1)


class _Peer:
    """A peer sees the same distinct profiles; its input is made ready before the clock starts.

    Those that are measured on a sample take their time: they have one round.
    """

    def __init__(self, peer: Peer, profiles: Sequence[Profile]) -> None:
        self.peer = peer
        some = profiles[: peer.sample]
        size = len(some) if peer.sample is not None else CHUNK
        self._chunks = [some[start : start + size] for start in range(0, len(some), size)]
        self._best = [float("inf")] * len(self._chunks)
        self.profiles = len(some)

    def run(self, *, is_first: bool) -> None:
        if self.peer.sample is not None and not is_first:
            return
        for at, chunk in enumerate(self._chunks):
            if self.peer.sample is None:
                self.peer.rank(chunk)  # compiled, converted
            self._best[at] = min(self._best[at], _seconds(lambda chunk=chunk: self.peer.rank(chunk)))  # type: ignore[misc]

    @property
    def profiles_per_s(self) -> float:
        return round(self.profiles / sum(self._best), 1)


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def same_top10(setup: Setup, scorer: BatchScorer, profiles: Sequence[Profile], settings: RankingSettings) -> float:
    """On which share of the profiles the library gives Paperboy's papers, rank by rank, the ten highest scores of its
    own, to 9 digits: of papers that tie, either may come first."""
    okapi = library(setup.papers, settings)
    found = scorer.score([encode_vector(profile) for profile in profiles], K)
    places = {paper.stored_key: at for at, paper in enumerate(setup.papers)}
    same = 0
    for at, profile in enumerate(profiles):
        scores = okapi.get_scores([term for query in profile.queries for term in query.terms])
        theirs = np.sort(scores[scores > 0])[::-1][:K]
        mine = scores[[places[key] for key, _ in found.of(at)]]
        same += len(mine) == len(theirs) and np.allclose(mine, theirs, rtol=1e-9, atol=0)
    return same / len(profiles) if profiles else 1.0


def ranking_document(rates: Sequence[Rate], loading: Sequence[Loading]) -> dict[str, object]:
    """The `--json` document."""
    return {"rows": [asdict(rate) for rate in rates], "loading": [asdict(row) for row in loading]}


def ranking_table(rates: Sequence[Rate], loading: Sequence[Loading]) -> str:
    """The rows as Markdown, with the ratio to rank_bm25 of the same kind."""
    base = {rate.kind: rate.profiles_per_s for rate in rates if rate.scorer == "rank-bm25"}
    lines = [
        "| scorer | profiles | number | papers | profiles/s | x rank-bm25 | same first ten |",
        "|---|---|---|---|---|---|---|",
    ]
    for rate in rates:
        ratio = f"{rate.profiles_per_s / base[rate.kind]:,.1f}" if rate.kind in base else "-"
        same = "-" if rate.same_top10 is None else f"{rate.same_top10:.1%}"
        lines.append(
            f"| {rate.scorer} | {rate.kind} | {rate.profiles:,} | {rate.papers:,} | {rate.profiles_per_s:,.0f} "
            f"| {ratio} | {same} |"
        )
    if loading:
        lines += [
            "",
            "| database | profiles | number | bytes each | load all | update one |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {row.database} | {row.kind} | {row.profiles:,} | {row.bytes_each:,} | {row.load_s:.2f} s "
            f"| {row.update_ms:.1f} ms |"
            for row in loading
        ]
    return "\n".join(lines)
