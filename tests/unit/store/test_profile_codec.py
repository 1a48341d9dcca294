"""Profiles as bytes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import PaperId
from bot.domain.person import PersonId
from bot.domain.profile import PartKind, Profile, ProfileQuery
from bot.domain.profile_vector import MOST_SHARING, SHARING
from store.profile_codec import decode_profile, encode_profile
from tests.factories import NOON, make_profile

ME = PersonId(1)

words = st.text(st.characters(exclude_characters="\n"), min_size=1, max_size=12)
floats32 = st.floats(width=32, allow_nan=False, allow_infinity=False)


@st.composite
def queries(draw: st.DrawFn) -> ProfileQuery:
    terms = draw(st.lists(words, max_size=8))
    weights = draw(st.lists(floats32, min_size=len(terms), max_size=len(terms)))
    paper = draw(st.none() | st.builds(PaperId, words))
    kind = draw(st.sampled_from(PartKind))
    scale = draw(st.floats(allow_nan=False, allow_infinity=False))
    return ProfileQuery(kind, draw(st.text()), tuple(terms), tuple(weights), scale, paper)


def decoded(vector: bytes, payload: bytes) -> Profile | None:
    return decode_profile(ME, NOON, vector, payload)


@given(st.lists(queries(), max_size=4), st.lists(st.lists(st.text()).map(tuple)), st.lists(st.text()))
def test_a_profile_survives_whatever_its_words(
    some: list[ProfileQuery], muted: list[tuple[str, ...]], labels: list[str]
) -> None:
    vector, payload = encode_profile(Profile(ME, NOON, tuple(some), tuple(muted), tuple(labels)))
    kept = tuple(strongest_first(query) if query.kind in SHARING else query for query in some)
    assert decoded(vector, payload) == Profile(ME, NOON, kept, tuple(muted), tuple(labels))
    assert len(vector) % 8 == 0


def strongest_first(query: ProfileQuery) -> ProfileQuery:
    both = sorted(zip(query.terms, query.weights, strict=True), key=lambda one: (-abs(one[1]), one[0]))
    return replace(query, terms=tuple(term for term, _ in both), weights=tuple(weight for _, weight in both))


def test_terms_that_queries_share_are_stored_once() -> None:
    terms = tuple(f"term{at}" for at in range(100))
    one = ProfileQuery(PartKind.LEARNED, "x", terms, (1.0,) * 100)
    _, payload = encode_profile(make_profile(ME, queries=(one,)))
    _, more_payload = encode_profile(make_profile(ME, queries=(one, one, one)))
    assert len(more_payload) < 1.2 * len(payload)
    assert payload.count(b"term99") == more_payload.count(b"term99") == 1


def test_more_queries_than_can_share_their_terms_are_refused() -> None:
    one = ProfileQuery(PartKind.LIKED_PAPER, "x", ("a",), (1.0,))
    encode_profile(make_profile(ME, queries=(one,) * MOST_SHARING))
    with pytest.raises(ValueError, match="at most 255"):
        encode_profile(make_profile(ME, queries=(one,) * (MOST_SHARING + 1)))


@given(st.binary(max_size=60))
def test_any_damage_of_the_words_means_that_the_profile_is_built_anew(tail: bytes) -> None:
    vector, whole = encode_profile(make_profile(ME))
    assert decoded(vector, whole[:8] + tail) is None


@given(st.binary(max_size=60), st.integers(0, 31))
def test_damaged_numbers_are_none_or_other_numbers(noise: bytes, at: int) -> None:
    vector, payload = encode_profile(make_profile(ME))
    found = decoded(vector[:at] + noise, payload)
    assert found is None or [query.terms for query in found.queries] == [("spars", "retriev")]


def test_what_is_cut_short_or_of_another_version_is_none() -> None:
    vector, whole = encode_profile(make_profile(ME, muted=()))
    assert all(decoded(vector, whole[:end]) is None for end in range(len(whole)))
    assert decoded(vector, whole[:3] + b"\x01" + whole[4:]) is None
    weights_end = 32 + 32 + 4 * 2 * 2
    assert all(decoded(vector[:end], whole) is None for end in range(weights_end))
    assert decoded(b"XPV1" + vector[4:], whole) is None


def test_an_unknown_kind_is_none() -> None:
    vector, payload = encode_profile(make_profile(ME))
    assert decoded(vector[:32] + b"\xff" + vector[33:], payload) is None


def test_numbers_and_words_of_two_profiles_are_none() -> None:
    vector, _ = encode_profile(make_profile(ME))
    other = ProfileQuery(PartKind.INTEREST, "sparse", ("spars",), (1.0,))
    _, payload = encode_profile(make_profile(ME, queries=(other,)))
    assert decoded(vector, payload) is None


def test_a_term_with_a_line_break_is_refused() -> None:
    query = ProfileQuery(PartKind.INTEREST, "x", ("a\nb",), (1.0,))
    with pytest.raises(ValueError, match="line break"):
        encode_profile(make_profile(ME, queries=(query,)))
