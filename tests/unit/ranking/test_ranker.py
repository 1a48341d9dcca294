import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import PaperKey
from bot.domain.profile import PartKind, ProfileQuery
from bot.domain.ranking import Candidates
from bot.ranking.eligibility import KeptOut
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import topic_query
from bot.ranking.ranker import Ranker
from bot.ranking.term_index import TermIndex
from tests.unit.ranking.makers import NOW, WEEK, corpus, index_of, paper, profile, query, stored

PAPERS = corpus("graph networks", "robot arms", "graph robots", "speech", "graph theory and graph drawing", "databases")
INDEX = index_of(PAPERS[:4], PAPERS[4:])
GRAPHS = profile(query({"graph": 1.0}))
PLAIN = RankingSettings(diversify_strength=0)


def _keys(index: TermIndex, *queries: ProfileQuery, candidates: Candidates = WEEK, k: int = 10) -> list[int]:
    ranked = Ranker(index, PLAIN).rank(profile(*queries), candidates, k)
    return [entry.key for entry in ranked.entries]


_LETTERS = st.sampled_from(list("abcdefg"))
_TEXTS = st.lists(st.lists(_LETTERS, max_size=12).map(lambda letters: " ".join(2 * x for x in letters)), max_size=9)
_CENTS = st.integers(-300, 300).map(lambda cents: cents / 100)
_WEIGHTS = st.dictionaries(_LETTERS.map(lambda letter: 2 * letter), _CENTS, max_size=6)
_QUERIES = st.lists(
    st.tuples(_WEIGHTS, st.sampled_from(list(PartKind)), st.floats(-2, 2)).map(lambda three: query(*three)), max_size=7
)


@given(_TEXTS, _QUERIES, st.integers(0, 9), st.integers(1, 5))
def test_everything_shown_adds_up_to_the_score(texts: list[str], queries: list[ProfileQuery], k: int, cut: int) -> None:
    papers = corpus(*texts)
    index = index_of(papers[:cut], papers[cut:])
    ranked = Ranker(index).rank(profile(*queries), WEEK, k)
    assert len(ranked.entries) <= k
    assert [entry.rank for entry in ranked.entries] == list(range(1, len(ranked.entries) + 1))
    for entry in ranked.entries:
        values = [term.value for part in entry.parts for term in part.terms]
        size = sum(map(abs, values))
        assert entry.score > 0
        assert abs(math.fsum(values) - entry.score) <= 1e-9 * size
        for part in entry.parts:
            assert abs(sum(term.value for term in part.terms) - part.value) <= 1e-9 * size
        assert sum(part.kind is PartKind.LIKED_PAPER for part in entry.parts) <= 3


@given(_TEXTS, _QUERIES)
def test_explain_agrees_with_rank(texts: list[str], queries: list[ProfileQuery]) -> None:
    index = index_of(corpus(*texts))
    ranker = Ranker(index)
    mine = profile(*queries)
    listed = {entry.key: entry for entry in ranker.rank(mine, WEEK, 3).entries}
    for key in range(1, len(texts) + 1):
        explained = ranker.explain(mine, WEEK, PaperKey(key), 3)
        entry = listed.get(PaperKey(key))
        assert (explained.kept_out == "") == (entry is not None)
        if entry is not None:
            assert (explained.rank, explained.score, explained.parts) == (entry.rank, entry.score, entry.parts)
            assert explained.steps == entry.steps


@given(_TEXTS, _QUERIES, st.integers(0, 9))
def test_how_papers_lie_in_segments_does_not_matter(texts: list[str], queries: list[ProfileQuery], cut: int) -> None:
    papers = corpus(*texts)
    assert _keys(index_of(papers), *queries) == _keys(index_of(papers[:cut], papers[cut:]), *queries)


@given(_TEXTS, _QUERIES)
def test_scores_are_in_the_order_of_rank_with_those_too_far(texts: list[str], queries: list[ProfileQuery]) -> None:
    index = index_of(corpus(*texts))
    ranker = Ranker(index, PLAIN)
    keys, scores = ranker.scores(profile(*queries), WEEK)
    entries = ranker.rank(profile(*queries), WEEK, 9).entries
    ranked = {int(entry.key) for entry in entries}
    assert ranked <= set(keys.tolist())
    kept = [score for key, score in zip(keys.tolist(), scores.tolist(), strict=True) if key in ranked]
    assert kept == pytest.approx([entry.score for entry in entries], rel=1e-9, abs=1e-12)


def test_papers_without_a_term_are_never_listed() -> None:
    ranked = Ranker(INDEX).rank(GRAPHS, WEEK, 10)
    assert {entry.key for entry in ranked.entries} == {1, 3, 5}
    assert ranked.candidates == 6


