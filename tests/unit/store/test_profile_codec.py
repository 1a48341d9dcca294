"""Profiles as bytes."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import PaperId
from bot.domain.person import PersonId
from bot.domain.profile import PartKind, Profile, ProfileQuery
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


@given(st.lists(queries(), max_size=4), st.lists(st.lists(st.text()).map(tuple)), st.lists(st.text()))
def test_a_profile_survives_whatever_its_words(
    some: list[ProfileQuery], muted: list[tuple[str, ...]], labels: list[str]
) -> None:
    profile = Profile(ME, NOON, tuple(some), tuple(muted), tuple(labels))
    assert decode_profile(ME, NOON, encode_profile(profile)) == profile


@given(st.binary(max_size=60))
def test_any_damage_means_that_the_profile_is_built_anew(tail: bytes) -> None:
    whole = encode_profile(make_profile(ME))
    assert decode_profile(ME, NOON, whole[:8] + tail) is None


def test_a_payload_cut_short_or_of_another_version_is_none() -> None:
    whole = encode_profile(make_profile(ME))
    assert all(decode_profile(ME, NOON, whole[:end]) is None for end in range(len(whole)))
    assert decode_profile(ME, NOON, whole[:3] + b"\x02" + whole[4:]) is None


def test_an_unknown_kind_is_none() -> None:
    whole = encode_profile(make_profile(ME))
    (length,) = struct.unpack_from("<I", whole, 4)
    head = json.loads(whole[8 : 8 + length])
    head["queries"][0][0] = "hearsay"
    changed = json.dumps(head).encode()
    assert decode_profile(ME, NOON, whole[:4] + struct.pack("<I", len(changed)) + changed + whole[8 + length :]) is None


def test_a_term_with_a_line_break_is_refused() -> None:
    query = ProfileQuery(PartKind.INTEREST, "x", ("a\nb",), (1.0,))
    with pytest.raises(ValueError, match="line break"):
        encode_profile(make_profile(ME, queries=(query,)))
