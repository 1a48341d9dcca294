"""The first papers for somebody of whom nothing is known: those whose answers promise the best next list.

Nobody is known, so everybody is imagined: around each candidate a reader, who wants the papers nearest to it and to its
nearest neighbours. What an answer would bring is tried out on them. They like a paper of their field, and a like brings
the papers nearest to it; it is worth to a reader as many of these as they want. A paper on everything is liked by many
and tells little of any of them, an odd one says much and is liked by nobody: this weighs the two.

    W(S) = sum over readers r of max over p in S, p in field(r), of |list(p) & wanted(r)|

W never falls and grows less with every paper, so that the greedy choice has at least 1 - 1/e of the best possible
(Nemhauser, Wolsey and Fisher, 1978).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.domain.paper import PaperKey
from bot.domain.ranking import Candidates
from bot.ranking.bm25 import Bm25
from bot.ranking.candidate_vectors import Matrix, candidate_vectors
from bot.ranking.eligibility import Eligibility
from bot.ranking.inverted_lists import Ints
from bot.ranking.parameters import RankingSettings
from bot.ranking.term_index import TermIndex

NEIGHBOURS = 4
"""So many papers beside the one in the middle make an imagined reader: nobody is after a single paper."""

FIELD_SHARE = 0.10
WANTED_SHARE = 0.05
"""Of the candidates an imagined reader likes so many if asked, and wants so many listed. Half or twice as much of
either chooses as well."""

LISTED = 10
"""A like is judged by so many papers that it brings."""

FEWEST = 5
"""Nobody wants fewer papers than this, however few candidates there are."""

NEARLY = 0.8
"""What brings so much of what the chosen paper brings may take its place."""

ROUNDING = np.float32(1 - 1e-5)
"""Papers of the same text are equals, however the sums of their cosines are rounded."""

Worth = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FirstPapers:
    """`places`: for each paper to show, the one chosen, then what would do nearly as well there, best first; no paper
    is in two places. `candidates` is how many papers they were chosen from."""

    places: tuple[tuple[PaperKey, ...], ...]
    candidates: int


def first_papers(
    index: TermIndex,
    candidates: Candidates,
    count: int,
    *,
    muted: Sequence[Sequence[str]] = (),
    settings: RankingSettings | None = None,
) -> FirstPapers:
    """At most `count` places, the one that promises the most first. `muted` is as in a profile."""
    bm25 = Bm25(index, settings or RankingSettings())
    keys, vectors = candidate_vectors(Eligibility(index, candidates, muted), bm25)
    if not len(keys) or count < 1:
        return FirstPapers((), len(keys))
    cosines = vectors @ vectors.T
    worth = _worth(cosines)
    chosen = _greedy(worth, min(count, len(keys)))
    owner = cosines[chosen].argmax(axis=0)
    owner[chosen] = np.arange(len(chosen))
    places = []
    for number, paper in enumerate(chosen):
        others = [other for other in chosen if other != paper]
        gains = _gains(worth, worth[others].max(axis=0, initial=0))
        equals = np.flatnonzero((owner == number) & (cosines[paper] > 0) & (gains >= NEARLY * gains[paper]))
        gains[paper] = gains.max() + 1
        best_first = equals[np.argsort(-gains[equals], kind="stable")]
        places.append(tuple(PaperKey(key) for key in keys[best_first].tolist()))
    return FirstPapers(tuple(places), len(keys))


def _worth(cosines: Matrix) -> Worth:
    """uint8[papers, readers]: how many papers that the reader wants a like of the paper brings, 0 without a like."""
    count = len(cosines)
    wanted = min(count, max(FEWEST, round(WANTED_SHARE * count)))
    field = min(count, max(FEWEST, round(FIELD_SHARE * count)))
    listed = min(LISTED, wanted, count - 1)
    if not listed:
        return np.ones((1, 1), np.uint8)
    others = cosines.copy()
    np.fill_diagonal(others, -1)
    beside = min(NEIGHBOURS, listed)
    nearest = np.argpartition(-others, (beside - 1, listed - 1), axis=1)[:, :listed]
    affinity = cosines.copy()
    for at in range(beside):
        alike = others[np.arange(count), nearest[:, at]] > 0
        affinity += cosines[nearest[:, at]] * alike[:, None]
    ordered = np.partition(affinity, (count - field, count - wanted), axis=1) * ROUNDING
    wants = ((affinity >= ordered[:, count - wanted, None]) & (affinity > 0)).T.astype(np.uint8)
    likes = ((affinity >= ordered[:, count - field, None]) & (affinity > 0)).T
    brings = np.zeros((count, count), np.uint8)
    for at in range(listed):
        brings += wants[nearest[:, at]]
    return brings * likes


def _greedy(worth: Worth, count: int) -> list[int]:
    chosen: list[int] = []
    best = np.zeros(worth.shape[1], np.uint8)
    for _ in range(count):
        gains = _gains(worth, best)
        gains[chosen] = -1
        chosen.append(int(gains.argmax()))
        best = np.maximum(best, worth[chosen[-1]])
    return chosen


def _gains(worth: Worth, best: Worth) -> Ints:
    """int64[papers]: what each adds for all readers to the best that they have so far."""
    gains: Ints = np.maximum(worth, best).sum(axis=1, dtype=np.int64) - int(best.sum(dtype=np.int64))
    return gains
