import numpy as np
import pytest

from bot.domain.profile import PartKind
from bot.domain.ranking import Part, TermContribution
from bot.ranking.diversify import diversified
from bot.ranking.explanation import contributions, surface_forms


def _part(value: float) -> Part:
    return Part(PartKind.INTEREST, "a label", value, (TermContribution("graph", value),))


def test_contributions_stand_in_falling_order_with_signed_shares() -> None:
    found = contributions([_part(1.0), _part(-2.0), _part(1.0)])
    assert [one.part.value for one in found] == [-2.0, 1.0, 1.0]
    assert [one.share for one in found] == [-0.5, 0.25, 0.25]


def test_nothing_has_no_shares() -> None:
    assert contributions([]) == []
    assert contributions([_part(0.0)])[0].share == 0.0


@pytest.mark.parametrize(
    ("term", "surface"),
    [
        ("diffus", "Diffusion"),
        ("diffus model", "Diffusion models"),
        ("imag", "text-to-image"),
        ("text imag", "text-to-image"),
        ("model text", "models text-to-image"),
        ("c++", "C++"),
        ("author:jane doe", "jane doe"),
    ],
)
def test_a_stem_is_shown_as_the_paper_writes_it(term: str, surface: str) -> None:
    text = "Diffusion models for text-to-image, in C++. Other diffusion modelling"
    assert surface_forms([term], text) == {term: surface}


def test_stems_that_the_text_lacks_are_left_out() -> None:
    assert surface_forms(["graph", "imag model"], "an image. models") == {}


def test_diversity_prefers_the_first_of_equals_and_leaves_no_one_out() -> None:
    similarity = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert diversified([1.0, 1.0, 0.9], similarity, 0.25) == [0, 2, 1]
    assert diversified([1.0, 1.0, 0.7], similarity, 0.25) == [0, 1, 2]
    assert diversified([], np.zeros((0, 0)), 0.25) == []
