from dataclasses import replace

import numpy as np
import pytest

from bot.domain.paper import PaperId
from bot.domain.profile import PartKind
from bot.domain.ranking import Part, Source, TermContribution
from bot.ranking.diversify import diversified
from bot.ranking.explanation import grouped, surface_forms


def _part(value: float, label: str = "a label", **more: object) -> Part:
    part = Part(PartKind.INTEREST, label, value, (TermContribution("graph", value),))
    return replace(part, **more)  # type: ignore[arg-type]


def test_groups_stand_in_falling_order_of_their_size_and_equal_ones_keep_theirs() -> None:
    one, other, against = _part(1.0, "one"), _part(1.0, "other"), _part(-2.0, "against")
    assert grouped([one, other, against]) == (against, one, other)
    assert grouped([]) == ()


def test_parts_of_one_origin_become_one_group_that_adds_up_term_by_term() -> None:
    source, second = Source(PaperId("local:1"), "Graphs"), Source(PaperId("local:2"), "Trees")
    terms = (TermContribution("tree", 2.0), TermContribution("graph", -0.5))
    both = [_part(1.0, sources=(source,)), _part(1.5, terms=terms, sources=(source, second))]
    (group,) = grouped(both)
    assert group.value == 2.5
    assert group.terms == (TermContribution("tree", 2.0), TermContribution("graph", 0.5))
    assert group.sources == (source, second)


def test_the_same_words_of_another_kind_or_paper_stay_apart() -> None:
    parts = [
        _part(3.0, kind=PartKind.LIKED_PAPER, paper=PaperId("local:1")),
        _part(2.0, kind=PartKind.LIKED_PAPER, paper=PaperId("local:2")),
        _part(1.0, kind=PartKind.AUTHOR),
        _part(0.5),
    ]
    assert grouped(parts) == tuple(parts)


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
