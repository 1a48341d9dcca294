"""What a ranking comes to: papers in order, each with the parts of its score and the steps after it."""

from dataclasses import dataclass

from bot.domain.paper import PaperKey
from bot.domain.ranking import Part, Step


@dataclass(frozen=True, slots=True)
class Ranked:
    """A paper of a ranking. `rank` counts from 1; `score` is the sum of all terms of `parts`."""

    key: PaperKey
    rank: int
    score: float
    parts: tuple[Part, ...]
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedList:
    """`candidates` is how many papers were eligible, whether or not they scored."""

    entries: tuple[Ranked, ...]
    candidates: int
