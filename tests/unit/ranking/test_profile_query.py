import pytest

from bot.domain.person import PersonId
from bot.domain.profile import InterestKind, KnownPaper, PartKind, Profile, ProfileQuery
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import build_profile, topic_query
from bot.ranking.ranker import Ranker
from bot.ranking.term_index import TermIndex
from tests.unit.ranking.makers import NOW, WEEK, corpus, index_of, interest, known, paper

PAPERS = corpus(
    "Graph networks for molecules",
    "Robots that walk",
    "Graph theory of cities",
    "Speech networks",
    "Protein folding",
    "Walking robots in cities",
    "Molecules and proteins",
    "Speech of robots",
    "Databases",
    "Compilers",
    "Graph networks in chemistry of molecules",
)
INDEX = index_of(PAPERS)


def _build(
    *interests: tuple[str, InterestKind], known_papers: tuple[KnownPaper, ...] = (), **settings: float
) -> Profile:
    stated = [interest(text, kind) for text, kind in interests]
    constants = RankingSettings(**settings)  # type: ignore[arg-type]
    return build_profile(PersonId(1), stated, known_papers, INDEX, NOW, constants)


def _one(profile: Profile, kind: PartKind) -> ProfileQuery:
    (found,) = [query for query in profile.queries if query.kind is kind]
    return found


def test_an_interest_is_its_words_and_pairs() -> None:
    query = _one(_build(("Graph networks", InterestKind.TEXT)), PartKind.INTEREST)
    assert query.label == "Graph networks"
    assert dict(zip(query.terms, query.weights, strict=True)) == {"graph": 1.0, "network": 1.0, "graph network": 0.7}


def test_interests_without_words_make_no_query() -> None:
    nothing = _build(("the", InterestKind.TEXT), ("...", InterestKind.AUTHOR), (" ", InterestKind.CATEGORY))
    assert nothing.queries == ()
    assert nothing.is_empty


def test_authors_and_categories_are_queries_of_their_own() -> None:
    profile = _build(("Jane Doe", InterestKind.AUTHOR), ("cs.LG", InterestKind.CATEGORY))
    assert _one(profile, PartKind.AUTHOR).terms == ("author:jane doe", "author:j doe")
    assert _one(profile, PartKind.CATEGORY).terms == ("cat:cs.lg",)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("robots", ("robot",)),
        ("graph networks", ("graph network",)),
        ("cat:cs.CV", ("cat:cs.cv",)),
        ("cs.CV", ("cat:cs.cv",)),
        ('author:"Jane Doe"', ("author:jane doe",)),
    ],
)
def test_a_mute_is_a_word_a_phrase_or_a_field(text: str, terms: tuple[str, ...]) -> None:
    profile = _build((text, InterestKind.MUTE))
    assert (profile.muted, profile.mute_labels, profile.queries) == ((terms,), (text,), ())


def test_a_mute_without_words_mutes_nothing() -> None:
    profile = _build(("the", InterestKind.MUTE), ("robots", InterestKind.MUTE))
    assert (profile.muted, profile.mute_labels) == ((("robot",),), ("robots",))


def test_likes_make_a_mean_and_one_query_a_paper() -> None:
    profile = _build(known_papers=(known(PAPERS[0], "like"), known(PAPERS[1], "save"), known(PAPERS[4], "known")))
    near = [query for query in profile.queries if query.kind is PartKind.LIKED_PAPER]
    assert {query.paper for query in near} == {PAPERS[0].id, PAPERS[1].id, PAPERS[4].id}
    assert {query.label for query in near} == {PAPERS[0].title, PAPERS[1].title, PAPERS[4].title}
    learned = _one(profile, PartKind.LEARNED)
    assert {"molecul", "robot", "protein fold"} <= set(learned.terms)
    assert list(learned.weights) == sorted(learned.weights, reverse=True)
    assert [query.scale for query in near] == pytest.approx([2 / 3] * 3)


def test_the_numbers_of_learned_terms_and_liked_papers_are_bounded() -> None:
    likes = tuple(known(one, "like", days_ago=one.stored_key) for one in PAPERS)
    profile = _build(known_papers=likes, learned_terms=5, liked_papers=2, liked_paper_terms=2)
    assert len(_one(profile, PartKind.LEARNED).terms) == 5
    near = [query for query in profile.queries if query.kind is PartKind.LIKED_PAPER]
    assert [query.paper for query in near] == [PAPERS[0].id, PAPERS[1].id]
    assert max(len(query.terms) for query in near) == 2


def test_old_likes_fade_by_half_in_a_half_life() -> None:
    likes = (known(PAPERS[8], "like"), known(PAPERS[9], "like", days_ago=30))
    learned = _one(_build(known_papers=likes, half_life_days=30, judged_papers=0), PartKind.LEARNED)
    weights = dict(zip(learned.terms, learned.weights, strict=True))
    assert weights["databas"] == pytest.approx(2 * weights["compil"])


