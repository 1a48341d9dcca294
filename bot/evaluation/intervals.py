"""How sure a mean over readers is: percentile bootstrap (Efron, 1979), with the readers as what is drawn."""

from dataclasses import dataclass

import numpy as np

from bot.ranking.bm25 import Floats
from bot.ranking.inverted_lists import Ints

RESAMPLES = 2_000
LEVEL = 95.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its 95 % confidence interval."""

    mean: float
    low: float
    high: float


def estimate(values: Floats, seed: int) -> Estimate:
    """The mean of values (float64[n], one a reader, n > 0), with the interval from 2,000 resamples.

    The same seed and number of readers give the same resamples, whatever the values: two rankers are compared on equal
    draws, and the interval of a paired difference is that of `values - baseline`.
    """
    draws = np.random.default_rng([seed, len(values)]).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), [(100 - LEVEL) / 2, (100 + LEVEL) / 2])
    return Estimate(float(values.mean()), float(low), float(high))


def halves(count: int, seed: int) -> tuple[Ints, Ints]:
    """Two halves of `count` readers, drawn by seed: their places, ascending. The second is the smaller one."""
    shuffled = np.random.default_rng([seed, count, 2]).permutation(count)
    middle = -(-count // 2)
    return np.sort(shuffled[:middle]), np.sort(shuffled[middle:])
