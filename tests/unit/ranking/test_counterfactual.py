from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from bot.domain.counterfactual import Change, ChangeKind, Counterfactual
from bot.domain.feedback import NEGATIVE, Reaction
from bot.domain.paper import Paper, PaperId, PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import Interest, InterestKind, KnownPaper
from bot.domain.ranking import Candidates, Exploration
from bot.ranking.counterfactual import VERIFIED, counterfactual, tries
from bot.ranking.eligibility import KeptOut
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import build_profile, topic_query
from bot.ranking.ranker import Explained, Ranker
from bot.ranking.situation import Reacted, Situation, latest_reaction
from bot.ranking.sources import Origins
from bot.ranking.term_index import TermIndex
from tests.unit.ranking.makers import NOW, corpus, index_of, interest, paper

SETTINGS = RankingSettings()
Reactions = Mapping[int, tuple[Reaction, ...]]


def candidates(reacted: Reacted, days: int) -> Candidates:
    return Candidates(NOW - timedelta(days=days), frozenset(reacted))


def situation(papers: list[Paper], interests: list[Interest], reactions: Reactions, k: int = 2) -> Situation:
    """Reactions on a paper (by key) were set an hour after each other; those with higher keys are older."""
    reacted = {
        PaperKey(key): {what: _at(key, order) for order, what in enumerate(said)} for key, said in reactions.items()
    }
    known = [_known(papers[key - 1], at) for key, at in sorted(reacted.items()) if latest_reaction(at)]
    return Situation(PersonId(1), interests, known, reacted, candidates, 7, k, NOW, 500)


def _at(key: int, order: int) -> datetime:
    return NOW - timedelta(days=key) + timedelta(hours=order)


def _known(one: Paper, reacted: Mapping[Reaction, datetime]) -> KnownPaper:
    spoken = {what: at for what, at in reacted.items() if what is not Reaction.CLICK}
    values = frozenset(what.value for what in spoken)
    return KnownPaper(one.stored_key, one.id, one.title, one.abstract, (), (), values, max(spoken.values()))


def stands(now: Situation, index: TermIndex, key: int) -> Explained:
    profile = now.profile(index, SETTINGS)
    explained = now.explained(Ranker(index, SETTINGS), profile, PaperKey(key))
    return replace(explained, parts=Origins.of_papers(now.known).traced(explained.parts))


def change_for(now: Situation, papers: list[Paper], key: int) -> Counterfactual | None:
    index = index_of(papers)
    return counterfactual(now, index, stands(now, index, key), papers[key - 1], SETTINGS)


def listed_after(now: Situation, papers: list[Paper], change: Change, size: int) -> list[int]:
    """The list after a change, which is made by hand here."""
    interests = list(now.interests)
    reacted = {key: dict(reactions) for key, reactions in now.reacted.items()}
    days = now.days
    if change.kind in {ChangeKind.LIFT_MUTE, ChangeKind.REMOVE_INTEREST}:
        interests = [one for one in interests if one.text != change.text]
    elif change.kind is ChangeKind.ADD_INTEREST:
        interests.append(Interest(InterestKind.TEXT, change.text, NOW))
    elif change.kind is ChangeKind.LOOK_BACK:
        days = change.days
    else:
        (key,) = (one.stored_key for one in papers if one.id == change.paper)
        assert change.reaction is not None
        del reacted[key][change.reaction]
        if not reacted[key]:
            del reacted[key]
    known = [_known(papers[key - 1], at) for key, at in reacted.items() if latest_reaction(at)]
    known.sort(key=lambda one: one.key)
    index = index_of(papers)
    profile = build_profile(PersonId(1), interests, known, index, NOW, SETTINGS)
    ranked = Ranker(index, SETTINGS).rank(profile, candidates(reacted, days), size)
    return [int(entry.key) for entry in ranked.entries]


