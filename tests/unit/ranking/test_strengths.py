import pytest

from bot.domain.profile import PartKind
from bot.ranking.strengths import strengths
from tests.unit.ranking.makers import query


def test_learned_words_and_words_held_against_papers_are_kept_apart() -> None:
    towards, away = strengths(
        [
            query({"graph": 3.0, "tree": 4.0, "robot": -1.0}, PartKind.LEARNED),
            query({"speech": 2.0, "graph": 0.0}, PartKind.DISLIKED, -0.5),
            query({"sonar": 9.0}),
            query({"sonar": 9.0}, PartKind.LIKED_PAPER),
        ]
    )
    assert towards == pytest.approx({"graph": 0.6, "tree": 0.8})
    assert set(away) == {"robot", "speech"}
    assert away["speech"] == pytest.approx(2 / 5**0.5)
    assert sum(value**2 for value in away.values()) == pytest.approx(1.0)


def test_nothing_learned_has_no_strengths() -> None:
    assert strengths([]) == ({}, {})
    assert strengths([query({}, PartKind.LEARNED)]) == ({}, {})
    assert strengths([query({"graph": 0.0}, PartKind.LEARNED)])[0] == {}