def test_equal_papers_stand_in_the_order_of_their_keys() -> None:
    index = index_of([paper(4, "graph"), paper(2, "graph")], [paper(3, "graph"), paper(1, "robot")])
    assert _keys(index, query({"graph": 1.0})) == [2, 3, 4]
    assert _keys(index, query({"graph": 1.0}), k=2) == [2, 3]


def test_mirrored_papers_tie_exactly() -> None:
    index = index_of([paper(2, "graph robot"), paper(1, "robot graph"), *corpus("x1", "x2", "x3")[2:]])
    assert _keys(index, query({"graph": 0.1, "robot": 0.1})) == [1, 2]


def test_shown_stale_muted_withdrawn_and_other_papers_are_no_candidates() -> None:
    old = replace(PAPERS[0], first_seen_at=NOW - timedelta(days=8))
    gone = replace(PAPERS[4], withdrawn=True)
    index = index_of([old, *PAPERS[1:4], gone, paper(7, "graph mining"), paper(8, "graph cuts")])
    candidates = replace(WEEK, excluded=frozenset({PaperKey(3)}), only=frozenset(map(PaperKey, (1, 3, 5, 7, 8))))
    mine = replace(GRAPHS, muted=(("mine",), ()), mute_labels=("mining", "nothing"))
    ranked = Ranker(index).rank(mine, candidates, 9)
    assert [entry.key for entry in ranked.entries] == [8]
    assert ranked.candidates == 1


def test_the_newest_text_of_a_paper_counts() -> None:
    index = INDEX.with_segments([stored([paper(1, "speech"), paper(4, "graph")], 9, deleted=[3])])
    assert set(_keys(index, query({"graph": 1.0}))) == {4, 5}


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (1, ""),
        (2, KeptOut.NO_COMMON_TERM),
        (3, KeptOut.EXCLUDED),
        (4, "muted: speech"),
        (5, KeptOut.NOT_FRESH),
        (6, KeptOut.OUTWEIGHED),
        (7, KeptOut.WITHDRAWN),
        (8, KeptOut.NOT_STORED),
        (9, KeptOut.NOT_STORED),
        (10, KeptOut.NOT_ASKED),
        (11, KeptOut.BELOW),
    ],
)
def test_explain_says_what_kept_a_paper_out(key: int, reason: str) -> None:
    changed = [
        replace(PAPERS[4], first_seen_at=NOW - timedelta(days=30)),
        paper(6, "graph of databases"),
        paper(7, "graph", withdrawn=True),
        paper(10, "graph"),
        paper(11, "a graph of many words that are no other word"),
    ]
    index = index_of([*PAPERS[:4], *changed]).with_segments([stored([], 2, deleted=[8])])
    mine = profile(query({"graph": 1.0}), query({"databas": 9.0}, PartKind.DISLIKED, -9.0), muted=(("speech",),))
    only = frozenset(map(PaperKey, [*range(1, 10), 11]))
    explained = Ranker(index).explain(mine, Candidates(WEEK.since, frozenset({PaperKey(3)}), only), PaperKey(key), 1)
    assert explained.kept_out == reason
    assert (explained.rank is not None) == (reason in {"", KeptOut.BELOW})
    assert bool(explained.parts) == (key in {1, 3, 5, 6, 10, 11})


def test_a_paper_far_below_is_explained_with_its_rank() -> None:
    texts = ["graph " * (40 - at) + "robot " * at for at in range(40)]
    index = index_of(corpus(*texts, *["speech"] * 60))
    ranker = Ranker(index, RankingSettings(diversify_pool=3))
    order, _ = ranker.scores(GRAPHS, WEEK)
    last = PaperKey(int(order[-1]))
    explained = ranker.explain(GRAPHS, WEEK, last, 5)
    assert (explained.rank, explained.kept_out) == (40, KeptOut.BELOW)
    assert explained.candidates == 100


def test_only_papers_on_the_topic_are_listed_and_the_profile_orders_them() -> None:
    mine = profile(query({"robot": 1.0}), query({"graph": 0.1}))
    ranked = Ranker(INDEX).rank(mine, WEEK, 9, topic=topic_query("graphs"))
    assert {entry.key for entry in ranked.entries} == {1, 3, 5}
    assert ranked.entries[0].key == 3
    assert {part.kind for part in ranked.entries[0].parts} == {PartKind.TOPIC, PartKind.INTEREST}
    off = Ranker(INDEX).explain(mine, WEEK, PaperKey(2), 9, topic=topic_query("graphs"))
    assert off.kept_out == KeptOut.OFF_TOPIC


_MODELS = index_of(corpus(*["model of language"] * 8, *["language"] * 3, "model graph", "robot"))


