import math

import pytest

from bot.ranking.bm25 import Bm25
from bot.ranking.own_idf import OwnIdf, Weights
from bot.ranking.parameters import RankingSettings
from bot.ranking.term_index import TermIndex
from tests.unit.ranking.makers import corpus, index_of

PAPERS = corpus("graph tree", "graph cut", "sonar", *(f"filler{at}" for at in range(17)))
SETTINGS = RankingSettings(prior_papers=10)
BM25 = Bm25(index_of(PAPERS), SETTINGS)
GRAPH_IDF = math.log((20 - 2 + 0.5) / (2 + 0.5))


def _applied(weights: Weights, judged: list[tuple[float, Weights]], bm25: Bm25 = BM25, **settings: float) -> Weights:
    return OwnIdf(judged, bm25, RankingSettings(**{"prior_papers": 10} | settings)).applied(weights)  # type: ignore[arg-type]


def test_with_nothing_judged_every_word_keeps_its_idf() -> None:
    assert _applied({"graph": 2.0, "sonar": 1.0}, []) == {"graph": 2.0, "sonar": 1.0}
    assert _applied({}, []) == {}


def test_the_idf_is_that_of_the_judged_papers_and_the_prior_together() -> None:
    judged = [(1.0, {"graph": 3.0, "tree": 1.0}), (1.0, {"graph": 1.0}), (1.0, {"cut": 1.0})]
    rate = (2 + 10 * 2.5 / 21) / (3 + 10)
    assert _applied({"graph": GRAPH_IDF}, judged)["graph"] == pytest.approx(math.log((1 - rate) / rate))


def test_words_of_all_judged_papers_lose_weight_beside_words_of_few() -> None:
    judged = [(1.0, {"graph": 1.0}), (1.0, {"graph": 1.0, "sonar": 1.0})]
    after = _applied({"graph": 1.0, "sonar": 1.0, "filler3": 1.0}, judged)
    assert after["graph"] < after["sonar"] < 1.0 < after["filler3"]


def test_a_faded_paper_counts_less() -> None:
    fresh = _applied({"graph": 1.0}, [(1.0, {"graph": 1.0})])["graph"]
    faded = _applied({"graph": 1.0}, [(0.25, {"graph": 1.0})])["graph"]
    assert fresh < faded < 1.0


def test_a_word_of_more_than_half_of_what_is_seen_tells_nothing() -> None:
    judged = [(1.0, {"graph": 1.0})] * 30
    assert _applied({"graph": 1.0, "sonar": 1.0}, judged).keys() == {"sonar"}
    assert _applied({"graph": 1.0}, judged) == {"graph": 1.0}


def test_a_subject_does_not_lose_its_name_by_many_likes() -> None:
    few, many = ([(1.0, {"graph": 1.0})] * count for count in (5, 5_000))
    assert _applied({"graph": 1.0}, few, judged_papers=5) == pytest.approx(
        _applied({"graph": 1.0}, many, judged_papers=5)
    )


def test_words_of_half_of_a_tiny_archive_stay_as_they_are() -> None:
    tiny = Bm25(index_of(corpus("graph", "graph", "tree")), SETTINGS)
    assert _applied({"graph": 1.5}, [(1.0, {"graph": 1.0})], tiny) == {"graph": 1.5}
    empty = Bm25(TermIndex.empty(), SETTINGS)
    assert _applied({"graph": 1.5}, [(1.0, {"graph": 1.0})], empty) == {"graph": 1.5}


@pytest.mark.parametrize("bad", [{"prior_papers": 0.0}, {"judged_papers": -1.0}])
def test_its_settings_are_checked(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="papers"):
        RankingSettings(**bad)  # type: ignore[arg-type]
