"""What `paperboy bench ranking` ranks: a day of papers, and profiles of two kinds."""

import random
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.paper import Paper, PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import Interest, InterestKind, KnownPaper, PartKind, Profile, ProfileQuery
from bot.domain.ranking import StoredSegment
from bot.evaluation.corpus import Texts, tile
from bot.ranking.bm25 import Bm25
from bot.ranking.learned import paper_weights, strongest
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import build_profile
from bot.ranking.segment import encode_segment
from bot.ranking.term_index import TermIndex
from bot.ranking.terms import is_pair

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=7)
TERMS = 70
LIKES, DISLIKES = 10, 2
OTHERS = 3_000
"""Papers of other days: with the day's they are the background, and what profiles are made from."""

PLAIN = RankingSettings(learned_floor=0.0, diversify_strength=0.0)
"""For comparison with scorers that know no floor of relevance: every paper with a term in common is ranked."""


@dataclass(frozen=True)
class Setup:
    """`day` indexes the day alone, `background` all papers."""

    papers: list[Paper]
    others: list[Paper]
    day: TermIndex
    background: TermIndex


def make_setup(texts: Texts, papers: int, others: int = OTHERS) -> Setup:
    """ValueError for texts too few to be anything."""
    if not texts:
        raise ValueError("there is no paper with an abstract to rank")
    shuffled = list(texts)
    random.Random(1).shuffle(shuffled)
    made = [
        replace(paper, key=PaperKey(key), first_seen_at=NOW)
        for key, paper in enumerate(tile(shuffled, papers + others), start=1)
    ]
    day, rest = made[:papers], made[papers:]
    empty = TermIndex.empty()
    segments = [StoredSegment(number, len(some), encode_segment(some)) for number, some in ((1, day), (2, rest))]
    return Setup(day, rest, empty.with_segments(segments[:1]), empty.with_segments(segments))


def short_profiles(setup: Setup, count: int, seed: int = 1) -> list[Profile]:
    """The 70 strongest words of the mean of ten random papers, each of weight 1, since rank_bm25 knows no weights."""
    draw = random.Random(seed)
    bm25 = Bm25(setup.background, RankingSettings())
    everything = setup.papers + setup.others
    weights = [
        {term: weight for term, weight in paper_weights(paper.title, paper.abstract, bm25).items() if not is_pair(term)}
        for paper in everything
    ]
    profiles = []
    for number in range(count):
        mean: dict[str, float] = {}
        for some in draw.choices(weights, k=LIKES):
            for term, weight in some.items():
                mean[term] = mean.get(term, 0.0) + weight
        terms = tuple(strongest(mean, TERMS))
        query = ProfileQuery(PartKind.LEARNED, "ten papers", terms, (1.0,) * len(terms))
        profiles.append(Profile(PersonId(number + 1), NOW, (query,)))
    return profiles


def built_profiles(setup: Setup, count: int, seed: int = 2) -> list[Profile]:
    """As the production builder makes them: two interests, ten likes, two dislikes."""
    draw = random.Random(seed)
    everything = setup.papers + setup.others
    interests = [
        Interest(InterestKind.TEXT, "graph neural networks", NOW),
        Interest(InterestKind.TEXT, "machine translation", NOW),
    ]
    return [
        _stored(
            build_profile(
                PersonId(number + 1),
                interests,
                _known(draw.choices(everything, k=LIKES + DISLIKES)),
                setup.background,
                NOW,
            )
        )
        for number in range(count)
    ]


def _known(papers: Sequence[Paper]) -> list[KnownPaper]:
    return [
        KnownPaper(
            paper.stored_key,
            paper.id,
            paper.title,
            paper.abstract,
            reactions=frozenset({"like" if at < LIKES else "dislike"}),
            reacted_at=NOW - timedelta(days=at),
        )
        for at, paper in enumerate(papers)
    ]


def _stored(profile: Profile) -> Profile:
    """With weights as they are once stored."""
    queries = tuple(replace(query, weights=tuple(array("f", query.weights).tolist())) for query in profile.queries)
    return replace(profile, queries=queries)