_LETTERS = [2 * letter for letter in "abcdefghij"]
_TEXTS = st.lists(st.lists(st.sampled_from(_LETTERS), min_size=1, max_size=8), min_size=4, max_size=14)
_REACTION = st.sampled_from([*Reaction, Reaction.LIKE, Reaction.DISLIKE])
_REACTIONS = st.dictionaries(st.integers(1, 14), st.lists(_REACTION, min_size=1, max_size=2, unique=True), max_size=7)
_STATED = st.lists(
    st.tuples(st.sampled_from(_LETTERS), st.sampled_from([InterestKind.TEXT, InterestKind.TEXT, InterestKind.MUTE])),
    max_size=3,
    unique_by=lambda pair: pair[0],
)


@given(_TEXTS, _STATED, _REACTIONS, st.integers(1, 14), st.integers(1, 3), st.sampled_from([0, 0, 0, 9]))
def test_a_claimed_change_gives_the_claimed_rank_when_it_is_made(
    texts: list[list[str]],
    stated: list[tuple[str, InterestKind]],
    reactions: dict[int, list[Reaction]],
    key: int,
    k: int,
    age: int,
) -> None:
    papers = corpus(*(" ".join(words) for words in texts))
    key = min(key, len(papers))
    papers[key - 1] = replace(papers[key - 1], first_seen_at=NOW - timedelta(days=age))
    said = {at: tuple(some) for at, some in reactions.items() if at <= len(papers)}
    now = situation(papers, [interest(text, kind) for text, kind in stated], said, k)
    before = stands(now, index_of(papers), key)
    claim = change_for(now, papers, key)
    event(f"{before.kept_out.partition(':')[0] or 'recommended'}: {claim.change.kind if claim else 'nothing'}")
    if claim is None:
        return
    after = listed_after(now, papers, claim.change, len(papers))
    assert (after.index(key) + 1 if key in after else None) == claim.rank
    if before.kept_out:
        assert claim.rank is not None
        assert claim.rank <= k
    else:
        assert claim.rank is None or claim.rank > k


PAPERS_TEXTS = (
    "Graph networks for molecules",
    "Graph networks in chemistry",
    "Sonar maps of caves",
    "Sonar maps of reefs",
    "Graph theory of cities",
    "Robots that walk",
    "Speech of birds",
    "Speech of robots",
    "Protein folding",
    "Compilers",
    "Databases",
    "Sonar maps of lakes",
)
PAPERS = corpus(*PAPERS_TEXTS)


def test_a_mute_is_lifted() -> None:
    now = situation(PAPERS, [interest("sonar"), interest("caves", InterestKind.MUTE)], {}, k=3)
    claim = change_for(now, PAPERS, 3)
    assert claim is not None
    assert claim.change == Change(ChangeKind.LIFT_MUTE, "caves")


def test_one_of_two_mutes_is_not_lifted_in_vain() -> None:
    mutes = [interest("caves", InterestKind.MUTE), interest("maps", InterestKind.MUTE)]
    assert change_for(situation(PAPERS, [interest("sonar"), *mutes], {}, k=3), PAPERS, 3) is None


@pytest.mark.parametrize("reaction", [*sorted(NEGATIVE), Reaction.KNOWN, Reaction.LIKE])
def test_ones_own_word_on_the_paper_is_taken_back(reaction: Reaction) -> None:
    claim = change_for(situation(PAPERS, [interest("sonar")], {3: (reaction,)}, k=3), PAPERS, 3)
    assert claim is not None
    assert claim.change == Change(ChangeKind.TAKE_BACK, "Sonar maps of caves", PaperId("local:3"), reaction)


def test_only_the_latest_of_two_words_is_taken_back() -> None:
    said = {3: (Reaction.SAVE, Reaction.LIKE)}
    assert change_for(situation(PAPERS, [interest("sonar")], said, k=3), PAPERS, 3) is None


