"""`paperboy bench delivery`: is what is promised of delivery kept, with everything that can go wrong going wrong?"""

import asyncio
import json
import shlex
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from bot.cli.bench_texts import bench_texts
from bot.cli.running import AsJson, run
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.evaluation.fake_platform import Faults

T = TypeVar("T")

delivery = typer.Typer(help="Deliver to fake platforms while things break.", no_args_is_help=True)

Postgres = Annotated[str, typer.Option(help="An empty PostgreSQL database to use; else a new SQLite file.")]
Data = Annotated[Path | None, typer.Option(help="JSON lines with title and abstract to make papers of; else samples.")]


@delivery.command()
def crash(
    platform: Annotated[Literal["discord", "slack", "mail"], typer.Option(help="What to deliver to.")] = "slack",
    digests: Annotated[int, typer.Option(min=1, help="How many digests are due.")] = 5_000,
    kills: Annotated[int, typer.Option(min=0, help="How often a worker is killed.")] = 200,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 2,
    postgres: Postgres = "",
    restart: Annotated[str, typer.Option(help="A command that restarts the database, run half-way.")] = "",
    faults: Annotated[bool, typer.Option(help="10 % errors, 10 % without an answer, storms of 429.")] = True,
    own_adapter: Annotated[
        bool, typer.Option("--own-adapter", help="By Paperboy's own adapter for Discord or Slack.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Kill workers at random moments while they deliver. Exit code 1 if a digest is lost or comes twice."""

    async def work(settings: Settings) -> int:
        from bot.evaluation.delivery_crash import CrashPlan, run_crash

        if own_adapter and platform == "mail":
            raise SettingsError("--own-adapter: there is one for discord and slack; say --platform discord or slack")
        with tempfile.TemporaryDirectory() as folder:
            plan = CrashPlan(
                postgres or f"sqlite:///{Path(folder) / 'crash.db'}",
                platform,
                digests,
                kills,
                workers,
                _faults() if faults else _none(),
                restart=_command(restart) if restart else None,
                own_adapter=own_adapter,
            )
            texts = bench_texts(data)
            report = await _emptied(run_crash(plan, texts, Path(folder), settings.data_dir / "compiled", _tell))
        return _told({**asdict(report), "kept": report.is_kept}, report.is_kept, as_json)

    run(work)


@delivery.command()
def machines(
    platform: Annotated[Literal["discord", "slack", "mail"], typer.Option(help="What to deliver to.")] = "slack",
    digests: Annotated[int, typer.Option(min=1, help="How many digests are due.")] = 1_000,
    postgres: Postgres = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Two processes with folders of their own; one is killed half-way for good, and the other finishes its work."""

    async def work(settings: Settings) -> int:
        from bot.evaluation.delivery_crash import CrashPlan, run_crash

        with tempfile.TemporaryDirectory() as folder:
            url = postgres or f"sqlite:///{Path(folder) / 'machines.db'}"
            plan = CrashPlan(url, platform, digests, kills=1, faults=_none(), separate_folders=True, lasting_kill=True)
            texts = bench_texts(data)
            report = await _emptied(run_crash(plan, texts, Path(folder), settings.data_dir / "compiled", _tell))
        return _told({**asdict(report), "kept": report.is_kept}, report.is_kept, as_json)

    run(work)


@delivery.command()
def clock(
    subscriptions: Annotated[int, typer.Option(min=1, help="How many, over all time zones.")] = 2_000,
    days: Annotated[int, typer.Option(min=5, help="How many days pass.")] = 365,
    postgres: Postgres = "",
    as_json: AsJson = False,
) -> None:
    """Let a year pass by a clock moved by hand. Exit code 1 if a period comes twice, never, early or late."""

    async def work(settings: Settings) -> int:
        from bot.evaluation.delivery_clock import run_clock

        with tempfile.TemporaryDirectory() as folder:
            url = postgres or f"sqlite:///{Path(folder) / 'clock.db'}"
            report = await _emptied(run_clock(url, Path(folder), subscriptions, days, _tell))
        return _told({**asdict(report), "kept": report.is_kept}, report.is_kept, as_json)

    run(work)


@delivery.command()
def load(
    postgres: Annotated[str, typer.Option(help="An empty PostgreSQL database to use.")],
    sizes: Annotated[str, typer.Option(help="How many subscriptions are due at once, comma between.")] = (
        "1000,10000,100000"
    ),
    papers: Annotated[int, typer.Option(min=1, help="How many new papers.")] = 1_000,
    likes: Annotated[int, typer.Option(min=0, help="Liked papers that a profile is learned from.")] = 10,
    threads: Annotated[int, typer.Option(min=1, help="Threads of the scorer.")] = 1,
    png: Annotated[Path | None, typer.Option(help="Draw the cost of a subscription by their number.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Plan, score, compose and write down many digests at once, while somebody talks to Paperboy."""

    async def work(settings: Settings) -> int:
        from bot.evaluation.delivery_load import LoadPlan, draw_load, load_table, run_load

        try:
            numbers = [int(piece) for piece in sizes.split(",")]
        except ValueError:
            raise SettingsError(f"--sizes {sizes!r}: numbers with commas between, such as 1000,10000") from None
        plan = LoadPlan(postgres, settings.data_dir / "compiled", papers, likes, threads)
        reports = await _emptied(run_load(plan, bench_texts(data), numbers, _tell))
        if png is not None:
            draw_load(reports, png)
        print(json.dumps([asdict(one) for one in reports]) if as_json else load_table(reports))
        return 0

    run(work)


def _faults() -> "Faults":
    """Of ten requests one fails in one of two ways and another is never answered; and half a second of 429 in ten."""
    from bot.evaluation.fake_platform import Faults

    return Faults(refused=0.05, failed=0.05, mute=0.10, storm_s=0.5, storm_every_s=10.0)


def _none() -> "Faults":
    from bot.evaluation.fake_platform import Faults

    return Faults()


def _command(line: str) -> Callable[[], Awaitable[None]]:
    """Run a command of the operator's. Raises SettingsError where it fails."""

    async def restart() -> None:
        process = await asyncio.create_subprocess_exec(*shlex.split(line), stdout=sys.stderr)
        if await process.wait():
            raise SettingsError(f"--restart: {line!r} ended with exit code {process.returncode}")

    return restart


async def _emptied(work: Awaitable[T]) -> T:
    from bot.evaluation.delivery_setup import OccupiedError

    try:
        return await work
    except OccupiedError as error:
        raise SettingsError(str(error)) from None


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _told(document: dict[str, object], kept: bool, as_json: bool) -> int:
    """Print a report; the exit code."""
    if as_json:
        print(json.dumps(document))
    else:
        for name, value in document.items():
            print(f"{name:22}{value}")
    return 0 if kept else 1
