from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import PartKind, ProfileQuery
from bot.domain.ranking import Exploration
from bot.ranking.eligibility import KeptOut
from bot.ranking.explore import ONE_IN, explored_places
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import topic_query
from bot.ranking.ranker import Ranked, Ranker
from tests.unit.ranking.makers import WEEK, corpus, index_of, profile, query

ALWAYS = RankingSettings(explore_share=0.2, explore_floor=0.01)
LETTERS = list("abcdefg")
TEXTS = st.lists(
    st.lists(st.sampled_from(LETTERS), max_size=12).map(lambda letters: " ".join(2 * one for one in letters)),
    min_size=5,
    max_size=30,
)
WEIGHTS = st.dictionaries(st.sampled_from(LETTERS).map(lambda one: 2 * one), st.floats(0.1, 3), min_size=1, max_size=4)
QUERIES = st.lists(
    st.tuples(WEIGHTS, st.sampled_from([PartKind.INTEREST, PartKind.LEARNED, PartKind.LIKED_PAPER])).map(
        lambda two: query(*two)
    ),
    min_size=1,
    max_size=3,
)
KEYS = st.lists(st.integers(1, 40).map(PaperKey), max_size=4, unique=True).map(tuple)
EXPLORATIONS = st.builds(Exploration, st.integers(1, 9).map(PersonId), st.integers(0, 800_000), KEYS, KEYS)


def explored(entry: Ranked) -> bool:
    return any(step.name == "explore" for step in entry.steps)


@settings(deadline=None)
@given(TEXTS, QUERIES, EXPLORATIONS, st.integers(0, 22), st.floats(0, 0.2), st.frozensets(st.integers(1, 30)))
def test_at_most_one_place_in_five_is_explored_and_only_with_eligible_papers(
    texts: list[str],
    queries: list[ProfileQuery],
    exploration: Exploration,
    k: int,
    share: float,
    excluded: frozenset[int],
) -> None:
    papers = corpus(*texts)
    ranker = Ranker(index_of(papers[:3], papers[3:]), replace(ALWAYS, explore_share=share))
    mine = profile(*queries, muted=(("aa",),))
    candidates = replace(WEEK, excluded=frozenset(map(PaperKey, excluded)))
    plain = ranker.rank(mine, candidates, k)
    ranked = ranker.rank(mine, candidates, k, exploration=exploration)
    picks = [entry for entry in ranked.entries if explored(entry)]
    assert len(picks) * ONE_IN <= len(ranked.entries) <= k
    assert [entry.rank for entry in ranked.entries] == list(range(1, len(ranked.entries) + 1))
    assert len({entry.key for entry in ranked.entries}) == len(ranked.entries)
    without = {entry.key for entry in plain.entries}
    assert not without & {entry.key for entry in picks}
    assert [entry for entry in ranked.entries if not explored(entry)] == list(
        plain.entries[: len(ranked.entries) - len(picks)]
    )
    for entry in ranked.entries:
        assert entry.key not in excluded
        assert "aa" not in papers[entry.key - 1].title
        assert entry.score > 0
    if not exploration.liked and not exploration.disliked:
        assert not picks


@settings(deadline=None)
@given(TEXTS, QUERIES, EXPLORATIONS, st.integers(5, 12))
def test_the_same_person_and_day_give_the_same_list_however_papers_lie_in_segments(
    texts: list[str], queries: list[ProfileQuery], exploration: Exploration, k: int
) -> None:
    papers = corpus(*texts)
    mine = profile(*queries)
    one = Ranker(index_of(papers), ALWAYS).rank(mine, WEEK, k, exploration=exploration)
    other = Ranker(index_of(papers[:4], papers[4:]), ALWAYS).rank(mine, WEEK, k, exploration=exploration)
    assert [entry.key for entry in one.entries] == [entry.key for entry in other.entries]


@settings(deadline=None)
@given(TEXTS, QUERIES, EXPLORATIONS, st.integers(1, 10))
def test_explain_agrees_with_an_explored_list(
    texts: list[str], queries: list[ProfileQuery], exploration: Exploration, k: int
) -> None:
    ranker = Ranker(index_of(corpus(*texts)), ALWAYS)
    mine = profile(*queries)
    listed = {entry.key: entry for entry in ranker.rank(mine, WEEK, k, exploration=exploration).entries}
    ranks = []
    for key in map(PaperKey, range(1, len(texts) + 1)):
        told = ranker.explain(mine, WEEK, key, k, exploration=exploration)
        assert (told.kept_out == "") == (key in listed)
        if key in listed:
            entry = listed[key]
            assert (told.rank, told.score, told.parts, told.steps) == (
                entry.rank,
                entry.score,
                entry.parts,
                entry.steps,
            )
        if told.rank is not None:
            ranks.append(told.rank)
    assert sorted(ranks) == list(range(1, len(ranks) + 1))