def test_the_dislike_that_speaks_most_against_a_paper_is_taken_back() -> None:
    papers = [*PAPERS, *(paper(13 + at, "Tensor kernels anneal", categories=("cs.SD",)) for at in range(2))]
    said = {13: (Reaction.DISLIKE,), 9: (Reaction.DISLIKE,)}
    now = situation(papers, [interest("cs.SD", InterestKind.CATEGORY)], said)
    assert stands(now, index_of(papers), 14).kept_out == KeptOut.OUTWEIGHED
    claim = change_for(now, papers, 14)
    undo = Change(ChangeKind.TAKE_BACK, "Tensor kernels anneal", PaperId("local:13"), Reaction.DISLIKE)
    assert claim == Counterfactual(undo, 2)


def test_words_of_a_paper_with_nothing_in_common_become_an_interest() -> None:
    claim = change_for(situation(PAPERS, [interest("graphs")], {}), PAPERS, 9)
    assert claim == Counterfactual(Change(ChangeKind.ADD_INTEREST, "Protein folding"), 1)


def test_an_interest_that_is_there_is_not_suggested_again() -> None:
    now = situation(PAPERS, [interest("Protein  FOLDING")], {}, k=0)
    claim = change_for(now, PAPERS, 9)
    assert claim is None


def test_looking_further_back_finds_an_old_paper_by_its_age() -> None:
    old = [*PAPERS[:8], replace(PAPERS[8], first_seen_at=NOW - timedelta(days=11, hours=2)), *PAPERS[9:]]
    now = situation(old, [interest("protein folding")], {})
    claim = change_for(now, old, 9)
    assert claim == Counterfactual(Change(ChangeKind.LOOK_BACK, days=12), 1)
    assert change_for(replace(now, can_look_back=False), old, 9) is None
    ancient = [*PAPERS[:8], replace(PAPERS[8], first_seen_at=NOW - timedelta(days=4_000)), *PAPERS[9:]]
    assert change_for(situation(ancient, [interest("protein folding")], {}), ancient, 9) is None


def test_a_recommended_paper_names_the_interest_that_it_stands_on() -> None:
    now = situation(PAPERS, [interest("protein folding"), interest("compilers")], {})
    claim = change_for(now, PAPERS, 9)
    assert claim == Counterfactual(Change(ChangeKind.REMOVE_INTEREST, "protein folding"), None)


def test_a_recommended_paper_names_the_like_that_it_stands_on() -> None:
    now = situation(PAPERS, [], {3: (Reaction.LIKE,), 7: (Reaction.LIKE,)}, k=3)
    claim = change_for(now, PAPERS, 4)
    assert claim is not None
    assert claim.change == Change(ChangeKind.TAKE_BACK, "Sonar maps of caves", PaperId("local:3"), Reaction.LIKE)


def test_a_paper_that_stands_on_two_reasons_has_no_single_one() -> None:
    now = situation(PAPERS, [interest("protein"), interest("folding")], {})
    assert change_for(now, PAPERS, 9) is None


@pytest.mark.parametrize("reason", [KeptOut.WITHDRAWN, KeptOut.NOT_STORED])
def test_what_nobody_can_change_is_not_promised(reason: KeptOut) -> None:
    papers = [*PAPERS, paper(13, "Protein folding", withdrawn=True), paper(14, "Protein folding")]
    key = 13 if reason is KeptOut.WITHDRAWN else 14
    now = situation(papers, [interest("protein folding")], {})
    index = index_of(papers[:13])
    explained = stands(now, index, key)
    assert explained.kept_out == reason
    assert counterfactual(now, index, explained, papers[key - 1], SETTINGS) is None


