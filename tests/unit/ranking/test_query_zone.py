import numpy as np
import pytest

from bot.domain.paper import PaperKey
from bot.ranking.archive_sample import SIZE
from bot.ranking.bm25 import Bm25
from bot.ranking.learned import paper_weights
from bot.ranking.parameters import RankingSettings
from bot.ranking.query_zone import without_zone
from bot.ranking.term_index import TermIndex
from bot.ranking.terms import term_id
from tests.unit.ranking.makers import corpus, index_of, paper

FIELD = [f"robot grasp with sensor kind{at}" for at in range(8)]
OTHERS = [f"ocean current of season{at}" for at in range(24)]
PAPERS = corpus(*FIELD, *OTHERS)
INDEX = index_of(PAPERS[:20], PAPERS[20:])
MINE = paper(99, "robot grasp with tactile skin")
SETTINGS = RankingSettings(zone_share=0.25)
BM25 = Bm25(INDEX, SETTINGS)
NOBODY: frozenset[PaperKey] = frozenset()


def _centre() -> dict[str, float]:
    return {**paper_weights(MINE.title, MINE.abstract, BM25), "tactil": 3.0}


def test_words_of_the_whole_field_lose_weight_and_those_of_the_own_corner_keep_it() -> None:
    before = _centre()
    after = without_zone(before, NOBODY, 0.0, BM25, SETTINGS)
    assert after["tactil"] == before["tactil"]
    assert after.get("robot", 0.0) < before["robot"]
    assert after.get("grasp", 0.0) < before["grasp"]


def test_what_is_taken_off_is_the_mean_weight_in_the_nearest_papers() -> None:
    before = _centre()
    after = without_zone(before, NOBODY, 0.0, BM25, SETTINGS)
    zone = [paper_weights(one.title, one.abstract, BM25) for one in PAPERS[:8]]
    for term, weight in before.items():
        mean = sum(one.get(term, 0.0) for one in zone) / len(zone)
        assert after.get(term, 0.0) == pytest.approx(max(0.0, weight - SETTINGS.zone_weight * mean))


def test_dislikes_take_the_place_of_the_zone() -> None:
    some = without_zone(_centre(), NOBODY, 5.0, BM25, SETTINGS)
    assert without_zone(_centre(), NOBODY, 0.0, BM25, SETTINGS)["tactil"] == some["tactil"]
    assert some["grasp"] > without_zone(_centre(), NOBODY, 0.0, BM25, SETTINGS).get("grasp", 0.0)
    assert without_zone(_centre(), NOBODY, 10.0, BM25, SETTINGS) == _centre()


def test_known_papers_are_no_part_of_the_zone() -> None:
    field = frozenset(one.stored_key for one in PAPERS[:8])
    assert without_zone(_centre(), field, 0.0, BM25, SETTINGS) == _centre()


def test_a_small_or_empty_archive_takes_nothing_off() -> None:
    assert without_zone(_centre(), NOBODY, 0.0, BM25, RankingSettings()) == _centre()
    empty = Bm25(TermIndex.empty(), SETTINGS)
    assert without_zone(_centre(), NOBODY, 0.0, empty, SETTINGS) == _centre()
    assert without_zone({}, NOBODY, 0.0, BM25, SETTINGS) == {}


def test_a_profile_that_is_all_field_stays_as_it_is() -> None:
    centre = {"robot": 0.001}
    assert without_zone(centre, NOBODY, 0.0, BM25, SETTINGS) == centre


@pytest.mark.parametrize("bad", [{"zone_weight": -0.1}, {"zone_share": 1.5}])
def test_settings_of_the_zone_are_checked(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="zone"):
        RankingSettings(**bad)  # type: ignore[arg-type]


def test_the_sample_does_not_depend_on_how_papers_lie_in_segments() -> None:
    one, other = index_of(PAPERS).sample, INDEX.sample
    ids = np.array([term_id("robot"), term_id("season3"), term_id("nowhere")], np.uint32)
    assert sorted(one.keys.tolist()) == sorted(other.keys.tolist()) == list(range(1, 33))
    for sample in (one, other):
        places, docs, tfs = sample.postings(ids)
        found = sorted(zip(places.tolist(), sample.keys[docs].tolist(), tfs.tolist(), strict=True))
        assert found == [*((0, key, 1) for key in range(1, 9)), (1, 12, 1)]


def test_the_sample_is_bounded_and_leaves_out_what_is_gone() -> None:
    many = corpus(*(f"word{at}" for at in range(SIZE + 500)))
    sample = index_of(many).sample
    assert len(sample.keys) == SIZE
    assert not np.array_equal(sample.keys, np.arange(1, SIZE + 1))
    gone = index_of(PAPERS[:4]).with_segments([])
    assert len(gone.sample.keys) == 4