@pytest.mark.parametrize("kind", [PartKind.INTEREST, PartKind.TOPIC])
@pytest.mark.parametrize(
    ("terms", "found"),
    [("graph model", 1), ("model", 9), ("model languag", 12), ("quantum model", 0), ("quantum languag", 0)],
)
def test_words_of_most_papers_find_nothing_beside_others(kind: PartKind, terms: str, found: int) -> None:
    both = dict.fromkeys(terms.split(), 1.0)
    pair = {terms: 0.7} if len(both) == 2 else {}
    assert len(_keys(_MODELS, query(both | pair, kind), k=20)) == found


@pytest.mark.parametrize("text", ["the", "unheard"])
def test_a_topic_that_no_paper_has_lists_nothing(text: str) -> None:
    assert Ranker(INDEX).rank(GRAPHS, WEEK, 9, topic=topic_query(text)).entries == ()


def test_only_the_three_nearest_liked_papers_count() -> None:
    liked = [query({"graph": weight}, PartKind.LIKED_PAPER) for weight in (1.0, 5.0, 0.2, 0.5)]
    everything = RankingSettings(learned_floor=0)
    (entry,) = Ranker(INDEX, everything).rank(profile(*liked), replace(WEEK, only=frozenset({PaperKey(1)})), 1).entries
    values = {part.value for part in entry.parts}
    everyone = [Ranker(INDEX).explain(profile(one), WEEK, PaperKey(1), 1).score for one in liked]
    assert values == set(sorted(everyone)[1:])


def test_dislikes_push_down() -> None:
    away = query({"robot": 0.2}, PartKind.DISLIKED, -0.1)
    assert _keys(INDEX, query({"graph": 1.0}))[:2] == [1, 3]
    assert _keys(INDEX, query({"graph": 1.0}), away)[-1] == 3


def test_near_duplicates_are_moved_down_and_the_step_says_so() -> None:
    same = "graph networks for the folding of proteins in living cells under stress"
    texts = [
        f"graph graph graph {same}",
        f"graph graph graph {same}",
        "graph graph drawing on planes with few bends and crossings",
    ]
    index = index_of(corpus(*texts, *[f"speech{at}" for at in range(20)]))
    plain = Ranker(index, PLAIN).rank(GRAPHS, WEEK, 3)
    mixed = Ranker(index, RankingSettings(diversify_strength=0.9)).rank(GRAPHS, WEEK, 3)
    assert [entry.key for entry in plain.entries] == [1, 2, 3]
    assert [entry.key for entry in mixed.entries] == [1, 3, 2]
    assert {entry.key: entry.score for entry in mixed.entries} == {entry.key: entry.score for entry in plain.entries}
    assert [step.effect for entry in mixed.entries for step in entry.steps] == [
        "moved from 3 to 2",
        "moved from 2 to 3",
    ]


def test_similar_papers_share_the_most() -> None:
    ranked = Ranker(INDEX).similar("Robots on graphs", "", replace(WEEK, excluded=frozenset({PaperKey(3)})), 9)
    assert [entry.key for entry in ranked.entries] == [2]
    assert Ranker(INDEX).similar("", "", WEEK, 9).entries == ()


def test_a_paper_is_about_as_similar_to_itself_as_can_be() -> None:
    best = Ranker(INDEX).similar(PAPERS[4].title, PAPERS[4].abstract, WEEK, 1).entries[0]
    assert best.key == 5
    assert best.score == pytest.approx(1.0)


@pytest.mark.parametrize("texts", [(), ("graph",), ("graph", "graph"), ("graph",) * 4, ("graph",) * 40])
def test_corpora_of_any_size_and_terms_in_every_paper_are_ranked(texts: tuple[str, ...]) -> None:
    assert len(_keys(index_of(corpus(*texts)), query({"graph": 1.0}), k=100)) == len(texts)


def test_an_empty_profile_and_no_candidates_give_an_empty_list() -> None:
    assert Ranker(INDEX).rank(profile(), WEEK, 5).entries == ()
    assert Ranker(INDEX).rank(profile(query({})), WEEK, 5).entries == ()
    assert Ranker(INDEX).rank(profile(query({"unheard": 1.0})), WEEK, 5).entries == ()
    nobody = Ranker(INDEX).rank(GRAPHS, Candidates(NOW + timedelta(days=1)), 5)
    assert (nobody.entries, nobody.candidates) == ((), 0)
    assert Ranker(INDEX).rank(GRAPHS, WEEK, 0).entries == ()


@pytest.mark.parametrize(
    "wrong",
    [
        query({"graph": math.nan}),
        query({"graph": math.inf}),
        query({"graph": 1.0}, scale=math.inf),
        query({"graph": 1e-10}, PartKind.LEARNED, 1e300),
        replace(query({"graph": 1.0}), weights=()),
    ],
)
def test_weights_that_are_no_numbers_are_refused(wrong: ProfileQuery) -> None:
    with pytest.raises(ValueError, match="a label"):
        Ranker(INDEX).rank(profile(wrong), WEEK, 5)


def test_a_negative_length_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 0"):
        Ranker(INDEX).rank(GRAPHS, WEEK, -1)
