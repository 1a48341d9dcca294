import numpy as np

from bot.evaluation.cases import Case
from bot.evaluation.loop import A_DAY, found_by_day
from bot.evaluation.peer import Corpus, Known
from bot.ranking.bm25 import Floats


class Remembering:
    """Ranks the highest position first, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Known] = []

    def fit(self, corpus: Corpus) -> None:
        raise AssertionError("it is fitted already")

    def score(self, known: Known) -> Floats:
        self.told.append(known)
        return np.arange(100, 200, dtype=np.float64)


def case(relevant: tuple[int, ...]) -> Case:
    return Case("one", Known((100,), (), ("one",)), np.arange(101, 200), relevant)


def test_each_day_shows_ten_papers_and_the_next_ranking_knows_the_answers() -> None:
    peer = Remembering()
    found = found_by_day(peer, np.arange(100, 200), case((199, 185, 160, 101)), days=(1, 2, 5, 20))
    assert found == {"1": 0.25, "2": 0.5, "5": 0.75, "20": 1.0}
    assert len(peer.told) == 10  # 99 candidates are all shown by then
    first, second, third = peer.told[:3]
    assert (first.liked, first.disliked) == ((100,), ())
    assert second.liked == (100, 199)
    assert set(second.disliked) == set(range(190, 199))
    assert third.liked == (100, 199, 185)
    assert len(third.disliked) == 2 * A_DAY - 2
    assert all(known.readers == ("one",) for known in peer.told)


def test_papers_are_not_shown_twice() -> None:
    peer = Remembering()
    found_by_day(peer, np.arange(100, 200), case((150,)), days=(3,))
    last = peer.told[-1]
    seen = [*last.liked, *last.disliked]
    assert len(seen) == len(set(seen)) == 1 + 2 * A_DAY
