"""Scores of whole segments at once, and the exact contributions of single papers, from one plan."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from bot.domain.profile import PartKind, ProfileQuery
from bot.domain.profile_vector import square_sum
from bot.domain.ranking import Part, TermContribution
from bot.ranking.bm25 import Bm25, Floats
from bot.ranking.inverted_lists import Ints
from bot.ranking.parameters import RankingSettings
from bot.ranking.relevance import LEARNED_KINDS, coverage_weights, learned_floor, reaches
from bot.ranking.term_index import Slot
from bot.ranking.terms import is_pair, term_id

_BEYOND = 1e100

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """A query made ready: where its terms stand among the plan's, and what each weighs: scale w IDF / norm.

    `coverage` is which part of the query each term is, whatever its tf; see bot.ranking.relevance.
    """

    query: ProfileQuery
    places: Ints
    coefficients: Floats
    coverage: Floats


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """score(d) = sum over queries q and their terms t of coefficient(q, t) saturation(tf(t, d), dl(d)).

    Of the queries for liked papers only the `nearest` with the highest sums above 0 count; with a topic, a paper
    counts at all only if it has a term of it. Everything here is fixed for one ranking.
    """

    bm25: Bm25
    term_ids: npt.NDArray[np.uint32]
    queries: tuple[PlannedQuery, ...]
    settings: RankingSettings
    floor: float
    """What the learned queries must add up to, see bot.ranking.relevance."""
    places: dict[int, Ints] = field(default_factory=dict)
    """Segment id -> where the plan's terms stand in the segment: looked up once a ranking."""

    def score(self, slot: Slot, eligible: Mask) -> tuple[Floats, Mask]:
        """(float64[D], bool[D]): the scores, and which papers reach the floor of relevance.

        Papers that are not eligible, or lack the topic, have -inf.
        """
        segment = slot.segment
        size = len(segment.keys)
        rows = self._rows(slot)
        present = np.flatnonzero(rows >= 0)
        docs, tfs, counts = segment.lists(rows[present])
        if eligible.sum() < 0.8 * size:
            kept = eligible[docs]
            counts = np.bincount(np.repeat(np.arange(len(present)), counts)[kept], minlength=len(present))
            docs, tfs = docs[kept], tfs[kept]
        every = np.zeros(len(self.term_ids), np.int64)
        every[present] = counts
        norm = self.bm25.length_norm(segment.lengths.astype(np.float64))
        saturation = norm[docs]
        saturation += tfs
        np.divide(tfs, saturation, out=saturation)
        saturation *= self.bm25.k1 + 1
        ends = np.concatenate(([0], np.cumsum(every)))
        summed = np.zeros(len(self.term_ids))
        learned = np.zeros(len(self.term_ids))
        best = np.zeros((self.settings.nearest, size))
        near = np.zeros(size, np.bool_)
        wanted = None
        asked = np.ones(size, np.bool_)
        for planned in self.queries:
            if planned.query.kind is not PartKind.LIKED_PAPER:
                np.add.at(summed, planned.places, planned.coefficients)
            if planned.query.kind is PartKind.TOPIC:
                asked = self._sums(planned, np.ones(len(planned.places)), docs, None, ends, size) > 0
                covered = self._sums(planned, planned.coverage, docs, None, ends, size)
                wanted = reaches(covered, self.settings.topic_floor) & asked
            elif planned.query.kind is PartKind.LIKED_PAPER:
                _keep_best(best, self._sums(planned, planned.coefficients, docs, saturation, ends, size))
            elif planned.query.kind in LEARNED_KINDS:
                np.add.at(learned, planned.places, planned.coefficients)
            elif planned.query.scale > 0:
                covered = self._sums(planned, planned.coverage, docs, None, ends, size)
                near |= reaches(covered, self.settings.interest_floor)
        liked = best.sum(axis=0)
        total = np.bincount(docs, np.repeat(summed, every) * saturation, size) + liked
        if wanted is None:
            taught = np.bincount(docs, np.repeat(learned, every) * saturation, size) if learned.any() else 0.0
            wanted = near | reaches(taught + liked, self.floor)
        return np.where(eligible & asked, total, -np.inf), wanted

    def contributions(self, slot: Slot, docs: Ints) -> list["Contributions"]:
        """What every term of every query gives some papers of a segment."""
        segment = slot.segment
        rows = self._rows(slot)
        present = np.flatnonzero(rows >= 0)
        saturation = np.zeros((len(rows), len(docs)))
        tf = segment.term_frequencies(rows[present], docs)
        saturation[present] = self.bm25.saturation(tf, segment.lengths[docs].astype(np.float64)[None, :])
        none: list[Floats] = [np.empty((len(docs), 0))]
        values = np.concatenate(
            none + [planned.coefficients * saturation.T[:, planned.places] for planned in self.queries], axis=1
        )
        counts = np.array([len(planned.places) for planned in self.queries], np.int64)
        ends = np.cumsum(counts)
        sums = [values[:, end - count : end].sum(axis=1) for count, end in zip(counts, ends, strict=True)]
        near = np.array([planned.query.kind is PartKind.LIKED_PAPER for planned in self.queries], np.bool_)
        counted = np.tile(~near, (len(docs), 1))
        if near.any():
            for of_one, liked in zip(counted, np.where(near[:, None], sums, 0.0).T, strict=True):
                of_one[_highest(liked, self.settings.nearest)] = True
        values = np.where(np.repeat(counted, counts, axis=1), values, 0.0)
        queries = [
            (planned.query, slice(end - count, end))
            for planned, count, end in zip(self.queries, counts.tolist(), ends.tolist(), strict=True)
        ]
        return [Contributions(queries, of_one) for of_one in values]

    def _rows(self, slot: Slot) -> Ints:
        if slot.id not in self.places:
            self.places[slot.id] = slot.segment.rows(self.term_ids)
        return self.places[slot.id]

    def _sums(
        self, planned: PlannedQuery, values: Floats, docs: Ints, saturation: Floats | None, ends: Ints, size: int
    ) -> Floats:
        """float64[D]: the sum of the values of the query's terms that occur, each times its saturation if given."""
        begins = ends[planned.places]
        counts = ends[planned.places + 1] - begins
        picked = np.repeat(begins - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum()))
        weighted = np.repeat(values, counts)
        if saturation is not None:
            weighted *= saturation[picked]
        return np.bincount(docs[picked], weighted, size).astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True)
