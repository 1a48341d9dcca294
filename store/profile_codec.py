"""A profile as bytes, small and quick to read: its numbers (bot.domain.profile_vector), and its words here.

The form of the words: the letters `PBP`, a version byte, the lengths of the header and of the terms (4 bytes each,
little-endian), the header (JSON: each query's label and paper; the mutes), and the terms of the vector, one a line.
The numbers stand apart so that everybody's can be read at once without the words. What has another form is simply made
anew.
"""

import json
import struct
from datetime import datetime
from typing import Any

from bot.domain.paper import PaperId
from bot.domain.person import PersonId
from bot.domain.profile import Profile, ProfileQuery
from bot.domain.profile_vector import SHARING, decode_queries, vector_and_terms

MAGIC = b"PBP"
VERSION = 3

_LENGTH = struct.Struct("<2I")


def encode_profile(profile: Profile) -> tuple[bytes, bytes]:
    """(vector, payload): everything of the profile but its person and time."""
    vector, terms = vector_and_terms(profile)
    if any("\n" in term for term in terms):
        raise ValueError("a term cannot hold a line break")
    header = {
        "queries": [[query.label, query.paper] for query in profile.queries],
        "muted": profile.muted,
        "mute_labels": profile.mute_labels,
    }
    head = json.dumps(header, ensure_ascii=True, separators=(",", ":")).encode()
    body = "\n".join(terms).encode("utf-8", "surrogatepass")
    return vector, MAGIC + bytes([VERSION]) + _LENGTH.pack(len(head), len(body)) + head + body


def decode_profile(person_id: PersonId, built_at: datetime, vector: bytes, payload: bytes) -> Profile | None:
    """None for another version's payload or vector, or a damaged one: the profile is then to be built anew.

    The terms of queries learned from papers come strongest first, equal ones in alphabetical order, as they are built.
    """
    numbers = decode_queries(vector)
    if numbers is None or payload[:4] != MAGIC + bytes([VERSION]):
        return None
    try:
        header, terms = _parts(payload)
        queries: list[ProfileQuery] = []
        for one, (label, paper) in zip(numbers, header["queries"], strict=True):
            weighted = [(weight, terms[place]) for place, weight in zip(one.places, one.weights, strict=True)]
            if one.kind in SHARING:
                weighted.sort(key=lambda term: (-abs(term[0]), term[1]))
            named = None if paper is None else PaperId(paper)
            words, weights = tuple(term for _, term in weighted), tuple(weight for weight, _ in weighted)
            queries.append(ProfileQuery(one.kind, label, words, weights, one.scale, named))
        if len(terms) != len({place for one in numbers for place in one.places}):
            return None
        muted = tuple(tuple(mute) for mute in header["muted"])
        return Profile(person_id, built_at, tuple(queries), muted, tuple(header["mute_labels"]))
    except (ValueError, KeyError, TypeError, IndexError, struct.error):
        return None


def _parts(payload: bytes) -> tuple[dict[str, Any], list[str]]:
    head, body_length = _LENGTH.unpack_from(payload, 4)
    start = 4 + _LENGTH.size
    body = payload[start + head :]
    if len(body) != body_length:
        raise ValueError("a profile's words are cut short")
    return json.loads(payload[start : start + head]), body.decode("utf-8", "surrogatepass").split("\n") if body else []
