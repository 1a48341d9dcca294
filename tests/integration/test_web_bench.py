"""What `paperboy bench web` measures, in small: that every page is read, not how fast."""

import functools
from pathlib import Path

import pytest

from bot.cli.bench import _open_in
from bot.cli.bench_texts import bench_texts
from bot.evaluation.web_bench import PageCost, WebPlan, run_web_bench, web_table
from bot.settings import read_settings

pytestmark = pytest.mark.timeout(300)


async def test_every_kind_of_page_is_read(tmp_path: Path) -> None:
    told: list[str] = []
    open_in = functools.partial(_open_in, read_settings(data_dir=tmp_path))
    costs = await run_web_bench(open_in, bench_texts(None), WebPlan(300, 30, requests=3), tmp_path, told.append)
    kinds = {
        "today",
        "day",
        "week",
        "month",
        "month, a category, newest first",
        "Atom feed of today",
        "paper",
        "search",
    }
    assert {each.name for each in costs} == kinds
    for each in costs:
        assert 0 < each.p50 <= each.p99
        assert 0 < each.sent <= each.size
    assert told[0] == "300 papers are stored"
    assert web_table(costs).count("\n") == 1 + len(costs)


@pytest.mark.parametrize(("p50", "sent", "kept"), [(49.0, 99_999, True), (51.0, 99_999, False), (49.0, 100_000, False)])
def test_the_promise_is_half_within_fifty_milliseconds_and_a_hundred_kilobytes(
    p50: float, sent: int, kept: bool
) -> None:
    assert PageCost("day", 300.0, p50, 400.0, 12.0, 200_000, sent).is_kept is kept
