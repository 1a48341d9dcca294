from dataclasses import replace

import pytest

from bot.domain.paper import PaperId
from bot.domain.profile import PartKind, ProfileQuery
from bot.domain.ranking import Part, TermContribution
from bot.ranking.sources import LATEST, Origins
from tests.unit.ranking.makers import known, paper, query


def liked(number: int, **weights: float) -> ProfileQuery:
    return replace(query(weights, PartKind.LIKED_PAPER), label=f"Paper {number}", paper=PaperId(f"local:{number}"))


def part(kind: PartKind = PartKind.LEARNED, **values: float) -> Part:
    terms = tuple(TermContribution(term, value) for term, value in values.items())
    return Part(kind, "papers you liked", sum(values.values()), terms)


def titles(origins: Origins, of: Part) -> list[str]:
    return [source.title for source in origins.sources(of)]


def test_a_learned_part_comes_from_the_liked_papers_that_share_its_strongest_terms() -> None:
    origins = Origins.of_queries([liked(1, graph=1.0), liked(2, tree=1.0, robot=5.0), liked(3, speech=1.0)])
    assert titles(origins, part(graph=3.0, tree=1.0)) == ["Paper 1"]
    assert titles(origins, part(graph=2.0, tree=1.5, speech=1.0)) == ["Paper 1", "Paper 2"]
    assert titles(origins, part(tree=2.0, graph=1.0, speech=2.0)) == ["Paper 2", "Paper 3"]
    assert origins.sources(part(tree=1.0))[0].paper == "local:2"


def test_what_a_term_adds_is_shared_by_its_weight_in_each_paper() -> None:
    origins = Origins.of_queries([liked(1, graph=3.0), liked(2, graph=1.0)])
    assert titles(origins, part(graph=1.0)) == ["Paper 1"]


def test_terms_against_the_paper_and_terms_that_no_liked_paper_has_name_nobody() -> None:
    origins = Origins.of_queries([liked(1, graph=1.0, tree=-1.0), liked(2, robot=1.0)])
    assert titles(origins, part(graph=1.0, robot=-0.5)) == ["Paper 1"]
    assert titles(origins, part(tree=1.0, speech=1.0)) == []
    assert titles(origins, part(graph=1.0, robot=-2.0)) == []


@pytest.mark.parametrize("kind", [PartKind.INTEREST, PartKind.TOPIC, PartKind.LIKED_PAPER, PartKind.AUTHOR])
def test_parts_that_name_their_origin_have_no_sources(kind: PartKind) -> None:
    assert titles(Origins.of_queries([liked(1, graph=1.0)]), part(kind, graph=1.0)) == []


def test_only_liked_papers_are_sources() -> None:
    origins = Origins.of_queries([query({"graph": 1.0}), query({"graph": 1.0}, PartKind.LIKED_PAPER)])
    learned = part(graph=1.0)
    assert origins.traced([learned]) == (learned,)


def test_from_the_papers_themselves_all_their_terms_count_and_dislikes_have_sources_too() -> None:
    marks = [
        known(paper(1, "Graph theory", "Graphs of trees."), "like"),
        known(paper(2, "Trees"), "save", "dislike"),
        known(paper(3, "Sonar robots"), "dislike"),
        known(paper(4, "Sonar"), "hide"),
        known(paper(5, "Speech"), "click"),
    ]
    origins = Origins.of_papers(marks)
    assert titles(origins, part(graph=1.0, tree=0.2)) == ["Graph theory"]
    assert titles(origins, part(tree=1.0)) == ["Graph theory", "Trees"]
    assert titles(origins, part(speech=1.0, sonar=1.0)) == []
    assert titles(origins, part(PartKind.DISLIKED, robot=-1.0)) == ["Sonar robots"]
    assert titles(origins, part(PartKind.DISLIKED, sonar=-1.0)) == ["Sonar robots", "Sonar"]
    assert titles(origins, part(PartKind.DISLIKED, sonar=1.0)) == []


def test_only_the_latest_papers_of_each_side_are_looked_at() -> None:
    many = [known(paper(at, f"Graph{at}"), "like") for at in range(LATEST + 1)]
    origins = Origins.of_papers([*many, known(paper(99, "Sonar"), "dislike")])
    assert titles(origins, part(PartKind.LEARNED, **{f"graph{LATEST - 1}": 1.0})) == [f"Graph{LATEST - 1}"]
    assert titles(origins, part(PartKind.LEARNED, **{f"graph{LATEST}": 1.0})) == []
    assert titles(origins, part(PartKind.DISLIKED, sonar=-1.0)) == ["Sonar"]
