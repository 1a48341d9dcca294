"""What the ranking makes of input that makes no sense: a defined answer, or a ValueError that names the query."""

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import InterestKind, PartKind
from bot.domain.ranking import Candidates
from bot.ranking.bm25 import Bm25
from bot.ranking.eligibility import KeptOut
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import build_profile, topic_query
from bot.ranking.ranker import Ranker
from bot.ranking.term_index import TermIndex
from tests.unit.ranking.makers import NOW, WEEK, corpus, index_of, interest, known, paper, profile, query

SIZES = [(), ("graph networks",), ("graph networks", "graph networks"), ("graph",) * 3 + ("robots",)]
WEIGHT = st.one_of(
    st.floats(),
    st.sampled_from([0.0, -0.0, 1e308, -1e308, 1e200, 1e-200, 5e-324, math.inf, -math.inf, math.nan]),
)


@pytest.mark.parametrize("texts", SIZES)
def test_every_question_has_an_answer_on_a_corpus_of_any_size(texts: tuple[str, ...]) -> None:
    papers = corpus(*texts)
    index = index_of(papers) if papers else TermIndex.empty()
    likes = [known(paper(90, "Graph networks", "Networks of graphs."), "like"), known(paper(91, "Robots"), "dislike")]
    stated = [interest("graphs"), interest("Jane Doe", InterestKind.AUTHOR), interest("speech", InterestKind.MUTE)]
    mine = build_profile(PersonId(1), stated, likes, index, NOW)
    ranker = Ranker(index)
    ranked = ranker.rank(mine, WEEK, 100)
    assert ranked.candidates == len(texts)
    assert {int(entry.key) for entry in ranked.entries} == {at for at, text in enumerate(texts, 1) if "graph" in text}
    assert all(math.isfinite(entry.score) and entry.score > 0 for entry in ranked.entries)
    keys, scores = ranker.scores(mine, WEEK)
    assert len(keys) == len(scores) >= len(ranked.entries)
    assert len(ranker.similar("Graph networks", "", WEEK, 9).entries) <= len(texts)
    for key in range(3):
        explained = ranker.explain(mine, WEEK, PaperKey(key), 100)
        assert (explained.kept_out == KeptOut.NOT_STORED) == (key not in range(1, len(texts) + 1))


def test_in_a_corpus_of_one_paper_its_score_is_not_negative_as_the_librarys_is() -> None:
    index = index_of(corpus("graph networks"))
    (entry,) = Ranker(index).rank(profile(query({"graph": 1.0})), WEEK, 5).entries
    assert entry.score > 0
    assert (Bm25(index, RankingSettings()).idfs(np.array([1])) > 0).all()


def test_in_an_empty_corpus_every_idf_is_nought() -> None:
    bm25 = Bm25(TermIndex.empty(), RankingSettings())
    assert bm25.idfs(np.array([0, 1, 5])).tolist() == [0, 0, 0]
    assert Ranker(TermIndex.empty()).rank(profile(query({"graph": 1.0})), WEEK, 5).entries == ()


@pytest.mark.parametrize("kind", [PartKind.LEARNED, PartKind.LIKED_PAPER, PartKind.INTEREST])
def test_a_profile_whose_terms_occur_nowhere_lists_nothing_and_says_so(kind: PartKind) -> None:
    ranker = Ranker(index_of(corpus("graph", "robots")))
    mine = profile(query({"unheard": 1.0, "unseen": 2.0}, kind))
    assert ranker.rank(mine, WEEK, 5).entries == ()
    explained = ranker.explain(mine, WEEK, PaperKey(1), 5)
    assert (explained.kept_out, explained.parts, explained.score) == (KeptOut.NO_COMMON_TERM, (), 0.0)


@pytest.mark.parametrize("size", [11, 50])
def test_a_term_of_every_paper_never_makes_a_score_negative_nor_beats_a_telling_one(size: int) -> None:
    papers = corpus(*["model of language"] * (size - 1), "model of graphs")
    mine = profile(query({"model": 1.0}, PartKind.LEARNED), query({"graph": 1.0}))
    keys, scores = Ranker(index_of(papers)).scores(mine, WEEK)
    assert keys[0] == size
    assert (scores > 0).all()
    learned = build_profile(PersonId(1), [], [known(papers[0], "like")], index_of(papers), NOW)
    assert not any("model" in one.terms for one in learned.queries)


@pytest.mark.parametrize("k", [0, 1, 3, 4, 1_000_000])
def test_a_list_is_never_longer_than_what_there_is(k: int) -> None:
    ranked = Ranker(index_of(corpus("graph", "graph", "graph", "robots"))).rank(profile(query({"graph": 1.0})), WEEK, k)
    assert len(ranked.entries) == min(k, 3)


@pytest.mark.parametrize(
    "nobody",
    [
        Candidates(NOW + timedelta(days=1)),
        replace(WEEK, only=frozenset()),
        replace(WEEK, only=frozenset({PaperKey(99)})),
        replace(WEEK, excluded=frozenset({PaperKey(1), PaperKey(2)})),
    ],
)
def test_without_candidates_there_is_nothing_and_the_paper_is_explained_still(nobody: Candidates) -> None:
    ranker = Ranker(index_of(corpus("graph", "graph networks")))
    mine = profile(query({"graph": 1.0}))
    assert ranker.rank(mine, nobody, 5, topic=topic_query("graph")).entries == ()
    assert ranker.similar("graph", "", nobody, 5).entries == ()
    assert [len(some) for some in ranker.scores(mine, nobody)] == [0, 0]
    explained = ranker.explain(mine, nobody, PaperKey(1), 5)
    assert explained.kept_out
    assert (explained.candidates, explained.rank, explained.listed) == (0, None, ())
    assert explained.score > 0


@given(st.lists(WEIGHT, min_size=3, max_size=3), WEIGHT, st.sampled_from(list(PartKind)))
@example([1e308, 1e308, 1e308], 1.0, PartKind.INTEREST)
@example([1.78e308, 1.78e308, 1.78e308], 0.0, PartKind.INTEREST)
@example([1e200, 1.0, 1.0], 1.0, PartKind.LEARNED)
@example([5e-324, 0.0, 0.0], 1e308, PartKind.LIKED_PAPER)
def test_any_weights_give_finite_scores_that_add_up_or_are_refused(
    weights: list[float], scale: float, kind: PartKind
) -> None:
    ranker = Ranker(index_of(corpus("graph graph robot", "robot speech", "speech graph", "sonar", "maps")))
    mine = profile(query(dict(zip(("graph", "robot", "speech"), weights, strict=True)), kind, scale))
    try:
        ranked = ranker.rank(mine, WEEK, 9)
    except ValueError as error:
        assert "a label" in str(error)  # noqa: PT017
        return
    assert all(map(math.isfinite, (*weights, scale)))
    for entry in ranked.entries:
        values = [term.value for part in entry.parts for term in part.terms]
        assert math.isfinite(entry.score)
        assert entry.score > 0
        assert math.fsum(values) == pytest.approx(entry.score, rel=1e-9)


@pytest.mark.parametrize("title", ["", "the of and", "\x00\ud800", "   ", "$x_1 = y$", "a" * 100_000, "扩散"])
def test_papers_without_a_usable_word_are_no_trouble(title: str) -> None:
    index = index_of([paper(1, "graph"), paper(2, title.replace("\ud800", ""))])
    mine = build_profile(
        PersonId(1), [interest("graph")], [known(paper(2, title.replace("\ud800", "")), "like")], index, NOW
    )
    assert 1 in {int(entry.key) for entry in Ranker(index).rank(mine, WEEK, 5).entries}