GRAPHS = [f"graph {word}" for word in ("nets", "cuts", "flows", "trees", "paths", "walks", "drawing", "mining")]
INDEX = index_of(corpus(*GRAPHS, *[f"speech number {at} of many" for at in range(30)]))
MINE = profile(query({"graph": 1.0}))


def test_what_gives_way_is_explained_as_below_with_the_step_named() -> None:
    asked = Exploration(PersonId(1), 739_000, liked=(PaperKey(1),))
    ranker = Ranker(INDEX, ALWAYS)
    plain = ranker.rank(MINE, WEEK, 5).entries
    ranked = ranker.rank(MINE, WEEK, 5, exploration=asked).entries
    assert [explored(entry) for entry in ranked] == [False] * 4 + [True]
    assert "shown to learn whether you want such papers" in ranked[4].steps[0].effect
    gone = ranker.explain(MINE, WEEK, plain[4].key, 5, exploration=asked)
    assert (gone.rank, gone.kept_out) == (6, KeptOut.BELOW)
    assert gone.steps[-1].effect == "gave its place to an exploration pick"


def test_days_and_people_are_explored_differently() -> None:
    ranker = Ranker(INDEX, ALWAYS)
    picks = {
        ranker.rank(MINE, WEEK, 5, exploration=Exploration(PersonId(person), day, (PaperKey(1),))).entries[-1].key
        for person in (1, 2, 3)
        for day in range(739_000, 739_010)
    }
    assert len(picks) > 1


def test_papers_like_those_turned_down_are_explored_less_than_those_like_liked_ones() -> None:
    texts = ["graph"] * 5 + ["graph robot arms grasping"] * 4 + ["graph protein folding cells"] * 4
    texts += ["robot arms grasping"] * 3 + ["protein folding cells"] * 3 + [f"speech {at}" for at in range(40)]
    ranker = Ranker(index_of(corpus(*texts)), replace(ALWAYS, diversify_strength=0.0))
    robots, proteins = tuple(map(PaperKey, (14, 15, 16))), tuple(map(PaperKey, (17, 18, 19)))
    found = {"robots": 0, "proteins": 0}
    for day in range(60):
        exploration = Exploration(PersonId(1), day, liked=robots, disliked=proteins)
        pick = ranker.rank(MINE, WEEK, 5, exploration=exploration).entries[-1]
        found["robots" if pick.key <= 9 else "proteins"] += 1
    assert found["robots"] > 2 * found["proteins"]


def test_a_topic_that_was_asked_for_is_not_explored() -> None:
    asked = Exploration(PersonId(1), 1, liked=(PaperKey(1),))
    ranked = Ranker(INDEX, ALWAYS).rank(MINE, WEEK, 5, topic=topic_query("graph"), exploration=asked)
    assert len(ranked.entries) == 5
    assert not any(map(explored, ranked.entries))


@pytest.mark.parametrize(("k", "listed", "most"), [(4, 4, 0), (5, 3, 0), (5, 4, 1), (5, 5, 1), (9, 9, 1), (10, 10, 2)])
def test_there_is_room_for_one_in_five_of_what_is_shown(k: int, listed: int, most: int) -> None:
    asked = Exploration(PersonId(1), 7, disliked=(PaperKey(1),))
    assert explored_places(listed, k, 0.2, asked) == most


def test_a_smaller_share_is_explored_on_fewer_days() -> None:
    days = [explored_places(5, 5, 0.05, Exploration(PersonId(1), day, (PaperKey(1),))) for day in range(400)]
    assert 60 <= sum(days) <= 140
    assert not any(explored_places(5, 5, 0.0, Exploration(PersonId(1), day, (PaperKey(1),))) for day in range(50))


@pytest.mark.parametrize("wrong", [{"explore_share": 0.3}, {"explore_floor": 0.0}, {"explore_pool": -1}])
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="explore_share lies between 0 and"):
        RankingSettings(**wrong)  # type: ignore[arg-type]
