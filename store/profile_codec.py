"""A profile as bytes: small, quick to read, and simply made anew where the form has changed.

The form: the letters `PBP`, a version byte, the length of the header (4 bytes, little-endian), the header (JSON: each
query's kind, label, scale, paper and number of terms; the mutes), the length of the terms, the terms (one a line), and
their weights as little-endian float32.
"""

import json
import struct
import sys
from array import array
from datetime import datetime
from typing import Any

from bot.domain.paper import PaperId
from bot.domain.person import PersonId
from bot.domain.profile import PartKind, Profile, ProfileQuery

MAGIC = b"PBP"
VERSION = 1

_LENGTH = struct.Struct("<I")


def encode_profile(profile: Profile) -> bytes:
    """Everything of the profile but its person and time. Weights keep the 24 bits that a float32 holds."""
    terms = [term for query in profile.queries for term in query.terms]
    if any("\n" in term for term in terms):
        raise ValueError("a term cannot hold a line break")
    header = {
        "queries": [[query.kind, query.label, query.scale, query.paper, len(query.terms)] for query in profile.queries],
        "muted": profile.muted,
        "mute_labels": profile.mute_labels,
    }
    weights = array("f", (weight for query in profile.queries for weight in query.weights))
    if sys.byteorder == "big":
        weights.byteswap()
    head = json.dumps(header, ensure_ascii=True, separators=(",", ":")).encode()
    body = "\n".join(terms).encode("utf-8", "surrogatepass")
    return b"".join(
        (MAGIC, bytes([VERSION]), _LENGTH.pack(len(head)), head, _LENGTH.pack(len(body)), body, weights.tobytes())
    )


def decode_profile(person_id: PersonId, built_at: datetime, payload: bytes) -> Profile | None:
    """None for another version's payload, or a damaged one: the profile is then to be built anew."""
    if payload[:4] != MAGIC + bytes([VERSION]):
        return None
    try:
        header, terms, weights = _parts(payload)
        queries: list[ProfileQuery] = []
        start = 0
        for kind, label, scale, paper, length in header["queries"]:
            end = start + length
            query_terms, query_weights = tuple(terms[start:end]), tuple(weights[start:end])
            named = None if paper is None else PaperId(paper)
            queries.append(ProfileQuery(PartKind(kind), label, query_terms, query_weights, scale, named))
            start = end
        if not start == len(terms) == len(weights):
            return None
        muted = tuple(tuple(mute) for mute in header["muted"])
        return Profile(person_id, built_at, tuple(queries), muted, tuple(header["mute_labels"]))
    except (ValueError, KeyError, TypeError, struct.error):
        return None


def _parts(payload: bytes) -> tuple[dict[str, Any], list[str], list[float]]:
    head, at = _block(payload, 4)
    body, at = _block(payload, at)
    weights = array("f")
    weights.frombytes(payload[at:])
    if sys.byteorder == "big":
        weights.byteswap()
    return json.loads(head), body.decode("utf-8", "surrogatepass").split("\n") if body else [], weights.tolist()


def _block(payload: bytes, at: int) -> tuple[bytes, int]:
    (length,) = _LENGTH.unpack_from(payload, at)
    start = at + _LENGTH.size
    return payload[start : start + length], start + length
