"""The tasks: what is known of a reader, what is to be ranked, and what should stand first."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

import numpy as np

from bot.evaluation.data_set import DataSet, Positions, Reader
from bot.evaluation.papers_file import DataSetError
from bot.evaluation.peer import Known
from bot.ranking.inverted_lists import Ints

COLD_START = "cold-start"
MERGED = "merged"
STATIC = "static"
LOOP = "loop"


@dataclass(frozen=True)
class Case:
    """One thing to rank. `candidates` ascend and hold nothing known; `halves`: what each of two merged readers wants.

    `readers` names what a mean is taken over; `pool` is where the candidates come from ("" for all readers' own).
    """

    name: str
    known: Known
    candidates: Ints
    relevant: Positions = ()
    ratings: tuple[tuple[int, float], ...] = ()
    halves: tuple[Positions, ...] = ()
    pool: str = ""


def cold_start_cases(data: DataSet, k: int) -> list[Case]:
    """A case a reader: the first `k` liked papers (all, where there are fewer) and every dislike are known.

    The reader's other known papers are neither told nor candidates.
    """
    return [
        Case(
            reader.id,
            Known(reader.liked[:k], reader.disliked, (reader.id,)),
            _without(data.candidates(reader.pool), reader.judged),
            reader.later,
            reader.ratings,
            pool=reader.pool,
        )
        for reader in data.readers
    ]


def merged_cases(data: DataSet, k: int, seed: int) -> list[Case]:
    """Cases of two readers in one: `k` likes of each, taken in turns, and what either is to find is to be found.

    Pairs are drawn by seed among the readers with the same candidates; one who is left over takes no part, nor
    does a pair that knows all of its papers already. DataSetError where there is no pair, and for ratings, which have
    no union.
    """
    if any(reader.ratings for reader in data.readers):
        raise DataSetError("--merged needs readers with 'later'; ratings of two readers cannot be put together")
    groups: dict[str, list[Reader]] = {}
    for reader in data.readers:
        groups.setdefault(reader.pool, []).append(reader)
    cases = []
    for pool, readers in groups.items():
        shuffled = random.Random(seed).sample(readers, len(readers))
        pairs = zip(shuffled[::2], shuffled[1::2], strict=False)
        cases += [case for one, other in pairs if (case := _merged(data, one, other, k, pool)).relevant]
    if not cases:
        raise DataSetError("--merged needs two readers with the same candidates; there are none")
    return cases


def static_cases(data: DataSet, reader: str) -> list[Case]:
    """A case a split of the reader: some likes and dislikes are known, the other likes are to be found in the rest."""
    return [
        _split_case(data, split.reader, split.seed, split.static_liked, split.static_disliked)
        for split in data.splits
        if split.reader.id == reader
    ]


def loop_cases(data: DataSet, reader: str) -> list[Case]:
    """The state before the first day, a case a split: a few likes are known."""
    return [
        _split_case(data, split.reader, split.seed, split.loop_liked, ())
        for split in data.splits
        if split.reader.id == reader
    ]


def _split_case(data: DataSet, reader: Reader, seed: int, liked: Positions, disliked: Positions) -> Case:
    known = {*liked, *disliked}
    return Case(
        f"{reader.id}, seed {seed}",
        Known(liked, disliked, (reader.id,)),
        _without(data.candidates(reader.pool), known),
        tuple(paper for paper in reader.liked if paper not in known),
        pool=reader.pool,
    )


def _merged(data: DataSet, one: Reader, other: Reader, k: int, pool: str) -> Case:
    liked = _in_turns(one.liked[:k], other.liked[:k])
    disliked = tuple(paper for paper in _in_turns(one.disliked, other.disliked) if paper not in liked)
    judged = one.judged | other.judged
    wanted = tuple(tuple(paper for paper in reader.later if paper not in judged) for reader in (one, other))
    return Case(
        f"{one.id} + {other.id}",
        Known(liked, disliked, (one.id, other.id)),
        _without(data.candidates(pool), judged),
        tuple(dict.fromkeys(chain(*wanted))),
        halves=wanted,
        pool=pool,
    )


def _in_turns(one: Positions, other: Positions) -> Positions:
    pairs = chain.from_iterable(zip_longest(one, other))
    return tuple(dict.fromkeys(paper for paper in pairs if paper is not None))


def _without(candidates: Ints, known: Sequence[int] | frozenset[int] | set[int]) -> Ints:
    return np.setdiff1d(candidates, np.array(sorted(known), np.int64))