class Contributions:
    """One paper's values: `values` has each query's terms one after the other, 0 for a query that does not count;
    `queries` says where each query's are."""

    queries: Sequence[tuple[ProfileQuery, slice]]
    values: Floats

    @property
    def score(self) -> float:
        """The exactly rounded sum of all values: papers with the same values have the same score."""
        return math.fsum(self.values[self.values != 0].tolist())

    @property
    def parts(self) -> tuple[Part, ...]:
        """In the order of the queries; queries without a value are left out."""
        mine = ((query, self.values[place]) for query, place in self.queries)
        return tuple(_part(query, values) for query, values in mine if values.any())


def plan_scores(queries: Sequence[ProfileQuery], bm25: Bm25, settings: RankingSettings) -> ScorePlan:
    """Make queries ready for an index. ValueError for weights or scales that are not finite or do not fit."""
    for query in queries:
        if len(query.terms) != len(query.weights):
            raise ValueError(f"the query {query.label!r} needs one weight a term")
        if not all(map(math.isfinite, (*query.weights, query.scale))):
            raise ValueError(f"the query {query.label!r} has a weight that is not finite")
    ids = [np.array([term_id(term) for term in query.terms], np.uint32) for query in queries]
    term_ids, inverse = np.unique(np.concatenate([np.empty(0, np.uint32), *ids]), return_inverse=True)
    df = bm25.index.df(term_ids)
    telling = bm25.is_telling(df)
    used: list[tuple[ProfileQuery, Ints]] = []
    ends = np.cumsum([len(query.terms) for query in queries])
    for query, end in zip(queries, ends.tolist(), strict=True):
        places = inverse[end - len(query.terms) : end]
        used.append(_used(_telling(query, telling[places]), places))
    idf = _idfs(bm25, df, [places for _, places in used])
    planned = (_plan(query, places, idf[places], settings) for query, places in used)
    kept = tuple(one for one in planned if one is not None)
    return ScorePlan(bm25, term_ids, kept, settings, learned_floor(queries, settings))


