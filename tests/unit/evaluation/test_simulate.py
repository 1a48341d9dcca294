import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.evaluation.simulate import Simulated, remembering, simulate, standard_variants, varied
from bot.evaluation.simulated_days import Plan, Variant, run_days
from bot.evaluation.simulated_interest import hidden_interests
from bot.evaluation.simulated_plot import draw_png
from bot.evaluation.simulated_readers import SimulationError, daily_pools, read_readers
from bot.evaluation.simulated_report import document, interval, reader_values, tables
from bot.evaluation.simulated_start import measure_start, windows
from bot.evaluation.simulated_world import World, build_world, wants_like
from bot.ranking.parameters import RankingSettings
from tests.unit.evaluation.small_world import readers, write_readers

PLAN = Plan(days=20, n=3, seed=3)
SETTINGS = RankingSettings()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_readers(tmp_path_factory.mktemp("readers"))


@pytest.fixture(scope="module")
def world(folder: Path) -> World:
    return build_world(folder, 4, PLAN.days, PLAN.seed)


@pytest.fixture(scope="module")
def simulated(folder: Path) -> Simulated:
    return simulate(folder, 4, PLAN, standard_variants(SETTINGS), workers=1)


def test_pools_are_disjoint_hold_every_new_paper_and_spread_what_a_reader_likes(world: World) -> None:
    every = [paper for pool in world.pools for paper in pool]
    assert sorted(every) == list(range(len(world.readers.new)))
    sizes = [len(pool) for pool in world.pools]
    assert max(sizes) - min(sizes) <= 1
    day_of = {paper: day for day, pool in enumerate(world.pools) for paper in pool}
    for reader in world.readers.readers:
        assert len({day_of[paper] for paper in reader.later}) >= 3


def test_later_papers_are_relevant_and_relevant_ones_are_of_the_field(world: World) -> None:
    interests = world.interests
    for row, reader in enumerate(world.readers.readers):
        assert interests.relevant[row, list(reader.later)].all()
    assert (interests.field | ~interests.relevant).all()
    assert not (interests.field & interests.foreign).any()
    subjects = [text.id.partition("-")[0] for text in world.readers.new]
    for row, reader in enumerate(world.readers.readers):
        mine = reader.id.partition("-")[0]
        assert {subjects[at] for at in np.flatnonzero(interests.field[row])} == {mine}


def test_every_ranker_finds_more_than_chance_and_nothing_beats_the_oracle(simulated: Simulated) -> None:
    found = {name: reader_values(days, PLAN.n)["found"].mean() for name, days in simulated.days.items()}
    assert found["random"] < min(found["no learning"], found["paperboy"])
    assert max(found["no learning"], found["paperboy"]) < found["oracle"]
    oracle = reader_values(simulated.days["oracle"], PLAN.n)
    assert (oracle["regret"] == 0).all()
    assert (oracle["explored"] == 0).all()


def test_the_same_seed_gives_the_same_document_with_one_process_or_two(folder: Path, simulated: Simulated) -> None:
    again = simulate(folder, 4, PLAN, standard_variants(SETTINGS), workers=2)
    assert json.dumps(document(again)) == json.dumps(document(simulated))
    other = simulate(folder, 4, replace(PLAN, seed=4), standard_variants(SETTINGS)[:1], workers=1)
    assert document(other)["daily"] != document(simulated)["daily"]


def test_no_list_holds_more_than_was_asked_for_and_one_in_five_explored(folder: Path) -> None:
    settings = replace(SETTINGS, explore_floor=0.01, explore_share=0.2)
    plan = Plan(days=4, n=5, seed=3)
    days = run_days(build_world(folder, 4, plan.days, plan.seed), 0, Variant("wide", settings), plan)
    assert days.shown.max() <= 5
    assert (days.explored * 5 <= days.shown).all()
    assert days.explored.sum() > 0
    assert (days.explored_hits <= days.explored).all()


def test_after_the_drift_readers_want_what_the_next_one_wants(world: World) -> None:
    assert [wants_like(world, 3, 10, day) for day in (0, 9, 10, 19)] == [3, 3, 0, 0]
    assert wants_like(world, 3, None, 19) == 3
    drifting = run_days(world, 3, Variant("drift", SETTINGS), replace(PLAN, drifts=True))
    still = run_days(world, 3, Variant("still", SETTINGS), PLAN)
    assert (drifting.hits[:10] == still.hits[:10]).all()
    assert not (drifting.possible[10:] == still.possible[10:]).all()


def test_remembering_word_weights_changes_no_number(world: World) -> None:
    plain = run_days(world, 1, Variant("paperboy", SETTINGS), PLAN)
    with remembering():
        fast = run_days(world, 1, Variant("paperboy", SETTINGS), PLAN)
    for name in ("shown", "hits", "explored"):
        assert (getattr(plain, name) == getattr(fast, name)).all()


def test_answers_to_papers_of_the_field_bring_relevant_papers_and_no_answers_bring_none(world: World) -> None:
    row = 0
    liked = np.flatnonzero(world.interests.field[row])[:2].tolist()
    ndcg, precision, likes = measure_start(world, row, 6, liked, SETTINGS)
    assert 0 < ndcg <= 1
    assert 0 < precision <= 1
    assert likes == 2
    assert measure_start(world, row, 6, [], SETTINGS) == [0.0, 0.0, 0.0]
    assert windows(20) == [6]
    assert windows(13) == []


