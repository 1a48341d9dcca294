"""What `paperboy bench discord` and `bench slack` measure, in small: that everybody is answered, not how fast."""

import functools
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.bench import _open_in
from bot.cli.bench_texts import bench_texts
from bot.evaluation.chat_bench import ChatPlan, ChatReport, Stage, Waits, fill, run_chat_bench
from bot.evaluation.discord_bench import discord_stage
from bot.evaluation.slack_bench import slack_stage
from bot.settings import read_settings

pytestmark = pytest.mark.timeout(300)

IS_TOLD = Path("/proc/self/stat").exists()
"""Whether the system says what a process has used of its processors."""


OpenStage = Callable[[], AbstractAsyncContextManager[Stage[Any]]]


@pytest.mark.parametrize("open_stage", [discord_stage, slack_stage])
async def test_everybody_who_presses_or_asks_at_once_is_answered(tmp_path: Path, open_stage: OpenStage) -> None:
    plan = ChatPlan(papers=60, days=5, presses=6, recommends=4, rounds=2)
    told: list[str] = []
    open_in = functools.partial(_open_in, read_settings(data_dir=tmp_path))
    report = await run_chat_bench(open_in, bench_texts(None), plan, tmp_path, open_stage(), told.append)
    assert (report.presses.count, report.recommends.count) == (12, 8)
    for waits in (report.presses, report.recommends):
        assert 0 < waits.p50 <= waits.p99 <= waits.longest
        assert waits.heard_p99 <= waits.longest
        assert waits.busy > 0 or not IS_TOLD
    assert told[-1] == "round 2 of 2"


async def test_only_the_papers_of_the_last_week_are_new(tmp_path: Path) -> None:
    plan = ChatPlan(papers=60, days=20, presses=1, recommends=1)
    async with discord_stage() as stage, _open_in(read_settings(data_dir=tmp_path), tmp_path) as context:
        await fill(context, bench_texts(None), plan, stage)
        async with context.store.read() as uow:
            index = await context.terms.current(uow)
            assert context.search.cursor() == await uow.papers.revision()
        assert index.count_fresh(context.clock.now() - timedelta(days=7)) == 7 * 3


@pytest.mark.parametrize(
    ("press", "recommend", "kept"), [(999.0, 1_999.0, True), (1_001.0, 1_999.0, False), (999.0, 2_001.0, False)]
)
def test_what_is_promised_is_said_to_be_kept_or_not(press: float, recommend: float, kept: bool) -> None:
    presses = Waits(200, 50.0, 100.0, press, press)
    recommends = Waits(50, 50.0, 100.0, recommend, recommend)
    assert ChatReport(100_000, presses, recommends, press_s=1.0).is_kept is kept
    assert ChatReport(100_000, presses, recommends, press_s=2.0).is_kept is (recommend < 2_000)
