"""What feedback teaches: queries learned from liked and disliked papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bot.domain.feedback import NEGATIVE, POSITIVE, Reaction
from bot.domain.profile import KnownPaper, PartKind, ProfileQuery
from bot.ranking.bm25 import Bm25
from bot.ranking.generic_words import generic_stems
from bot.ranking.own_idf import OwnIdf
from bot.ranking.parameters import RankingSettings
from bot.ranking.query_zone import without_zone
from bot.ranking.terms import document_terms, term_id

Weights = dict[str, float]

_DAY_S = 86_400.0
_CENTRE_TERMS = 4_000
"""Terms looked at before the zone is taken off; of ten liked papers that is nearly all."""
_FEW = 3
"""Likes up to which the scales stay what they are."""


@dataclass(frozen=True, slots=True)
class _Evidence:
    paper: KnownPaper
    weight: float
    terms: Weights


def learned_queries(
    known: Sequence[KnownPaper], stated: frozenset[str], bm25: Bm25, now: datetime, settings: RankingSettings
) -> list[ProfileQuery]:
    """One LEARNED query (Rocchio's mean of the liked papers, less their query zone), one LIKED_PAPER query for each
    of the latest liked papers, one DISLIKED query with a negative scale; each only where there is evidence for it.
    LEARNED and DISLIKED weigh words by the person's own IDF (bot.ranking.own_idf). They are scaled alike: up to three
    likes a paper like their mean (less the zone) has `learned_scale` of LEARNED, whatever the own IDF does. With more
    likes all three kinds shrink with the cube root of their number: the mean of many papers agrees by chance with
    more papers than a single one does, and must not drown what the person has stated.

    A paper counts half after `half_life_days`, a hidden one less than a disliked one. Terms of stated interests
    (`stated`) are never held against a paper.
    """
    positive = {str(reaction) for reaction in POSITIVE}
    negative = {str(reaction) for reaction in NEGATIVE}
    liked = [_evidence(paper, 1.0, bm25, now, settings) for paper in known if paper.reactions & positive]
    disliked = [
        _evidence(paper, 1.0 if Reaction.DISLIKE in paper.reactions else settings.hide_weight, bm25, now, settings)
        for paper in known
        if paper.reactions & negative and not paper.reactions & positive
    ]
    own_idf = OwnIdf([(one.weight, one.terms) for one in (*liked, *disliked)], bm25, settings)
    queries: list[ProfileQuery] = []
    centre = without_zone(
        strongest(_mean(liked), _CENTRE_TERMS),
        frozenset(paper.key for paper in known),
        sum(one.weight for one in disliked),
        bm25,
        settings,
    )
    shrunk = _shrunk(len(liked), settings)
    unit = 0.0
    if centre:
        plain = strongest(centre, settings.learned_terms)
        terms = strongest(own_idf.applied(plain), settings.learned_terms)
        unit = sum(weight * plain[term] for term, weight in terms.items())
        scale = shrunk * settings.learned_scale * _squares(terms) / unit
        queries.append(_query(PartKind.LEARNED, "papers you liked", terms, scale))
        queries += _liked_papers(liked, shrunk, settings)
    away = {term: weight for term, weight in _mean(disliked).items() if term not in stated}
    if away:
        terms = strongest(own_idf.applied(strongest(away, settings.learned_terms)), settings.learned_terms)
        scale = shrunk * settings.learned_scale * (_squares(terms) / unit if unit else 1.0)
        queries.append(_query(PartKind.DISLIKED, "papers you disliked", terms, -_gamma(disliked, settings) * scale))
    return queries


def paper_weights(title: str, abstract: str, bm25: Bm25) -> Weights:
    """Term -> BM25-saturated tf times IDF, without generic words and terms that most papers have: a paper's query."""
    counts = document_terms(title, abstract)
    terms = [term for term in counts if term not in generic_stems()]
    df = bm25.index.df(np.array([term_id(term) for term in terms], np.uint32))
    tf = np.array([counts[term] for term in terms], np.float64)
    keep = bm25.is_telling(df)
    weights = np.zeros(len(terms))
    weights[keep] = bm25.saturation(tf[keep], np.array([float(sum(counts.values()))])) * bm25.idfs(df[keep])
    return {term: weight for term, weight in zip(terms, weights.tolist(), strict=True) if weight > 0}


def strongest(weights: Weights, limit: int) -> Weights:
    """The terms of greatest |weight|, strongest first; equal ones in alphabetical order."""
    return dict(sorted(weights.items(), key=lambda item: (-abs(item[1]), item[0]))[:limit])


def _evidence(paper: KnownPaper, weight: float, bm25: Bm25, now: datetime, settings: RankingSettings) -> _Evidence:
    age_days = 0.0
    if paper.reacted_at is not None:
        age_days = max(0.0, (now - paper.reacted_at).total_seconds() / _DAY_S)
    faded = weight * max(0.5 ** (age_days / settings.half_life_days), 1e-6)
    return _Evidence(paper, faded, paper_weights(paper.title, paper.abstract, bm25))


def _mean(evidence: Sequence[_Evidence]) -> Weights:
    total = sum(one.weight for one in evidence)
    mean: Weights = {}
    for one in evidence:
        for term, weight in one.terms.items():
            mean[term] = mean.get(term, 0.0) + one.weight / total * weight
    return mean


def _liked_papers(liked: Sequence[_Evidence], shrunk: float, settings: RankingSettings) -> list[ProfileQuery]:
    """The sum of the nearest few counts, each divided by their number."""
    latest = sorted(
        (one for one in liked if one.terms),
        key=lambda one: (one.paper.reacted_at.timestamp() if one.paper.reacted_at else 0.0, one.paper.key),
        reverse=True,
    )[: settings.liked_papers]
    scale = shrunk * settings.nearest_scale / max(1, min(settings.nearest, len(latest)))
    return [
        _query(
            PartKind.LIKED_PAPER,
            one.paper.title,
            strongest(one.terms, settings.liked_paper_terms),
            scale,
            one.paper,
        )
        for one in latest
    ]


def _shrunk(likes: int, settings: RankingSettings) -> float:
    return float(np.cbrt(_FEW / max(_FEW, min(likes, settings.liked_papers))))


def _gamma(disliked: Sequence[_Evidence], settings: RankingSettings) -> float:
    """Rocchio's gamma, as a share of the learned query's scale: it grows with the evidence."""
    share = min(1.0, sum(one.weight for one in disliked) / settings.many_dislikes)
    return settings.disliked_few + (settings.disliked_many - settings.disliked_few) * share


def _squares(weights: Weights) -> float:
    return sum(weight * weight for weight in weights.values())


def _query(kind: PartKind, label: str, weights: Weights, scale: float, paper: KnownPaper | None = None) -> ProfileQuery:
    return ProfileQuery(kind, label, tuple(weights), tuple(weights.values()), scale, paper.id if paper else None)
