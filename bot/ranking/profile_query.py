"""A person's profile as weighted queries: from stated interests here, from feedback in bot.ranking.learned."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain.person import PersonId
from bot.domain.profile import Interest, InterestKind, KnownPaper, PartKind, Profile, ProfileQuery
from bot.ranking.bm25 import Bm25
from bot.ranking.fields import author_terms, category_terms
from bot.ranking.learned import learned_queries, strongest
from bot.ranking.parameters import RankingSettings
from bot.ranking.term_index import TermIndex
from bot.ranking.terms import is_pair, text_terms

_FIELD = re.compile(r"\s*(?P<field>author|cat):\s*\"?(?P<value>[^\"]+)\"?\s*", re.IGNORECASE)
_CATEGORY = re.compile(r"\s*[a-z][a-z-]+\.[A-Za-z-]{2,}\s*")


def build_profile(
    person_id: PersonId,
    interests: Sequence[Interest],
    known: Sequence[KnownPaper],
    index: TermIndex,
    now: datetime,
    settings: RankingSettings | None = None,
) -> Profile:
    """The profile of a person, ready to rank with; `index` is the background corpus that terms are weighed by.

    Interests without any term ("the") make no query.
    """
    settings = settings or RankingSettings()
    queries = [query for interest in interests if (query := _stated(interest, settings)) is not None]
    stated = frozenset(term for query in queries for term in query.terms)
    queries += learned_queries(known, stated, Bm25(index, settings), now, settings)
    mutes = [(interest.text, terms) for interest in interests if (terms := _muted(interest))]
    return Profile(
        person_id,
        now,
        tuple(queries),
        muted=tuple(terms for _, terms in mutes),
        mute_labels=tuple(label for label, _ in mutes),
    )


def topic_query(text: str, settings: RankingSettings | None = None) -> ProfileQuery:
    """The query of `recommend TOPIC`; without terms if the text has none. It outweighs the whole profile."""
    settings = settings or RankingSettings()
    weights = _text_weights(text, settings)
    return ProfileQuery(PartKind.TOPIC, text, tuple(weights), tuple(weights.values()), settings.topic_scale)


def _stated(interest: Interest, settings: RankingSettings) -> ProfileQuery | None:
    if interest.kind is InterestKind.TEXT:
        kind, scale = PartKind.INTEREST, settings.interest_scale
        weights = _text_weights(interest.text, settings)
    elif interest.kind is InterestKind.AUTHOR:
        kind, scale = PartKind.AUTHOR, settings.author_scale
        weights = dict.fromkeys(author_terms(interest.text), 1.0)
    elif interest.kind is InterestKind.CATEGORY:
        kind, scale = PartKind.CATEGORY, settings.category_scale
        weights = dict.fromkeys(category_terms(interest.text), 1.0)
    else:
        return None
    return ProfileQuery(kind, interest.text, tuple(weights), tuple(weights.values()), scale) if weights else None


def _text_weights(text: str, settings: RankingSettings) -> dict[str, float]:
    """Pairs of neighbouring words count besides the words: a paper with the whole phrase goes first."""
    weights = {term: settings.bigram_weight if is_pair(term) else 1.0 for term in text_terms(text)}
    return strongest(weights, len(weights))


def _muted(interest: Interest) -> tuple[str, ...]:
    """The terms that a muted paper has, all of them: `cat:cs.CV`, `author:Jane Doe`, a phrase or a word."""
    if interest.kind is not InterestKind.MUTE:
        return ()
    field = _FIELD.fullmatch(interest.text)
    if field is not None and field["field"].lower() == "author":
        return tuple(author_terms(field["value"])[:1])
    if field is not None or _CATEGORY.fullmatch(interest.text):
        return tuple(category_terms(field["value"] if field else interest.text))
    terms = text_terms(interest.text)
    pairs = tuple(term for term in terms if is_pair(term))
    return pairs or tuple(terms)
