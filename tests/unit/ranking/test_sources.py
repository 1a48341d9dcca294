from dataclasses import replace

import pytest

from bot.domain.paper import PaperId
from bot.domain.profile import PartKind, ProfileQuery
from bot.domain.ranking import Part, TermContribution
from bot.ranking.sources import LikedTerms
from tests.unit.ranking.makers import query


def liked(number: int, **weights: float) -> ProfileQuery:
    return replace(query(weights, PartKind.LIKED_PAPER), label=f"Paper {number}", paper=PaperId(f"local:{number}"))


def part(kind: PartKind = PartKind.LEARNED, **values: float) -> Part:
    terms = tuple(TermContribution(term, value) for term, value in values.items())
    return Part(kind, "papers you liked", sum(values.values()), terms)


def titles(terms: LikedTerms, of: Part) -> list[str]:
    return [source.title for source in terms.sources(of)]


def test_a_learned_part_comes_from_the_liked_papers_that_share_its_strongest_terms() -> None:
    terms = LikedTerms([liked(1, graph=1.0), liked(2, tree=1.0, robot=5.0), liked(3, speech=1.0)])
    assert titles(terms, part(graph=3.0, tree=1.0)) == ["Paper 1"]
    assert titles(terms, part(graph=2.0, tree=1.5, speech=1.0)) == ["Paper 1", "Paper 2"]
    assert titles(terms, part(tree=2.0, graph=1.0, speech=2.0)) == ["Paper 2", "Paper 3"]
    assert terms.sources(part(tree=1.0))[0].paper == "local:2"


def test_what_a_term_adds_is_shared_by_its_weight_in_each_paper() -> None:
    terms = LikedTerms([liked(1, graph=3.0), liked(2, graph=1.0)])
    assert titles(terms, part(graph=1.0)) == ["Paper 1"]


def test_terms_against_the_paper_and_terms_that_no_liked_paper_has_name_nobody() -> None:
    terms = LikedTerms([liked(1, graph=1.0, tree=-1.0), liked(2, robot=1.0)])
    assert titles(terms, part(graph=1.0, robot=-0.5)) == ["Paper 1"]
    assert titles(terms, part(tree=1.0, speech=1.0)) == []
    assert titles(terms, part(graph=1.0, robot=-2.0)) == []


@pytest.mark.parametrize("kind", [PartKind.INTEREST, PartKind.TOPIC, PartKind.LIKED_PAPER, PartKind.AUTHOR])
def test_parts_that_name_their_origin_have_no_sources(kind: PartKind) -> None:
    assert titles(LikedTerms([liked(1, graph=1.0)]), part(kind, graph=1.0)) == []


def test_only_liked_papers_are_sources() -> None:
    terms = LikedTerms([query({"graph": 1.0}), query({"graph": 1.0}, PartKind.LIKED_PAPER)])
    learned = part(graph=1.0)
    assert terms.traced([learned]) == (learned,)
