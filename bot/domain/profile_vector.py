"""A profile as numbers: all that scoring many people at once needs of it, readable without a word of text.

What a person stated stands query by query. The queries learned from papers share most of their terms, so a term stands
there once, with its weight in each of them. Little-endian, in this order; the whole is a multiple of 8 bytes, so that
vectors laid end to end stay aligned:

- u32 `MARK` (form and version), u32 numbers of queries, mutes, terms of all mutes, own terms (of the queries that share
  none), shared terms, entries (of shared terms in queries), and 0
- for each query: u32 kind (`KIND_CODES`), u32 terms, f64 scale, and of one that shares (else 0) f64 `square_sum`, f32
  lowest and f32 highest weight
- for each mute: u32 terms; one u32 0 if the number of mutes is odd
- of the own terms, one query after the other: u32 ids, f32 weights, and a bit each (term t is bit t % 32 of u32
  t // 32) that says whether the term is a pair of words
- of the shared terms, by their ids: u32 ids
- of the entries, one shared term after the other: f32 weights
- unless a single query shares, whose entries are its terms: of each shared term f32 the most that it brings a document
  in units of its IDF and saturation (`_most`); u8 how many entries it has; then of each entry u8 its query, counted
  among those that share; each with zeros up to a multiple of 4
- u32 ids of the terms of all mutes; zeros up to the multiple of 8
"""

import math
import struct
import sys
from array import array
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, TypeVar

from bot.domain.person import PersonId
from bot.domain.profile import PartKind, Profile, ProfileQuery
from bot.domain.term import is_pair, term_ids

MARK = 0x32565042
"""The letters `BPV2`: another form gets another mark, and a profile in an unknown one is made anew."""

KIND_CODES: dict[str, int] = {
    "interest": 0,
    "author": 1,
    "category": 2,
    "learned": 3,
    "disliked": 4,
    "liked paper": 5,
    "topic": 6,
}
"""PartKind -> the number it is stored as. Numbers are only ever added."""

SHARING = frozenset({PartKind.LEARNED, PartKind.DISLIKED, PartKind.LIKED_PAPER})
MOST_SHARING = 255
MOST_NEAREST = 4
"""Of how many liked papers at the most a document's likeness to them may count."""

_LEAST = 1.2e-38
_HEAD = struct.Struct("<8I")
_QUERY = struct.Struct("<2I2d2f")


class ProfileVector(NamedTuple):
    """A person's vector as it is stored, and when the profile was made."""

    person_id: PersonId
    built_at: datetime
    data: bytes


class WeightedQuery(NamedTuple):
    """A query's numbers; `places` says which of a vector's terms (`vector_and_terms`) each weight belongs to."""

    kind: PartKind
    scale: float
    places: list[int]
    weights: list[float]


Number = TypeVar("Number", int, float)


def square_sum(weights: Iterable[float]) -> float:
    """The sum of the squares, correctly rounded: the order of the weights does not matter."""
    try:
        return math.fsum(weight * weight for weight in weights)
    except OverflowError:
        return math.inf


def encode_vector(profile: Profile) -> bytes:
    """The numbers of a profile. Weights keep the 24 bits that a float32 holds.

    ValueError for more than `MOST_SHARING` queries that share their terms.
    """
    return vector_and_terms(profile)[0]