@pytest.mark.parametrize("liked", [5, 150])
def test_only_a_handful_of_changes_is_tried_and_fewer_for_a_profile_that_is_costly_to_build(
    liked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = corpus(*PAPERS_TEXTS, *(f"Graph networks{at} of molecules{at}" for at in range(200)))
    now = situation(papers, [], {13 + at: (Reaction.LIKE, Reaction.DISLIKE)[at % 2 :][:1] for at in range(liked)}, k=0)
    index = index_of(papers)
    explained = stands(now, index, 1)
    built: list[int] = []
    ranked: list[int] = []
    build, explain = Situation.profile, Ranker.explain

    def counted_build(self: Situation, *rest: Any) -> Any:
        built.append(1)
        return build(self, *rest)

    def counted_explain(self: Ranker, *rest: Any, **more: Any) -> Any:
        ranked.append(self._index.documents)
        return explain(self, *rest, **more)

    monkeypatch.setattr(Situation, "profile", counted_build)
    monkeypatch.setattr(Ranker, "explain", counted_explain)
    assert counterfactual(now, index, explained, papers[0], SETTINGS) is None
    assert 1 < len(built) <= tries(liked)
    assert tries(liked) == (6 if liked < 20 else 2)
    assert ranked.count(index.documents) <= VERIFIED


def test_with_many_reactions_an_interest_is_still_tried_after_a_dislike() -> None:
    papers = corpus(*PAPERS_TEXTS, *(f"Protein models{at}" for at in range(70)), *["Filler"] * 200)
    now = situation(papers, [], {13 + at: (Reaction.DISLIKE,) for at in range(70)})
    explained = stands(now, index_of(papers), 9)
    assert any(term.value < 0 for part in explained.parts for term in part.terms)
    claim = change_for(now, papers, 9)
    assert claim == Counterfactual(Change(ChangeKind.ADD_INTEREST, "Protein folding"), 1)


def test_a_topic_stays_when_something_changes() -> None:
    now = replace(situation(PAPERS, [interest("maps", InterestKind.MUTE)], {}, k=3), topic=topic_query("sonar"))
    claim = change_for(now, PAPERS, 3)
    assert claim is not None
    assert claim.change.kind is ChangeKind.LIFT_MUTE


def test_the_paper_learned_from_next_takes_the_place_of_one_that_is_taken_back() -> None:
    now = replace(situation(PAPERS, [], {3: (Reaction.LIKE,), 7: (Reaction.LIKE,)}), most_known=1)
    after = now.changed(Change(ChangeKind.TAKE_BACK, "", PaperId("local:3"), Reaction.LIKE))
    labels = {query.label for query in after.profile(index_of(PAPERS), SETTINGS).queries}
    assert "Speech of birds" in labels
    assert "Speech of birds" not in {query.label for query in now.profile(index_of(PAPERS), SETTINGS).queries}


def test_taking_back_what_was_never_said_changes_nothing() -> None:
    now = situation(PAPERS, [], {3: (Reaction.CLICK,)})
    assert now.take_back(PaperKey(3), PaperId("local:3"), "") is None
    assert now.changed(Change(ChangeKind.TAKE_BACK, "", PaperId("local:3"), Reaction.LIKE)) is now


def exploring(day: int) -> Callable[[Reacted], Exploration]:
    return lambda reacted: Exploration(PersonId(1), day, (PaperKey(3),), tuple({PaperKey(5)} & reacted.keys()))


def test_with_exploration_a_claim_still_gives_the_rank_and_a_pick_to_learn_from_has_no_cause() -> None:
    papers = corpus(*PAPERS_TEXTS, *(f"Sonar charts{at} of caves" for at in range(4)), *["Filler"] * 12)
    index = index_of(papers)
    picked = claimed = 0
    for day in range(12):
        now = replace(
            situation(papers, [interest("robots speech")], {3: (Reaction.LIKE,), 5: (Reaction.DISLIKE,)}, k=5),
            exploration=exploring(day),
        )
        for key in range(1, 17):
            explained = stands(now, index, key)
            claim = counterfactual(now, index, explained, papers[key - 1], SETTINGS)
            if not explained.kept_out and any(step.name == "explore" for step in explained.steps):
                picked += 1
                assert claim is None
            if claim is None:
                continue
            claimed += 1
            after = now.changed(claim.change)
            ranked = Ranker(index, SETTINGS).rank(
                after.profile(index, SETTINGS),
                after.candidates(after.reacted, after.days),
                5,
                exploration=after.exploration(after.reacted),
            )
            ranks = {entry.key: entry.rank for entry in ranked.entries}
            assert ranks.get(PaperKey(key)) == (claim.rank if explained.kept_out else None)
    assert picked
    assert claimed