def test_an_ancient_like_is_still_finite_evidence() -> None:
    learned = _one(_build(known_papers=(known(PAPERS[8], "like", days_ago=500_000),)), PartKind.LEARNED)
    assert learned.weights[0] > 0


def test_dislikes_count_against_but_never_against_a_stated_interest() -> None:
    profile = _build(("robots", InterestKind.TEXT), known_papers=(known(PAPERS[1], "dislike"),))
    disliked = _one(profile, PartKind.DISLIKED)
    assert disliked.scale < 0
    assert "walk" in disliked.terms
    assert "robot" not in disliked.terms


def test_a_paper_of_disliked_words_alone_is_no_profile() -> None:
    assert _build(known_papers=(known(PAPERS[1], "dislike"),)).is_empty


def test_many_dislikes_weigh_more_than_few_and_hides_less() -> None:
    def scale(*reactions: str) -> float:
        marks = tuple(known(one, reaction) for one, reaction in zip(PAPERS, reactions, strict=False))
        return _one(_build(known_papers=marks, many_dislikes=4), PartKind.DISLIKED).scale

    assert scale("hide") > scale("dislike") > scale(*["dislike"] * 4)
    assert scale(*["dislike"] * 4) == scale(*["dislike"] * 6) == pytest.approx(-1.5)


def test_dislikes_are_measured_in_units_of_the_likes() -> None:
    marks = (known(PAPERS[0], "like"), known(PAPERS[1], "dislike"))
    profile = _build(known_papers=marks, many_dislikes=10)
    learned, disliked = _one(profile, PartKind.LEARNED), _one(profile, PartKind.DISLIKED)
    assert _a_weight(disliked) == pytest.approx(-0.275 * _a_weight(learned))


def test_a_paper_like_the_liked_ones_scores_the_same_whatever_the_own_idf_does() -> None:
    likes = (known(PAPERS[0], "like"), known(PAPERS[1], "like"))
    own = _one(_build(known_papers=likes, prior_papers=2), PartKind.LEARNED)
    plain = _one(_build(known_papers=likes, judged_papers=0), PartKind.LEARNED)
    mean = dict(zip(plain.terms, plain.weights, strict=True))
    assert own.weights != plain.weights
    assert plain.scale == pytest.approx(3.0)
    score = sum(weight * mean[term] for term, weight in zip(own.terms, own.weights, strict=True))
    assert score * _a_weight(own) == pytest.approx(3.0)


def test_scales_shrink_with_many_likes() -> None:
    papers = corpus(*(f"robot arm{at}" for at in range(24)), *["Filler"] * 40)
    index = index_of(papers)

    def scales(likes: int) -> list[float]:
        marks = [known(one, "like") for one in papers[:likes]] + [known(papers[-1], "dislike")]
        queries = build_profile(PersonId(1), [], marks, index, NOW, RankingSettings(judged_papers=0)).queries
        return [query.scale for query in queries if query.kind is not PartKind.DISLIKED]

    assert scales(1) == pytest.approx([3.0, 2.0])
    assert scales(3) == pytest.approx([3.0, *[2 / 3] * 3])
    assert scales(24) == pytest.approx([1.5, *[1 / 3] * 24])


def _a_weight(query: ProfileQuery) -> float:
    """What a paper gets for a weight of 1 (times saturated tf and IDF)."""
    return query.scale / sum(weight * weight for weight in query.weights)


def test_a_profile_on_an_empty_index_keeps_the_interests() -> None:
    profile = build_profile(PersonId(1), [interest("robots")], [known(PAPERS[0], "like")], TermIndex.empty(), NOW)
    assert [query.kind for query in profile.queries] == [PartKind.INTEREST]
    assert Ranker(INDEX).rank(profile, WEEK, 3).entries


def test_a_topic_without_words_has_no_terms() -> None:
    assert topic_query("of the").terms == ()
    assert topic_query("walking robots").terms == ("robot", "walk", "walk robot")


def test_all_words_of_an_interest_beat_a_common_one_repeated() -> None:
    others = corpus(
        *[f"Networks of kind{at} for task{at}" for at in range(8)], *[f"About thing{at}" for at in range(12)]
    )
    often = paper(50, "Networks after networks", "Deep networks, wide networks and small networks")
    both = paper(51, "Networks with attention", "Learning that fits every graph of words")
    index = index_of([*others, often, both])
    profile = build_profile(PersonId(1), [interest("graph networks")], [], index, NOW)
    order = Ranker(index).scores(profile, WEEK)[0].tolist()
    assert order[0] == both.stored_key
    assert often.stored_key in order


def test_a_paper_with_the_phrase_beats_one_with_its_words_apart() -> None:
    apart = paper(50, "Networks for graph", "A study of words")
    phrase = paper(51, "Graph networks", "A study of words")
    index = index_of([*PAPERS, apart, phrase])
    profile = build_profile(PersonId(1), [interest("graph networks")], [], index, NOW)
    order = [entry.key for entry in Ranker(index).rank(profile, WEEK, 20).entries]
    assert order.index(phrase.stored_key) < order.index(apart.stored_key)
