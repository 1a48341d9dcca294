"""The readers of a data set for the simulation: what they like from the start, what they come to like, when it appears.

The data are those of `paperboy evaluate` (bot.evaluation.readers); papers that are `new` come one day after another.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.evaluation.papers_file import DataSetError, RatedPaper
from bot.evaluation.readers import read_data_set


class SimulationError(Exception):
    """The data cannot be simulated with; the text says what is wrong with them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """`liked` are indices into the archive, `later` into the new papers."""

    id: str
    liked: tuple[int, ...]
    later: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Readers:
    """`archive` is what was published before the simulation starts, `new` what appears in its days."""

    archive: tuple[RatedPaper, ...]
    new: tuple[RatedPaper, ...]
    readers: tuple[Reader, ...]


def read_readers(folder: Path, limit: int, seed: int) -> Readers:
    """`limit` readers drawn from those with a liked and a later paper, in the order of the file.

    SimulationError for data of another shape and for fewer readers than two; OSError.
    """
    try:
        data = read_data_set(folder)
    except DataSetError as error:
        raise SimulationError(str(error)) from None
    old, new = ([at for at, paper in enumerate(data.papers) if paper.new is kind] for kind in (False, True))
    old_place, new_place = ({at: place for place, at in enumerate(places)} for places in (old, new))
    readers = [
        Reader(
            one.id,
            tuple(old_place[at] for at in one.liked if at in old_place),
            tuple(new_place[at] for at in one.later if at in new_place),
        )
        for one in data.readers
    ]
    usable = [reader for reader in readers if reader.liked and reader.later]
    if len(usable) < 2:
        raise SimulationError(f"{folder} has fewer than two readers with a liked and a later paper")
    drawn = np.random.default_rng([seed, 0]).permutation(len(usable))[:limit]
    return Readers(
        tuple(data.papers[at] for at in old),
        tuple(data.papers[at] for at in new),
        tuple(usable[at] for at in sorted(drawn.tolist())),
    )


def daily_pools(readers: Readers, days: int, seed: int) -> list[list[int]]:
    """The new papers in `days` disjoint pools of nearly the same size; each reader's later papers are spread evenly.

    SimulationError where there are fewer new papers than days.
    """
    if len(readers.new) < days:
        raise SimulationError(f"{days} days need at least as many new papers; there are {len(readers.new)}")
    draw = np.random.default_rng([seed, 1])
    day_of = np.full(len(readers.new), -1)
    counts = [0] * days
    size = -(-len(readers.new) // days)
    for reader in readers.readers:
        mine = draw.permutation(np.array(reader.later)).tolist()
        start = int(draw.integers(days))
        for number, paper in enumerate(mine):
            day = (start + number * days // len(mine)) % days
            if day_of[paper] < 0 and counts[day] < size:
                day_of[paper] = day
                counts[day] += 1
    for paper in draw.permutation(np.flatnonzero(day_of < 0)).tolist():
        day = counts.index(min(counts))
        day_of[paper] = day
        counts[day] += 1
    return [np.flatnonzero(day_of == day).tolist() for day in range(days)]
