"""Where numbers stand in a vector (bot.domain.profile_vector), and where a term stands in the day."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.domain.profile_vector import MARK, MOST_SHARING
from bot.ranking.kernels.arrays import FIELD, TAUGHT, TEXT, Vectors
from bot.ranking.kernels.jit import compiled, inlined, integer

HEAD, QUERY = 8, 8
"""Words of a vector's head, and of each query's."""


class Layout(NamedTuple):
    """How many of everything, and the words (of `counts` and `owners` the octets) that they begin at; queries is -1 if
    the vector is not what it says. `most`, `counts` and `owners` are there only if more than one query shares."""

    queries: int
    mutes: int
    own_terms: int
    shared_terms: int
    entries: int
    heads: int
    mute_sizes: int
    own: int
    shared: int
    sharing: int
    weights: int
    most: int
    counts: int
    owners: int
    muted: int


@compiled
def layout(vectors: Vectors, p: int, roles: npt.NDArray[np.int64]) -> Layout:
    """What the head of a vector says, held against its size and what its queries and mutes say."""
    words = vectors.words
    begin, size = vectors.starts[p], vectors.starts[p + 1] - vectors.starts[p]
    damaged = Layout(-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    if size < HEAD or words[begin] != MARK:
        return damaged
    queries, mutes, muted = integer(words[begin + 1]), integer(words[begin + 2]), integer(words[begin + 3])
    own_terms, shared_terms, entries = integer(words[begin + 4]), integer(words[begin + 5]), integer(words[begin + 6])
    heads = begin + HEAD
    mute_sizes = heads + QUERY * queries
    own = mute_sizes + mutes + mutes % 2
    shared = own + 2 * own_terms + (own_terms + 31) // 32
    weights = shared + shared_terms
    most = weights + entries
    if mute_sizes > begin + size:
        return damaged
    sharing, own_queries = 0, 0
    for q in range(queries):
        head = heads + QUERY * q
        if words[head] < len(roles) and roles[words[head]] >= TAUGHT:
            sharing += 1
        else:
            own_queries += integer(words[head + 1])
    counts, owners, mute_terms = most, most, most
    if sharing > 1:
        counts = most + shared_terms
        owners = counts + (shared_terms + 3) // 4
        mute_terms = owners + (entries + 3) // 4
    elif entries != shared_terms or (entries > 0 and sharing == 0):
        return damaged
    whole = mute_terms + muted - begin
    if own_queries != own_terms or sharing > MOST_SHARING:
        return damaged
    if whole + whole % 2 != size:
        return damaged
    for m in range(mutes):
        muted -= integer(words[mute_sizes + m])
    if muted != 0:
        return damaged
    return Layout(
        queries,
        mutes,
        own_terms,
        shared_terms,
        entries,
        heads,
        mute_sizes,
        own,
        shared,
        sharing,
        weights,
        most,
        4 * counts,
        4 * owners,
        mute_terms,
    )


@inlined
def may_occur(bitmap: npt.NDArray[np.uint32], term: int) -> int:
    """0 if no document of the day has the term; else 1, wrongly for a few."""
    prefix = term >> 12
    return integer(bitmap[prefix >> 5] >> np.uint32(prefix & 31)) & 1


@inlined
def find_row(slots: npt.NDArray[np.uint64], shift: int, term: int) -> int:
    """The row of a term id, -1 if no document of the day has it."""
    mask = len(slots) - 1
    at = term >> shift
    while True:
        slot = slots[at]
        entry = integer(slot & np.uint64(0xFFFFFFFF))
        if entry == 0:
            return -1
        if integer(slot >> np.uint64(32)) == term:
            return entry - 1
        at = (at + 1) & mask


@inlined
def document(posting: Any) -> int:
    """The document of one of the day's postings."""
    return np.uint64(posting >> np.uint32(16))  # type: ignore[return-value]


@compiled
def stated_terms(vectors: Vectors, roles: npt.NDArray[np.int64], found: npt.NDArray[np.uint32]) -> int:
    """How many terms of stated interests there are; their ids, as often as they stand there, are put into `found` as
    far as they fit."""
    count = 0
    for p in range(len(vectors.starts) - 1):
        here = layout(vectors, p, roles)
        at = here.own
        for q in range(here.queries):
            head = here.heads + QUERY * q
            kind, terms = vectors.words[head], integer(vectors.words[head + 1])
            if kind < len(roles) and (roles[kind] == TEXT or roles[kind] == FIELD):
                for term in range(at, at + terms):
                    if count < len(found):
                        found[count] = vectors.words[term]
                    count += 1
            if not (kind < len(roles) and roles[kind] >= TAUGHT):
                at += terms
    return count
