"""`paperboy bench`, once whole on thirty papers; and its table."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from bot.bootstrap import open_context, open_samples
from bot.domain.paper import Paper
from bot.evaluation.bench import Repeats, Row, bench_document, bench_table, run_bench, timed_row
from bot.feeds.samples import parse_samples
from bot.settings import Settings
from bot.usecases.context import Context

CLOSED = "http://127.0.0.1:9"


def open_in(folder: Path) -> AbstractAsyncContextManager[Context]:
    """A context in a folder of its own, without a network (a phase runs in its own process and imports this)."""
    return open_context(Settings(data_dir=folder, arxiv_feed_url=CLOSED, arxiv_api_url=CLOSED))


def test_a_run_measures_every_phase_and_the_peers(tmp_path: Path) -> None:
    texts = [(item.title, item.abstract) for item in parse_samples(open_samples()) if isinstance(item, Paper)]
    rows = list(run_bench(open_in, texts, [30], tmp_path, Repeats(starts=1, searches=12, recommends=4, presses=3)))
    by_name = {row.name: row for row in rows}
    assert len(by_name) == len(rows)
    assert set(by_name) == {
        "ingest",
        "ingest again, unchanged",
        "index for search",
        "memory, ingest",
        "start-up",
        "first search",
        "search",
        "first recommend",
        "recommend",
        "feedback",
        "profile learned anew",
        "memory",
        "search: SQLite FTS5",
        "recommend: rank_bm25, 10 liked abstracts as the query",
    }
    assert all(row.papers == 30 and row.value > 0 for row in rows)
    assert all(row.p99_ms is None or row.p50_ms is None or row.p99_ms >= row.p50_ms > 0 for row in rows)
    assert {row.unit for row in rows} == {"ms", "papers/s", "MB resident at the most"}
    assert (tmp_path / "30" / "papers.jsonl").read_text().count("\n") == 30
    for name in by_name:
        assert f"| {name} | " in bench_table(rows)


def test_times_are_the_median_and_the_99th_percentile_in_milliseconds() -> None:
    row = timed_row("work", 5, [0.001 * number for number in range(1, 101)])
    assert (row.value, row.p50_ms, row.p99_ms) == (50.5, 50.5, 100.0)
    assert timed_row("once", 5, [0.25]).p99_ms == 250.0


def test_the_table_has_a_column_a_size_and_a_line_a_measurement() -> None:
    rows = [
        Row("ingest", 1000, 2345.6, "papers/s"),
        timed_row("search", 1000, [0.0012, 0.0012]),
        timed_row("search", 10_000, [0.0034]),
    ]
    assert bench_table(rows).splitlines() == [
        "| | 1,000 papers | 10,000 papers |",
        "|---|---|---|",
        "| ingest | 2,346 papers/s | - |",
        "| search | 1.2 ms (p99 1.2) | 3.4 ms (p99 3.4) |",
    ]
    assert bench_document(rows) == {
        "rows": [
            {"name": "ingest", "papers": 1000, "value": 2345.6, "unit": "papers/s", "p50_ms": None, "p99_ms": None},
            {"name": "search", "papers": 1000, "value": 1.2, "unit": "ms", "p50_ms": 1.2, "p99_ms": 1.2},
            {"name": "search", "papers": 10_000, "value": 3.4, "unit": "ms", "p50_ms": 3.4, "p99_ms": 3.4},
        ]
    }
