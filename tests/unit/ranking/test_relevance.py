import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.data
from bot.domain.paper import Paper, PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import Interest, InterestKind, KnownPaper, PartKind, Profile, ProfileQuery
from bot.domain.ranking import Candidates
from bot.ranking.bm25 import Bm25
from bot.ranking.eligibility import KeptOut
from bot.ranking.learned import paper_weights
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import build_profile, topic_query
from bot.ranking.ranker import Ranker
from bot.ranking.relevance import reaches
from bot.ranking.term_index import TermIndex
from tests.unit.ranking.makers import NOW, WEEK, corpus, index_of, interest, known, paper, query

_ROWS = [json.loads(line) for line in (Path(bot.data.__path__[0]) / "samples.jsonl").read_text("utf-8").splitlines()]
SAMPLES = [
    paper(key, row["title"], row["abstract"], authors=("Jane Doe",) if key == 7 else (), categories=("cs.LG",))
    for key, row in enumerate(_ROWS, start=1)
]
INDEX = index_of(SAMPLES)


def _profile(*interests: Interest, liked: tuple[Paper, ...] = (), index: TermIndex = INDEX) -> Profile:
    marks: list[KnownPaper] = [known(one, "like") for one in liked]
    return build_profile(PersonId(1), interests, marks, index, NOW)


def _sample(words: str) -> Paper:
    (found,) = [one for one in SAMPLES if words in one.title]
    return found


def _titles(profile: Profile, candidates: Candidates = WEEK, topic: ProfileQuery | None = None) -> list[str]:
    entries = Ranker(INDEX).rank(profile, candidates, 40, topic=topic).entries
    return [SAMPLES[entry.key - 1].title for entry in entries]


def _without(one: Paper) -> Candidates:
    return Candidates(WEEK.since, frozenset({one.stored_key}))


def test_an_interest_in_diffusion_models_lists_the_papers_on_diffusion_and_no_other_models() -> None:
    titles = _titles(_profile(interest("diffusion models")))
    assert len(titles) == 3
    assert all("diffusion" in SAMPLES[[one.title for one in SAMPLES].index(title)].abstract for title in titles)


@pytest.mark.parametrize(
    ("text", "rare", "common"),
    [
        ("recommender systems", "A Field Guide to Cold Starts", "Maps That Doubt Themselves"),
        ("reinforcement learning", "Learning to Wait", "Gentle Hands"),
        ("model distillation", "Two Steps Are Enough", "Diffusion Models Forget"),
    ],
)
def test_a_rare_word_of_an_interest_is_enough_and_a_common_one_is_not(text: str, rare: str, common: str) -> None:
    if text == "recommender systems":  # in forty papers "systems" is as rare as "recommender"; let it be common
        extra = [paper(100 + at, f"Control of system number{at}") for at in range(12)]
        index = index_of(SAMPLES, extra)
    else:
        index = INDEX
    listed = {entry.key for entry in Ranker(index).rank(_profile(interest(text)), WEEK, 60).entries}
    assert _sample(rare).stored_key in listed
    assert _sample(common).stored_key not in listed


def test_words_about_equally_rare_each_find_their_papers() -> None:
    titles = " ".join(_titles(_profile(interest("recommender systems"))))
    assert all(name in titles for name in ("Field Guide to Cold Starts", "Slow Drift", "Counting What", "Explaining a"))


def test_a_common_word_does_not_become_the_interest_by_being_repeated() -> None:
    often = paper(50, "Learning, learning and learning", "Learning to learn by learning")
    index = index_of([*SAMPLES, often])
    explained = Ranker(index).explain(_profile(interest("reinforcement learning")), WEEK, PaperKey(50), 5)
    assert explained.score > 0.2
    assert (explained.kept_out, explained.rank) == (KeptOut.TOO_FAR, None)


def test_one_mention_in_a_long_paper_is_a_mention() -> None:
    long = paper(50, "Distillation", " ".join(f"filler{at} word{at}" for at in range(900)))
    index = index_of([*SAMPLES, long])
    listed = Ranker(index).rank(_profile(interest("model distillation")), WEEK, 60).entries
    assert PaperKey(50) in {entry.key for entry in listed}


def test_weak_agreements_with_many_interests_do_not_add_up() -> None:
    many = _profile(*(interest(text) for text in ("reinforcement learning", "time series", "convex networks")))
    explained = Ranker(INDEX).explain(many, WEEK, _sample("Forecasting Links").stored_key, 5)
    assert len(explained.parts) >= 2
    assert explained.kept_out == KeptOut.TOO_FAR


def test_words_that_are_both_rare_count_the_same() -> None:
    texts = [f"health subject{at}" for at in range(7)] + ["mental state", *[f"thing{at}" for at in range(80)]]
    profile = _profile(interest("mental health"))
    listed = Ranker(index_of(corpus(*texts))).rank(profile, WEEK, 60).entries
    assert {entry.key for entry in listed} == set(range(1, 9))