def _used(query: ProfileQuery, places: Ints) -> tuple[ProfileQuery, Ints]:
    """A query without its terms of no weight."""
    if all(query.weights):
        return query, places
    terms = [(term, weight) for term, weight in zip(query.terms, query.weights, strict=True) if weight]
    kept = replace(query, terms=tuple(term for term, _ in terms), weights=tuple(weight for _, weight in terms))
    return kept, places[np.array(query.weights) != 0]


def _idfs(bm25: Bm25, df: Ints, places: Sequence[Ints]) -> Floats:
    """float64[T]: the IDF of the terms that stand in a query, 0 of the others."""
    asked = np.zeros(len(df), np.bool_)
    for some in places:
        asked[some] = True
    idf = np.zeros(len(df))
    idf[asked] = bm25.idfs(np.maximum(df[asked], 1))
    return idf


def _plan(query: ProfileQuery, places: Ints, idf: Floats, settings: RankingSettings) -> PlannedQuery | None:
    """None for a query that can give nothing; a topic stays, since papers are held to it."""
    weights = np.array(query.weights, np.float64)
    with np.errstate(over="ignore"):
        norm = _norm(query, weights, idf)
    if norm <= 0:
        nothing = np.zeros(len(places))
        return PlannedQuery(query, places, nothing, nothing) if query.kind is PartKind.TOPIC else None
    with np.errstate(over="ignore", invalid="ignore"):
        coefficients = weights * (query.scale / norm) * idf
    if not (np.abs(coefficients) < _BEYOND).all() or math.isinf(norm):
        raise ValueError(f"the query {query.label!r} has weights beyond all measure")
    return PlannedQuery(query, places, coefficients, coverage_weights(query, idf, settings))


def _telling(query: ProfileQuery, telling: Mask) -> ProfileQuery:
    """What a person typed without the words that most papers have, unless it has no other words.

    Half of all papers are no answer, and "quantum models" should rather find nothing than every model.
    """
    if query.kind not in {PartKind.INTEREST, PartKind.TOPIC}:
        return query
    if not any(tells and not is_pair(term) for term, tells in zip(query.terms, telling, strict=True)):
        return query
    return replace(query, weights=tuple(np.where(telling, query.weights, 0.0).tolist()))


def _norm(query: ProfileQuery, weights: Floats, idf: Floats) -> float:
    """What makes queries comparable: 1 is a paper of average length that has each word of an interest once, one
    alternative of a name or category, or a paper like the one (or the mean of those) learned from."""
    if not len(weights):
        return 0.0
    if query.kind in {PartKind.INTEREST, PartKind.TOPIC}:
        single = np.array([not is_pair(term) for term in query.terms])
        return float((np.abs(weights) * idf)[single if single.any() else ~single].sum())
    if query.kind in {PartKind.AUTHOR, PartKind.CATEGORY}:
        return float((np.abs(weights) * idf).max())
    return square_sum(weights.tolist())


def _keep_best(best: Floats, sums: Floats) -> None:
    """Insert a query's scores into the columns of the highest so far."""
    for row in best:
        higher = np.maximum(row, sums)
        sums = np.minimum(row, sums)
        row[:] = higher


def _highest(sums: Floats, count: int) -> Ints:
    """The places of the highest sums above 0; of equal ones the first."""
    order = np.argsort(-sums, kind="stable")[:count]
    return order[sums[order] > 0]


def _part(query: ProfileQuery, values: Floats) -> Part:
    terms = sorted(
        (TermContribution(term, value) for term, value in zip(query.terms, values.tolist(), strict=True) if value),
        key=lambda term: (-abs(term.value), term.term),
    )
    return Part(query.kind, query.label, math.fsum(term.value for term in terms), tuple(terms), query.paper)
