import json
import math
from pathlib import Path

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from bot.domain.paper import PaperKey
from bot.domain.profile import PartKind
from bot.domain.ranking import StoredSegment
from bot.ranking.bm25 import Bm25, Floats
from bot.ranking.parameters import RankingSettings
from bot.ranking.scoring import plan_scores
from bot.ranking.segment import IndexedPaper, encode_papers
from bot.ranking.term_index import TermIndex
from bot.ranking.terms import words
from tests.unit.ranking.makers import corpus, index_of, query

PAGE = Path(__file__).parents[4] / "shared" / "data" / "trending_page.jsonl"


def _index(documents: list[list[str]], segments: int = 1) -> TermIndex:
    entries = [
        IndexedPaper(PaperKey(key), {word: text.count(word) for word in text}, fresh_at=0)
        for key, text in enumerate(documents)
    ]
    size = -(-len(entries) // segments)
    parts = [entries[at : at + size] for at in range(0, len(entries), size)]
    return TermIndex.empty().with_segments(
        [StoredSegment(at, len(part), encode_papers(part)) for at, part in enumerate(parts)]
    )


def _scores(index: TermIndex, text: list[str], settings: RankingSettings) -> Floats:
    """Plain BM25 of a query, repeated words counting each time: the plan's score without its norm."""
    one = query({word: float(text.count(word)) for word in text}, PartKind.LEARNED)
    plan = plan_scores([one], Bm25(index, settings), settings)
    norm = sum(weight * weight for weight in one.weights)
    scores = [plan.score(slot, np.ones(len(slot.segment.keys), np.bool_))[0] * norm for slot in index.slots]
    return np.concatenate(scores)


@pytest.mark.parametrize("segments", [1, 3])
@pytest.mark.parametrize(("k1", "b", "epsilon"), [(1.5, 0.75, 0.25), (1.0, 0.9, 0.25), (2.0, 0.0, 0.5)])
def test_scores_are_those_of_the_library_on_real_abstracts(segments: int, k1: float, b: float, epsilon: float) -> None:
    if not PAGE.exists():
        pytest.skip("../shared/data/trending_page.jsonl is not here")
    rows = [json.loads(line) for line in PAGE.read_text().splitlines()]
    documents = [words(f"{row['title']}. {row['abstract']}") for row in rows]
    library = BM25Okapi(documents, k1=k1, b=b, epsilon=epsilon)
    settings = RankingSettings(k1=k1, b=b, epsilon=epsilon)
    index = _index(documents, segments)
    df = {word: sum(word in text for text in documents) for word in ("model", "languag")}
    assert min(df.values()) > len(documents) / 2
    for text in (
        ["recommend", "system"],
        ["model", "distil", "model"],
        ["model", "languag"],
        documents[0],
        documents[41],
    ):
        np.testing.assert_allclose(_scores(index, text, settings), library.get_scores(text), rtol=1e-6, atol=1e-6)


def test_the_mean_idf_counts_every_term_once() -> None:
    documents = [["common", f"rare{at}", "twice" if at < 2 else f"other{at}"] for at in range(9)]
    library = BM25Okapi(documents)
    bm25 = Bm25(_index(documents), RankingSettings())
    floor = bm25.idfs(np.array([9]))
    assert floor[0] == pytest.approx(library.idf["common"])
    assert bm25.average_idf == pytest.approx(library.average_idf)


def test_the_mean_is_not_computed_for_rare_terms() -> None:
    index = index_of(corpus("graph", "robot", "drone"))
    Bm25(index, RankingSettings()).idfs(np.array([0, 1]))
    assert "df_counts" not in index.__dict__


def test_a_term_of_exactly_half_of_the_papers_still_counts() -> None:
    idf = Bm25(index_of(corpus("graph", "graph", "robot", "drone")), RankingSettings()).idfs(np.array([2]))
    assert 0 < idf[0] < 1e-6


def test_an_empty_corpus_has_no_idf() -> None:
    bm25 = Bm25(TermIndex.empty(), RankingSettings())
    assert bm25.idfs(np.array([0, 0])).tolist() == [0.0, 0.0]
    assert bm25.saturation(np.array([0, 2]), np.array([0, 5])).tolist() == [0.0, pytest.approx(4 / 3)]


@pytest.mark.parametrize("texts", [("graph",), ("graph", "graph")])
def test_in_a_tiny_corpus_every_term_has_a_positive_idf(texts: tuple[str, ...]) -> None:
    idf = Bm25(index_of(corpus(*texts)), RankingSettings()).idfs(np.array([len(texts)]))
    assert idf[0] == pytest.approx(math.log1p(0.5 / (len(texts) + 0.5)))


def test_terms_of_most_papers_tell_nothing_but_in_a_tiny_corpus() -> None:
    large = Bm25(index_of(corpus(*["graph"] * 10)), RankingSettings())
    small = Bm25(index_of(corpus(*["graph"] * 9)), RankingSettings())
    assert large.is_telling(np.array([5, 6])).tolist() == [True, False]
    assert small.is_telling(np.array([5, 9])).tolist() == [True, True]


@pytest.mark.parametrize(
    "wrong", [{"k1": 0}, {"b": 1.5}, {"epsilon": -1}, {"half_life_days": 0}, {"diversify_strength": 1}]
)
def test_senseless_constants_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"."):
        RankingSettings(**wrong)  # type: ignore[arg-type]
