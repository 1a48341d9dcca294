"""What `why` shows adds up as it is shown, rounding included."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chat import Bullets, Table, Text
from bot.domain.paper import PaperId, PaperKey
from bot.domain.profile import PartKind
from bot.domain.ranking import Explanation, Part, Source, TermContribution
from bot.messages.cards import reason_line
from bot.messages.shares import apportioned
from bot.messages.why import why
from bot.ranking.explanation import grouped
from bot.ranking.ranker import Ranker
from tests.unit.ranking.makers import WEEK, corpus, index_of, profile, query

_LETTERS = st.sampled_from(list("abcdefg"))
_TEXTS = st.lists(
    st.lists(_LETTERS, max_size=12).map(lambda letters: " ".join(2 * x for x in letters)), min_size=1, max_size=6
)
_CENTS = st.integers(-300, 300).map(lambda cents: cents / 100)
_WEIGHTS = st.dictionaries(_LETTERS.map(lambda letter: 2 * letter), _CENTS, min_size=1, max_size=6)
_QUERIES = st.lists(
    st.tuples(_WEIGHTS, st.sampled_from(list(PartKind)), st.floats(-2, 2)).map(lambda three: query(*three)),
    min_size=1,
    max_size=14,
)


@given(_TEXTS, _QUERIES)
def test_the_lines_shown_add_up_to_the_score_shown(texts: list[str], queries: list[object]) -> None:
    papers = corpus(*texts)
    explained = Ranker(index_of(papers)).explain(profile(*queries), WEEK, PaperKey(1), 5)  # type: ignore[arg-type]
    explanation = Explanation(
        papers[0],
        explained.score,
        explained.parts,
        explained.rank,
        explained.candidates,
        kept_out=explained.kept_out,
        groups=grouped(explained.parts),
    )
    blocks = why(explanation, {}, days=7, topic="").blocks
    if not explained.parts:
        assert not any(isinstance(block, Bullets | Table) for block in blocks)
        return
    shown = re.search(r"score (-?[\d.]+)", "\n".join(block.text for block in blocks if isinstance(block, Text)))
    (bullets,) = (block for block in blocks if isinstance(block, Bullets))
    (table,) = (block for block in blocks if isinstance(block, Table))
    assert shown is not None
    lines = [line.split(maxsplit=1)[0] for line in bullets.items]
    for numbers in (lines, [row[1] for row in table.rows]):
        assert sum(round(1000 * float(number)) for number in numbers) == round(1000 * float(shown[1]))
    if float(shown[1]) > 0:
        for shares in (re.findall(r"\((-?\d+)%\)", "\n".join(bullets.items)), [row[2][:-1] for row in table.rows]):
            assert sum(map(int, shares)) == 100


@given(st.lists(st.floats(-1e6, 1e6), max_size=30), st.sampled_from([1.0, 0.01, 0.001]))
def test_apportioned_units_make_the_rounded_sum_and_lie_within_one_of_each_value(
    values: list[float], unit: float
) -> None:
    total = sum(values)
    units = apportioned(values, total, unit)
    assert all(abs(one - value / unit) <= 1 + 1e-6 for one, value in zip(units, values, strict=True))
    assert abs(sum(units) - total / unit) <= 0.5 + 1e-3


def test_the_units_that_are_missing_go_to_those_that_lost_the_most() -> None:
    assert apportioned([0.25, 0.25, 0.5], 1.0, 1.0) == [0, 0, 1]
    assert apportioned([1.4, 1.4, 0.2], 3.0, 1.0) == [2, 1, 0]
    assert apportioned([-0.6, 1.6], 1.0, 1.0) == [-1, 2]
    assert apportioned([], 0.0, 0.001) == []


def test_many_origins_are_summed_up_in_a_last_line() -> None:
    parts = tuple(Part(PartKind.INTEREST, f"topic {at}", 1.0, (TermContribution("x", 1.0),)) for at in range(20))
    explanation = Explanation(corpus("x")[0], 20.0, parts, 1, 9, groups=parts)
    (bullets,) = (block for block in why(explanation, {}, days=7, topic="").blocks if isinstance(block, Bullets))
    assert len(bullets.items) == 9
    assert bullets.items[-1] == "+12.000 (60%)  12 smaller reasons"


@pytest.mark.parametrize(
    ("kind", "sources", "value", "says"),
    [
        (PartKind.LEARNED, (), 1.0, "close to what you like: graphs"),
        (PartKind.LEARNED, ("Trees",), 1.0, 'close to what you like, most of all "Trees": graphs'),
        (
            PartKind.LEARNED,
            ("Trees", "Forests"),
            1.0,
            'close to what you like, most of all "Trees" and "Forests": graphs',
        ),
        (PartKind.LEARNED, (), -1.0, "unlike what you like: graphs"),
        (PartKind.DISLIKED, (), -1.0, "like papers you turned down: graphs"),
        (PartKind.DISLIKED, ("Trees",), -1.0, 'like papers you turned down, most of all "Trees": graphs'),
    ],
)
def test_a_learned_part_names_the_papers_behind_it(
    kind: PartKind, sources: tuple[str, ...], value: float, says: str
) -> None:
    part = Part(
        kind,
        "papers you liked",
        value,
        (TermContribution("graph", value),),
        sources=tuple(Source(PaperId(f"local:{title}"), title) for title in sources),
    )
    assert reason_line(part, {"graph": "graphs"}) == says