def vector_and_terms(profile: Profile) -> tuple[bytes, list[str]]:
    """`encode_vector`, and the terms that stand in it: the own ones, then the shared ones."""
    own = [query for query in profile.queries if query.kind not in SHARING]
    sharing = [query for query in profile.queries if query.kind in SHARING]
    if len(sharing) > MOST_SHARING:
        raise ValueError(f"a profile holds at most {MOST_SHARING} queries learned from papers")
    terms = [term for query in own for term in query.terms]
    pairs = [0] * (-(-len(terms) // 32))
    for at, term in enumerate(terms):
        if is_pair(term):
            pairs[at >> 5] |= 1 << (at & 31)
    shared = _shared(sharing)
    entries = [entry for _, _, some in shared for entry in some]
    mutes = [len(mute) for mute in profile.muted]
    muted = term_ids(term for mute in profile.muted for term in mute)
    pieces = [
        _HEAD.pack(MARK, len(profile.queries), len(mutes), len(muted), len(terms), len(shared), len(entries), 0),
        *map(_query, profile.queries),
        _bytes(array("I", mutes + [0] * (len(mutes) % 2))),
        _bytes(array("I", term_ids(terms))),
        _bytes(array("f", [weight for query in own for weight in query.weights])),
        _bytes(array("I", pairs)),
        _bytes(array("I", [number for number, _, _ in shared])),
        _bytes(array("f", [weight for _, weight in entries])),
        *(_owners(shared, sharing) if len(sharing) > 1 else ()),
        _bytes(array("I", muted)),
    ]
    return _padded(b"".join(pieces), 8), terms + [term for _, term, _ in shared]


def decode_queries(vector: bytes) -> list[WeightedQuery] | None:
    """The queries in their order, of those that share in the order of their terms' ids; None for another form, or a
    damaged one."""
    if len(vector) < _HEAD.size:
        return None
    mark, queries, mutes, _, own, shared, entries, _ = _HEAD.unpack_from(vector)
    start = _HEAD.size + queries * _QUERY.size + 4 * (mutes + mutes % 2)
    first = start + 8 * own + 4 * (-(-own // 32)) + 4 * shared
    end = first + 4 * entries
    if mark != MARK or len(vector) < end:
        return None
    kinds = {code: kind for kind, code in KIND_CODES.items()}
    found: list[WeightedQuery] = []
    weights = _floats(vector[start + 4 * own : start + 8 * own])
    begin = 0
    for at in range(queries):
        code, count, scale, *_ = _QUERY.unpack_from(vector, _HEAD.size + at * _QUERY.size)
        if code not in kinds:
            return None
        kind = PartKind(kinds[code])
        stop = begin if kind in SHARING else begin + count
        found.append(WeightedQuery(kind, scale, list(range(begin, stop)), weights[begin:stop]))
        begin = stop
    sharing = [query for query in found if query.kind in SHARING]
    counts, owners = bytes([1]) * shared, bytes(entries)
    if len(sharing) > 1:
        end += 4 * shared
        counts = vector[end : end + shared]
        end += -(-shared // 4) * 4
        owners = vector[end : end + entries]
    if begin != own or sum(counts) != entries or len(owners) != entries or max(owners, default=-1) >= len(sharing):
        return None
    places = (place for place, count in enumerate(counts, own) for _ in range(count))
    for owner, place, weight in zip(owners, places, _floats(vector[first : first + 4 * entries]), strict=True):
        sharing[owner].places.append(place)
        sharing[owner].weights.append(weight)
    return found


def _shared(queries: list[ProfileQuery]) -> list[tuple[int, str, list[tuple[int, float]]]]:
    """(id, term, entries) by id. A term that a query has twice stands twice: each place holds a query once."""
    terms: dict[tuple[str, int], list[tuple[int, float]]] = {}
    for owner, query in enumerate(queries):
        for term, weight in zip(query.terms, query.weights, strict=True):
            time = 0
            entries = terms.setdefault((term, time), [])
            while entries and entries[-1][0] == owner:
                time += 1
                entries = terms.setdefault((term, time), [])
            entries.append((owner, weight))
    numbers = term_ids(term for term, _ in terms)
    return sorted((number, term, entries) for number, ((term, _), entries) in zip(numbers, terms.items(), strict=True))


def _owners(shared: list[tuple[int, str, list[tuple[int, float]]]], sharing: list[ProfileQuery]) -> list[bytes]:
    factors = []
    for query in sharing:
        squares = square_sum(array("f", query.weights))
        factors.append((query.scale / squares if squares > 0 else 0.0, query.kind is PartKind.LIKED_PAPER))
    return [
        _bytes(array("f", [_most(entries, factors) for _, _, entries in shared])),
        _padded(bytes(len(entries) for _, _, entries in shared), 4),
        _padded(bytes(owner for _, _, entries in shared for owner, _ in entries), 4),
    ]


def _most(entries: list[tuple[int, float]], factors: list[tuple[float, bool]]) -> float:
    """What a term brings by the queries that are added up, and at the most by liked papers, of which the nearest count:
    a document's nearest papers cannot have more of the term than the papers that have the most of it."""
    total, liked = 0.0, []
    for owner, weight in entries:
        factor, is_liked = factors[owner]
        if is_liked:
            liked.append(weight * factor)
        else:
            total += weight * factor
    if len(liked) > MOST_NEAREST:
        liked = sorted(liked)[-MOST_NEAREST:]
    for value in liked:
        total += max(value, 0.0)
    # What is not 0 must not become 0.
    return total if abs(total) > _LEAST or total == 0 else math.copysign(_LEAST, total)


def _query(query: ProfileQuery) -> bytes:
    weights = array("f", query.weights)
    if query.kind not in SHARING:
        return _QUERY.pack(KIND_CODES[query.kind], len(weights), query.scale, 0.0, 0.0, 0.0)
    lowest, highest = min(weights, default=0.0), max(weights, default=0.0)
    if not all(map(math.isfinite, weights)):
        lowest = highest = math.nan
    return _QUERY.pack(KIND_CODES[query.kind], len(weights), query.scale, square_sum(weights), lowest, highest)


def _padded(data: bytes, multiple: int) -> bytes:
    return data + bytes(-len(data) % multiple)


def _floats(data: bytes) -> list[float]:
    values = array("f")
    values.frombytes(data)
    return _native(values).tolist()


def _bytes(values: "array[Number]") -> bytes:
    return _native(values).tobytes()


def _native(values: "array[Number]") -> "array[Number]":
    """Little-endian to the machine's order and back; the array itself is changed."""
    if sys.byteorder == "big":
        values.byteswap()
    return values
