"""`paperboy bench ranking`, once whole on forty papers; and its tables."""

import json
import sys
from pathlib import Path

import pytest

from bot import __main__ as program
from bot.bootstrap import open_samples
from bot.domain.paper import Paper
from bot.domain.profile_vector import encode_vector
from bot.evaluation.ranking_bench import Rate, Sizes, measure_rates, ranking_document, ranking_table, same_top10
from bot.evaluation.ranking_loading import Loading, OccupiedError, measure_loading
from bot.evaluation.ranking_setup import PLAIN, SINCE, TERMS, built_profiles, make_setup, short_profiles
from bot.feeds.samples import parse_samples
from bot.ranking.batch import BatchScorer
from store.engine import open_store
from tests.factories import NOON, make_account

pytestmark = pytest.mark.timeout(900)  # the first test compiles

TEXTS = [(item.title, item.abstract) for item in parse_samples(open_samples()) if isinstance(item, Paper)]
TINY = Sizes(
    profiles=30,
    papers=25,
    distinct=20,
    distinct_built=3,
    built=5,
    slope_profiles=(10, 40),
    slope_papers=(10, 20),
    rounds=1,
    sample=20,
    sample_built=1,
    others=15,
)


@pytest.mark.filterwarnings("ignore")  # the peers' own
def test_a_run_measures_both_kinds_all_peers_and_both_slopes(kernels: Path) -> None:
    rates = list(measure_rates(TEXTS, kernels, 2, TINY))
    names = [
        "paperboy",
        "rank-bm25",
        "bm25s (numba)",
        "scipy @ and argpartition",
        "sparse_dot_topn",
        "scikit-learn SVM (score only)",
    ]
    main = [(rate.kind, rate.scorer) for rate in rates[:12]]
    assert main == [(kind, name) for kind in ("70-term", "production") for name in names]
    assert [(rate.scorer, rate.profiles, rate.papers) for rate in rates[12:]] == [
        ("paperboy: more profiles", 10, 25),
        ("paperboy: more profiles", 40, 25),
        ("paperboy: more papers", 20, 10),
        ("paperboy: more papers", 20, 20),
    ]
    assert all(rate.profiles_per_s > 0 for rate in rates)
    assert [rate.same_top10 for rate in rates if rate.same_top10 is not None] == [1.0]


def test_the_same_ten_are_only_the_same_if_the_library_says_so(kernels: Path) -> None:
    setup = make_setup(TEXTS, 30, 10)
    profiles = short_profiles(setup, 10)
    assert all(len(profile.queries[0].terms) == TERMS for profile in profiles)
    right = BatchScorer(setup.day, SINCE, kernels, settings=PLAIN)
    other = BatchScorer(setup.day, SINCE, kernels, settings=PLAIN, background=make_setup(TEXTS[::-1], 5, 5).background)
    assert same_top10(setup, right, profiles, PLAIN) == 1.0
    assert same_top10(setup, other, profiles, PLAIN) < 1.0
    assert same_top10(setup, right, [], PLAIN) == 1.0


async def test_loading_is_measured_in_an_empty_database_only_and_leaves_it_empty(store_url: str) -> None:
    setup = make_setup(TEXTS, 20, 10)
    profiles = built_profiles(setup, 2)
    row = await measure_loading(store_url, "production", profiles, 7)
    assert (row.database, row.kind, row.profiles) == (store_url.partition(":")[0], "production", 7)
    assert row.bytes_each == round(sum(len(encode_vector(profile)) for profile in profiles) / 2)
    assert row.load_s > 0
    assert row.update_ms > 0
    store = await open_store(store_url)
    async with store.write() as uow:
        assert await uow.profiles.vectors_of([profiles[0].person_id]) == []
        await uow.people.ensure(make_account(), NOON)
    await store.close()
    with pytest.raises(OccupiedError, match="name an empty one"):
        await measure_loading(store_url, "production", profiles, 7)


def test_the_table_has_the_ratio_to_the_library_and_the_document_every_number() -> None:
    rates = [
        Rate("paperboy", "70-term", 100, 10, 3000.0, 1.0, 0),
        Rate("rank-bm25", "70-term", 10, 10, 2.0),
        Rate("paperboy", "production", 5, 10, 1234.5),
    ]
    loading = [Loading("sqlite", "70-term", 100, 608, 0.123, 1.23)]
    assert ranking_table(rates, loading).splitlines() == [
        "| scorer | profiles | number | papers | profiles/s | x rank-bm25 | same first ten |",
        "|---|---|---|---|---|---|---|",
        "| paperboy | 70-term | 100 | 10 | 3,000 | 1,500.0 | 100.0% |",
        "| rank-bm25 | 70-term | 10 | 10 | 2 | 1.0 | - |",
        "| paperboy | production | 5 | 10 | 1,234 | - | - |",
        "",
        "| database | profiles | number | bytes each | load all | update one |",
        "|---|---|---|---|---|---|",
        "| sqlite | 70-term | 100 | 608 | 0.12 s | 1.2 ms |",
    ]
    assert "load all" not in ranking_table(rates, [])
    document = json.loads(json.dumps(ranking_document(rates, loading)))
    assert document["rows"][0] == {
        "scorer": "paperboy",
        "kind": "70-term",
        "profiles": 100,
        "papers": 10,
        "profiles_per_s": 3000.0,
        "same_top10": 1.0,
        "unsure": 0,
    }
    assert document["loading"][0]["load_s"] == 0.123


@pytest.mark.filterwarnings("ignore")  # the peers' own
def test_the_command_prints_one_json_document(
    tmp_path: Path, kernels: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "compiled").symlink_to(kernels)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERBOY_DATA_DIR", str(tmp_path))
    arguments = ["bench", "ranking", "--profiles", "12", "--papers", "12", "--threads", "1", "--json"]
    monkeypatch.setattr(sys, "argv", ["paperboy", *arguments])
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code in {0, None}
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert document["rows"][0]["same_top10"] == 1.0
    assert [row["kind"] for row in document["loading"]] == ["70-term", "production"]
    assert "profiles/s" in err


def test_a_file_without_abstracts_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    monkeypatch.setenv("PAPERBOY_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["paperboy", "bench", "ranking", "--data", str(empty)])
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == "paperboy: there is no paper with an abstract to rank\n"
