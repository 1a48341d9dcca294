"""What every ranker that is measured looks like, Paperboy's own among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.evaluation.data_set import Positions, Reader
from bot.evaluation.texts import Texts
from bot.ranking.bm25 import Floats
from bot.ranking.inverted_lists import Ints


@dataclass(frozen=True, slots=True)
class Known:
    """What a ranker may know of whom it ranks for. `readers`: the ids of who it is (two for merged readers)."""

    liked: Positions
    disliked: Positions = ()
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a ranker is fitted to: texts with their background, and what can be asked for (ascending positions).

    `readers` are all readers: only popularity looks at them.
    """

    texts: Texts
    candidates: Ints
    readers: Sequence[Reader] = ()


class Peer(Protocol):
    """A ranker. `fit` is called once before `score`."""

    def fit(self, corpus: Corpus) -> None: ...

    def score(self, known: Known) -> Floats:
        """float64[D], one for each of the corpus' candidates, -inf for those without a score; higher is better."""
        ...
