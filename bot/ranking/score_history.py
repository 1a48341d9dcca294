"""What was scored for a person lately, in few bytes: thresholds are percentiles of it.

A history is `DAYS` slots of `DAY_BYTES` bytes, little-endian: the day (u32, a date's ordinal, 0 for an empty slot) and
the `SCORES` best scores of that day (float16, rounded down, falling, 0 where there were fewer). A day's slot is its
ordinal modulo `DAYS`, so that a new day takes the place of the one that is too old. A paper is scored on every day that
it is fresh; only the day on which it is met first counts.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.domain.subscription import Threshold

DAYS = 30
SCORES = 8
"""The best so many of a day are kept: more than a digest usually holds."""

LEAST_DAYS = 4
"""With fewer days on record a percentile says nothing yet. A weekly digest has just so many in 30 days."""

PERCENTILES: Mapping[Threshold, float] = {Threshold.FEW: 80.0, Threshold.NORMAL: 40.0, Threshold.MANY: 0.0}
"""Of the `SCORES` best papers of each day: few lets one or two of a day through, normal about five, many all."""

_SLOT = np.dtype([("day", "<u4"), ("scores", "<f2", (SCORES,))])
DAY_BYTES = _SLOT.itemsize
HISTORY_BYTES = DAYS * DAY_BYTES

Scores = npt.NDArray[np.float64]


class Histories:
    """The histories of P people, side by side. What is missing or no history of this form counts as empty."""

    def __init__(self, encoded: Sequence[bytes]) -> None:
        whole = [one if len(one) == HISTORY_BYTES else bytes(HISTORY_BYTES) for one in encoded]
        self._slots = np.frombuffer(bytearray(b"".join(whole)), _SLOT).reshape(len(whole), DAYS)

    def thresholds(self, kinds: Sequence[Threshold], day: int) -> list[float]:
        """The score that a paper needs on this day; 0 where too few of the 30 days before it are known."""
        days = self._slots["day"].astype(np.int64)
        counts = (days > day - DAYS) & (days < day)
        scores = (
            np.where(counts[:, :, None], self._slots["scores"], 0).reshape(len(days), DAYS * SCORES).astype(np.float64)
        )
        falling = -np.sort(-scores, axis=1)
        known = (falling > 0).sum(axis=1)
        share = np.array([1 - PERCENTILES[kind] / 100 for kind in kinds])
        # The last of the best `share` of all: what is at least as good passes.
        place = np.ceil(share * known).astype(np.int64) - 1
        found = falling[np.arange(len(days)), np.clip(place, 0, None)]
        needed: list[float] = np.where((counts.sum(axis=1) >= LEAST_DAYS) & (share < 1), found, 0.0).tolist()
        return needed

    def last_days(self, day: int) -> list[int]:
        """The latest day on record before this one, 0 where there is none."""
        days = self._slots["day"].astype(np.int64)
        latest: list[int] = np.where(days < day, days, 0).max(axis=1, initial=0).tolist()
        return latest

    def record(self, day: int, best: Sequence[Sequence[float]]) -> None:
        """Put down the scores of a day, of each person those of papers met first on it, in falling order."""
        slot = self._slots[:, day % DAYS]
        slot["day"] = day
        table = np.zeros((len(best), SCORES))
        for row, scores in zip(table, best, strict=True):
            some = scores[:SCORES]
            row[: len(some)] = some
        slot["scores"] = _rounded_down(table)

    def days(self, person: int) -> list[tuple[int, list[float]]]:
        """What is on record of the person at this place: each day with its scores, oldest first."""
        slots = sorted(self._slots[person], key=lambda slot: int(slot["day"]))
        return [(int(slot["day"]), [float(one) for one in slot["scores"] if one > 0]) for slot in slots if slot["day"]]

    def encoded(self) -> list[bytes]:
        return [row.tobytes() for row in self._slots]


def _rounded_down(values: Scores) -> npt.NDArray[np.float16]:
    """A paper that scores what is on record passes: rounding must not have put the record above it."""
    clipped = np.clip(values, 0, float(np.finfo(np.float16).max))
    near = clipped.astype(np.float16)
    return np.where(near.astype(np.float64) > clipped, np.nextafter(near, np.float16(0)), near)
