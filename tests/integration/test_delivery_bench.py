"""What `paperboy bench delivery` shows, in small: workers that are killed, a year, everybody at once, two machines."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.bench_texts import bench_texts
from bot.evaluation.delivery_clock import run_clock
from bot.evaluation.delivery_crash import CrashPlan, CrashReport, run_crash
from bot.evaluation.delivery_load import LoadPlan, draw_load, load_table, run_load
from bot.evaluation.delivery_setup import OccupiedError
from bot.evaluation.fake_platform import Faults, Kind
from tests.postgres import PostgresServer

pytestmark = pytest.mark.timeout(900)

TROUBLE = Faults(refused=0.05, failed=0.05, mute=0.10, storm_s=0.2, storm_every_s=4.0)


def silent(line: str) -> None:
    """Nobody is told."""


async def crash(url: str, folder: Path, platform: Kind, **changes: object) -> CrashReport:
    plan = replace(CrashPlan(url, platform, digests=20, kills=4, faults=TROUBLE), **changes)  # type: ignore[arg-type]
    return await run_crash(plan, bench_texts(None), folder, folder / "compiled", silent)


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_killed_workers_lose_nothing_and_nobody_sees_anything_twice(
    store_url: str, tmp_path: Path, platform: Kind
) -> None:
    report = await crash(store_url, tmp_path, platform)
    assert report.is_kept, report
    assert (report.sent, report.kills) == (20, 4)


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_killed_workers_with_the_adapter_that_people_use_lose_nothing_either(
    store_url: str, tmp_path: Path, platform: Kind
) -> None:
    """By turns to people alone and to channels, where the cards hang in a thread."""
    report = await crash(store_url, tmp_path, platform, own_adapter=True)
    assert report.is_kept, report
    assert (report.sent, report.kills, report.messages) == (20, 4, 80)


async def test_by_mail_what_nobody_can_know_is_said_to_be_unknown(store_url: str, tmp_path: Path) -> None:
    report = await crash(store_url, tmp_path, "mail")
    assert report.is_kept, report
    assert report.sent + report.unknown == 20


@pytest.mark.postgres
async def test_a_database_that_is_restarted_in_the_middle_loses_nothing(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    async def restart() -> None:
        await asyncio.to_thread(postgres_server.restart)

    with postgres_server.database() as url:
        report = await crash(url, tmp_path, "slack", restart=restart)
    assert report.is_kept, report
    assert report.restarts == 1


async def test_a_machine_that_is_gone_for_good_leaves_its_work_to_the_other(store_url: str, tmp_path: Path) -> None:
    report = await crash(store_url, tmp_path, "discord", kills=1, separate_folders=True, lasting_kill=True)
    assert report.is_kept, report
    assert (report.sent, report.kills) == (20, 1)


async def test_each_period_comes_once_within_a_minute_of_its_time(store_url: str, tmp_path: Path) -> None:
    """Over the night in which Europe's clocks go forward."""
    report = await run_clock(store_url, tmp_path, 40, 14, silent, start=datetime(2026, 3, 20, tzinfo=UTC))
    assert report.is_kept, report
    assert report.periods > 40


@pytest.mark.postgres
async def test_everybody_at_once_is_composed_and_in_the_ledger(
    postgres_server: PostgresServer, tmp_path: Path, kernels: Path
) -> None:
    with postgres_server.database() as url:
        plan = LoadPlan(url, kernels, papers=300, likes=2)
        small, large = await run_load(plan, bench_texts(None), [50, 100], silent)
        with pytest.raises(OccupiedError, match="empty"):
            await run_load(plan, bench_texts(None), [50], silent)
    assert (small.composed, large.composed) == (50, 100)
    assert large.commands > 0
    assert load_table([small, large]).count("\n") == 3
    draw_load([small, large], tmp_path / "load.png")
    assert (tmp_path / "load.png").read_bytes().startswith(b"\x89PNG")
