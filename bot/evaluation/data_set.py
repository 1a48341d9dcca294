"""A data set in memory: papers, readers, and what of their feedback is known at the start of a task."""

import random
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from bot.evaluation.papers_file import RatedPaper
from bot.ranking.inverted_lists import Ints

Positions = tuple[int, ...]
"""Papers by their place among all papers of the data set in ascending order of ids."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What a reader likes: `liked` in order, `later` to be found, or `ratings` (paper, number) in its place."""

    id: str
    liked: Positions
    disliked: Positions = ()
    later: Positions = ()
    ratings: tuple[tuple[int, float], ...] = ()
    pool: str = ""

    @property
    def judged(self) -> frozenset[int]:
        return frozenset((*self.liked, *self.disliked))


@dataclass(frozen=True, slots=True)
class Split:
    """What of a reader's feedback is known at the start of the static and of the loop task."""

    seed: int
    reader: Reader
    static_liked: Positions
    static_disliked: Positions
    loop_liked: Positions


@dataclass(frozen=True)
class DataSet:
    papers: tuple[RatedPaper, ...]
    readers: tuple[Reader, ...]
    splits: tuple[Split, ...] = ()

    @cached_property
    def background(self) -> Ints:
        """Where IDF and average length come from: the papers that are not new; all where none or every one is."""
        old = np.array([not paper.new for paper in self.papers], np.bool_)
        return np.flatnonzero(old) if old.any() else np.arange(len(old))

    def candidates(self, pool: str = "") -> Ints:
        """The papers of the pool; without one the new papers, or all where none is new."""
        if pool:
            return np.array([at for at, paper in enumerate(self.papers) if paper.pool == pool], np.int64)
        new = [at for at, paper in enumerate(self.papers) if paper.new]
        return np.array(new, np.int64) if new else np.arange(len(self.papers))

    def sample(self, count: int, seed: int) -> "DataSet":
        """The same with `count` readers drawn by seed, in their old order; with all where there are no more."""
        if count >= len(self.readers):
            return self
        chosen = sorted(random.Random(seed).sample(range(len(self.readers)), count))
        readers = tuple(self.readers[at] for at in chosen)
        names = {reader.id for reader in readers}
        return replace(self, readers=readers, splits=tuple(one for one in self.splits if one.reader.id in names))