def test_a_category_or_an_author_alone_still_makes_a_list() -> None:
    assert len(_titles(_profile(interest("cs.LG", InterestKind.CATEGORY)))) == len(SAMPLES)
    assert _titles(_profile(interest("Jane Doe", InterestKind.AUTHOR))) == [SAMPLES[6].title]


def test_a_like_lists_what_is_like_it_and_not_what_shares_a_word() -> None:
    liked = _sample("Distillation of Diffusion Models")
    titles = _titles(_profile(liked=(liked,)), _without(liked))
    assert all("Guid" in title or "Diffusion" in title for title in titles[:2])
    assert len(titles) < 5
    assert len(Ranker(INDEX).scores(_profile(liked=(liked,)), _without(liked))[0]) > 30


def test_similar_papers_end_where_likeness_ends() -> None:
    one = _sample("Distillation of Diffusion Models")
    entries = Ranker(INDEX).similar(one.title, one.abstract, _without(one), 20).entries
    assert {SAMPLES[entry.key - 1].title.partition(":")[0] for entry in entries} == {
        "Guided but Not Led",
        "Diffusion Models Forget in Order",
    }
    assert all(entry.score >= RankingSettings().similar_floor for entry in entries)


def test_a_topic_lists_weaker_matches_than_an_interest_but_none_for_a_common_word() -> None:
    assert "Folding Under Pressure" in " ".join(_titles(_profile(), topic=topic_query("protein folding networks")))
    topic = topic_query("reinforcement learning")
    assert [title.partition(":")[0] for title in _titles(_profile(), topic=topic)] == ["Learning to Wait"]
    weak = topic_query("neural speech")
    assert len(_titles(_profile(), topic=weak)) >= len(_titles(_profile(interest("neural speech"))))
    far = Ranker(INDEX).explain(_profile(), WEEK, _sample("Gentle Hands").stored_key, 5, topic=topic)
    assert far.kept_out == KeptOut.TOO_FAR


def test_a_topic_is_not_held_to_the_profile_nor_helped_by_it() -> None:
    reader = _profile(interest("diffusion models"))
    assert _titles(reader, topic=topic_query("protein")) == _titles(_profile(), topic=topic_query("protein"))


def test_nothing_is_learned_from_words_of_any_paper() -> None:
    bm25 = Bm25(INDEX, RankingSettings())
    weights = paper_weights("Additionally, we improve important proteins", "We make and evaluate them.", bm25)
    assert "protein" in weights
    assert not {"addit", "improv", "import", "make", "evalu"} & set(weights)


def test_a_floor_is_reached_from_above_nought_and_rounding_aside() -> None:
    assert reaches(np.array([0.5 - 1e-12, 0.49, 0.0, -1.0]), 0.5).tolist() == [True, False, False, False]
    assert reaches(np.array([0.0, 1e-9]), 0.0).tolist() == [False, True]


_WORDS = st.sampled_from(["graph", "network", "robot", "learning", "speech", "model", "protein", "of", "the"])
_TEXTS = st.lists(st.lists(_WORDS, max_size=8).map(" ".join), max_size=14)


@given(_TEXTS, st.lists(st.lists(_WORDS, min_size=1, max_size=3).map(" ".join), max_size=3), st.integers(0, 2))
def test_no_paper_below_the_floor_is_listed_and_explain_agrees(
    texts: list[str], interests: list[str], likes: int
) -> None:
    papers = corpus(*texts)
    index = index_of(papers[:5], papers[5:])
    mine = _profile(*(interest(text) for text in interests), liked=tuple(papers[:likes]), index=index)
    ranker, settings = Ranker(index), RankingSettings()
    ranked = {entry.key: entry for entry in ranker.rank(mine, WEEK, 20).entries}
    scored = set(ranker.scores(mine, WEEK)[0].tolist())
    for one in papers:
        explained = ranker.explain(mine, WEEK, one.stored_key, 20)
        entry = ranked.get(one.stored_key)
        assert (entry is not None) == (explained.kept_out == "")
        assert (explained.kept_out == KeptOut.TOO_FAR) == (one.stored_key in scored and entry is None)
        if entry is not None:
            learned = sum(part.value for part in entry.parts if part.kind is not PartKind.INTEREST)
            stated = max((part.value for part in entry.parts if part.kind is PartKind.INTEREST), default=0.0)
            assert learned >= settings.learned_floor * (1 - 1e-6) or stated > 0


def test_a_query_of_nothing_but_pairs_is_covered_by_them() -> None:
    listed = Ranker(index_of(corpus("graph network", "robot", "speech"))).rank(
        Profile(PersonId(1), NOW, (query({"graph network": 0.7}),)), WEEK, 5
    )
    assert [entry.key for entry in listed.entries] == [1]


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_telling_word_is_one_of_some_but_not_half_of_the_papers(share: float) -> None:
    with pytest.raises(ValueError, match="telling_df"):
        RankingSettings(telling_df=share)
