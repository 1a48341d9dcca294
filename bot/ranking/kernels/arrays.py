"""What the kernels are handed: arrays side by side under names."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

TEXT, FIELD, TAUGHT, NEAREST = 0, 1, 2, 3
"""Roles of queries: what a person typed; a name or category; learned from feedback and added up; learned, of which only
the best few count."""
NO_ROLE = -1

DONE, UNSURE, DAMAGED = 0, 1, 2
"""What became of a profile: ranked; left to the exact ranker; not a vector of this form."""


class Vectors(NamedTuple):
    """Profile vectors (bot.domain.profile_vector) end to end, seen as four types; starts int64[P + 1] in words."""

    words: npt.NDArray[np.uint32]
    singles: npt.NDArray[np.float32]
    doubles: npt.NDArray[np.float64]
    octets: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]


class Day(NamedTuple):
    """A bot.ranking.day_matrix.DayMatrix; `dense` has W columns, the documents and a few zeros."""

    norm: npt.NDArray[np.float64]
    idf: npt.NDArray[np.float64]
    starts: npt.NDArray[np.int32]
    postings: Array
    weight_step: float
    tfs: npt.NDArray[np.uint8]
    classes: npt.NDArray[np.uint8]
    dense: npt.NDArray[np.float32]
    common_tfs: npt.NDArray[np.uint8]
    bitmap: npt.NDArray[np.uint32]
    slots: npt.NDArray[np.uint64]
    shift: int
    most_terms: int


class Stated(NamedTuple):
    """What the background corpus says of the terms of stated interests: rising ids, IDF, whether they are telling."""

    ids: npt.NDArray[np.uint32]
    idf: npt.NDArray[np.float64]
    telling: npt.NDArray[np.bool_]


class Hidden(NamedTuple):
    """Documents that are no candidates for a profile: docs[starts[p]:starts[p + 1]], each once."""

    starts: npt.NDArray[np.int64]
    docs: npt.NDArray[np.int32]


class Rules(NamedTuple):
    """Constants of the ranking; the floors with the ranker's allowance for rounding. roles int64[kind code]; `nearest`
    is how many queries of that role count."""

    k1: float
    interest_floor: float
    learned_floor: float
    telling_cap: float
    highest_idf: float
    roles: npt.NDArray[np.int64]
    nearest: int


class Found(NamedTuple):
    """The result: of profile p counts[p] documents with their scores, best first; how many were candidates; a state."""

    counts: npt.NDArray[np.int32]
    docs: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float64]
    candidates: npt.NDArray[np.int32]
    states: npt.NDArray[np.uint8]
