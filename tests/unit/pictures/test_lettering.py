import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.lettering import ELLIPSIS, MISSING, drawable, fitted


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("graph  networks\n", "graph networks"),
        ("naïve Ω λ → ∞", "naïve Ω λ → ∞"),
        ("e\u0301t\u0065\u0301", "été"),
        ("扩散模型 models", f"{MISSING} models"),
        ("party 🎉🎉!", f"party {MISSING}!"),
        ("a\x00b\x1b[0m", "a b [0m"),
        ("\u202eevil\u200b", "evil"),
        ("$x^2$", "$x^2$"),
        ("", ""),
    ],
)
def test_what_the_font_has_is_drawn_and_the_rest_is_a_box(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


@given(st.text(max_size=80), st.booleans())
def test_what_is_drawable_stays_as_it_is(text: str, bold: bool) -> None:
    once = drawable(text, bold=bold)
    assert drawable(once, bold=bold) == once
    assert "\n" not in once


def test_text_that_fits_stays_whole_and_longer_text_is_cut_with_an_ellipsis() -> None:
    assert fitted("ducks", 300, 32) == "ducks"
    cut = fitted("ducks and geese on ponds", 200, 32)
    assert cut.endswith(ELLIPSIS)
    assert "ducks and geese on ponds".startswith(cut[:-1])
    assert len(fitted("ducks and geese on ponds", 300, 32)) > len(cut)
    assert len(fitted("ducks and geese on ponds", 200, 32, bold=True)) <= len(cut)
    assert fitted("ducks", 0, 32) == ELLIPSIS