def test_the_report_has_a_row_a_variant_with_intervals_around_the_mean(simulated: Simulated) -> None:
    made = json.loads(json.dumps(document(simulated)))
    assert [row["variant"] for row in made["rows"]] == [
        "paperboy",
        "no exploration",
        "no learning",
        "random",
        "oracle",
    ]
    for row in made["rows"]:
        low, high = row["ci"]["precision@3"]
        assert low <= row["precision@3"] <= high
        assert row["regret"] >= 0
        assert len(made["daily"][row["variant"]]["precision@3"]) == PLAN.days
    assert made["rows"][0]["difference"]["found"] == [0.0, 0.0]
    assert [row["start"] for row in made["cold_start"]] == ["five well-chosen papers", "five random papers"]
    chosen, random = made["cold_start"]
    assert chosen["more"]["ndcg@10"] == pytest.approx(chosen["ndcg@10"] - random["ndcg@10"], abs=2e-4)
    low, high = chosen["difference"]["ndcg@10"]
    assert low <= chosen["more"]["ndcg@10"] <= high
    assert random["more"] == {"ndcg@10": 0.0, "precision@5": 0.0}
    text = tables(simulated)
    assert "| no learning | " in text
    assert f"| {chosen['more']['ndcg@10']:+.3f} [{low:+.3f}, {high:+.3f}] |" in text
    assert "| five random papers | " in text


def test_the_cold_start_alone_is_what_it_is_beside_the_days(folder: Path, simulated: Simulated) -> None:
    alone = simulate(folder, 4, PLAN, standard_variants(SETTINGS), daily=False, workers=1)
    assert not alone.days
    assert document(alone)["cold_start"] == document(simulated)["cold_start"]
    assert tables(alone).startswith("| first papers |")
    assert tables(simulated).endswith(tables(alone))


def test_a_measure_that_no_reader_has_is_empty_and_not_a_number_that_means_something() -> None:
    nothing = {name: np.zeros((2, 3)) for name in ("shown", "hits", "possible", "explored", "explored_hits")}
    values = reader_values({**nothing, "diversity": np.full((2, 3), np.nan)}, 5)
    assert np.isnan(values["diversity"]).all()
    assert np.isnan(values["explored_precision"]).all()
    made = document(Simulated(PLAN, 2, {"x": {**nothing, "diversity": np.full((2, 3), np.nan)}}, {}))
    rows = made["rows"]
    assert isinstance(rows, list)
    assert rows[0]["diversity"] is None
    assert "| x | 0.000 [0.000, 0.000] | - |" in tables(
        Simulated(PLAN, 2, {"x": {**nothing, "diversity": np.full((2, 3), np.nan)}}, {})
    )


def test_the_bootstrap_interval_holds_the_mean_and_shrinks_with_more_readers() -> None:
    draw = np.random.default_rng(1)
    few, many = draw.normal(0.5, 0.1, 10), draw.normal(0.5, 0.1, 400)
    low, high = interval(many, 1)
    assert low < many.mean() < high
    assert high - low < interval(few, 1)[1] - interval(few, 1)[0]


def test_the_picture_is_a_small_png(simulated: Simulated) -> None:
    picture = draw_png(simulated)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 150_000
    assert draw_png(simulated) == picture


def test_a_setting_is_varied_by_name_over_numbers() -> None:
    variants = varied(SETTINGS, "half_life_days=30,inf")
    assert [variant.name for variant in variants] == ["half_life_days = 30", "half_life_days = inf"]
    assert variants[0].settings.half_life_days == 30
    assert varied(SETTINGS, "nearest=2")[0].settings.nearest == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("half_life", "write NAME=VALUE"),
        ("half_life_days=", "write NAME=VALUE"),
        ("nonsense=3", "half_life_days"),
        ("half_life_days=soon", "--vary half_life_days=soon"),
        ("half_life_days=-1", "must be positive"),
        ("nearest=1.5", "--vary nearest=1.5"),
    ],
)
def test_a_setting_that_cannot_be_varied_so_says_why(text: str, says: str) -> None:
    with pytest.raises(SimulationError, match=says):
        varied(SETTINGS, text)


def test_data_of_another_shape_are_refused_in_words(tmp_path: Path) -> None:
    write_readers(tmp_path, [{"id": "a", "liked": ["arms-01"]}, {"id": "b", "liked": [], "later": []}])
    with pytest.raises(SimulationError, match="reader 'a': no 'later'"):
        read_readers(tmp_path, 5, 1)
    write_readers(tmp_path, readers()[:1])
    with pytest.raises(SimulationError, match="fewer than two readers"):
        read_readers(tmp_path, 5, 1)
    write_readers(tmp_path)
    with pytest.raises(SimulationError, match="at least as many new papers; there are 120"):
        daily_pools(read_readers(tmp_path, 5, 1), 121, 1)


def test_papers_without_a_word_in_common_are_refused(tmp_path: Path) -> None:
    people = read_readers(write_readers(tmp_path), 4, 1)
    odd = tuple(replace(text, title=f"t{at}", abstract=f"a{at}") for at, text in enumerate(people.new))
    with pytest.raises(SimulationError, match="too few words in common"):
        hidden_interests(replace(people, archive=people.archive[:0], new=odd))


def test_without_scikit_learn_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sklearn.feature_extraction.text", None)
    with pytest.raises(SimulationError, match=r"pip install 'paperboy-bot\[evaluation\]'"):
        hidden_interests(read_readers(write_readers(tmp_path), 4, 1))
