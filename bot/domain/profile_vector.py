"""A profile as numbers: all that scoring many people at once needs of it, readable without a word of text.

Little-endian, in this order; the whole is a multiple of 8 bytes, so that vectors laid end to end stay aligned:

- u32 `MARK` (form and version), u32 queries, u32 mutes, u32 0
- for each query: u32 kind (`KIND_CODES`), u32 terms, f64 scale
- for each mute: u32 terms; one u32 0 if the number of mutes is odd
- of the terms of all queries, one query after the other: u32 ids, f32 weights, and a bit each (term t is bit t % 32 of
  u32 t // 32) that says whether the term is a pair of words
- u32 ids of the terms of all mutes; zeros up to the multiple of 8
"""

import struct
import sys
from array import array
from datetime import datetime
from typing import NamedTuple, TypeVar

from bot.domain.person import PersonId
from bot.domain.profile import PartKind, Profile
from bot.domain.term import is_pair, term_ids

MARK = 0x31565042
"""The letters `BPV1`: another form gets another mark, and a profile in an unknown one is made anew."""

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

_HEAD = struct.Struct("<4I")
_QUERY = struct.Struct("<2Id")


class ProfileVector(NamedTuple):
    """A person's vector as it is stored, and when the profile was made."""

    person_id: PersonId
    built_at: datetime
    data: bytes


Number = TypeVar("Number", int, float)
WeightedQuery = tuple[PartKind, float, list[float]]


def encode_vector(profile: Profile) -> bytes:
    """The numbers of a profile. Weights keep the 24 bits that a float32 holds."""
    terms = [term for query in profile.queries for term in query.terms]
    pairs = [0] * (-(-len(terms) // 32))
    for at, term in enumerate(terms):
        if is_pair(term):
            pairs[at >> 5] |= 1 << (at & 31)
    counts = [len(mute) for mute in profile.muted]
    muted = term_ids(term for mute in profile.muted for term in mute)
    pieces = [
        _HEAD.pack(MARK, len(profile.queries), len(profile.muted), 0),
        *(_QUERY.pack(KIND_CODES[query.kind], len(query.terms), query.scale) for query in profile.queries),
        _bytes(array("I", counts + [0] * (len(counts) % 2))),
        _bytes(array("I", term_ids(terms))),
        _bytes(array("f", (weight for query in profile.queries for weight in query.weights))),
        _bytes(array("I", pairs)),
        _bytes(array("I", muted)),
    ]
    whole = b"".join(pieces)
    return whole + bytes(-len(whole) % 8)


def decode_queries(vector: bytes) -> list[WeightedQuery] | None:
    """(kind, scale, weights) of each query; None for another form, or a damaged one."""
    if len(vector) < _HEAD.size:
        return None
    mark, queries, mutes, _ = _HEAD.unpack_from(vector)
    after = _HEAD.size + queries * _QUERY.size
    if mark != MARK or len(vector) < after:
        return None
    kinds = {code: kind for kind, code in KIND_CODES.items()}
    heads = [_QUERY.unpack_from(vector, _HEAD.size + at * _QUERY.size) for at in range(queries)]
    terms = sum(count for _, count, _ in heads)
    start = after + 4 * (mutes + mutes % 2) + 4 * terms
    weights = array("f")
    if len(vector) < start + 4 * terms or any(code not in kinds for code, _, _ in heads):
        return None
    weights.frombytes(vector[start : start + 4 * terms])
    values = _native(weights).tolist()
    found: list[WeightedQuery] = []
    begin = 0
    for code, count, scale in heads:
        found.append((PartKind(kinds[code]), scale, values[begin : begin + count]))
        begin += count
    return found


def _bytes(values: "array[Number]") -> bytes:
    return _native(values).tobytes()


def _native(values: "array[Number]") -> "array[Number]":
    """Little-endian to the machine's order and back; the array itself is changed."""
    if sys.byteorder == "big":
        values.byteswap()
    return values
