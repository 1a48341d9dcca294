"""How strongly a profile holds each learned term: for showing, not for scoring."""

import math
from collections.abc import Sequence

from bot.domain.profile import PartKind, ProfileQuery

Strengths = dict[str, float]

_NAMED = frozenset({PartKind.INTEREST, PartKind.AUTHOR, PartKind.CATEGORY, PartKind.TOPIC, PartKind.LIKED_PAPER})
"""Queries for one interest or one paper: what was learned from many is in the others."""


def strengths(queries: Sequence[ProfileQuery]) -> tuple[Strengths, Strengths]:
    """(towards, away): term -> its share of what was learned, 0 to 1, the squares of each adding up to 1.

    Away are the terms of what was turned down, and those that count against a paper otherwise.
    """
    towards: Strengths = {}
    away: Strengths = {}
    for query in queries:
        if query.kind in _NAMED:
            continue
        for term, weight in zip(query.terms, query.weights, strict=True):
            if not weight:
                continue
            side = towards if (weight > 0) == (query.kind is not PartKind.DISLIKED) else away
            side[term] = side.get(term, 0.0) + abs(weight)
    return _normed(towards), _normed(away)


def _normed(weights: Strengths) -> Strengths:
    norm = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
    return {term: weight / norm for term, weight in weights.items()} if norm else {}
