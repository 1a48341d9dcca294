"""`paperboy bench`: how fast it is, beside what one would run instead."""

import functools
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.bootstrap import open_context
from bot.cli.bench_delivery import delivery
from bot.cli.bench_texts import bench_texts
from bot.cli.running import AsJson, run
from bot.settings import Settings, SettingsError
from bot.usecases.context import Context

if TYPE_CHECKING:
    from bot.evaluation.chat_bench import ChatPlan, Stage
    from bot.evaluation.ranking_bench import Sizes

bench = typer.Typer(invoke_without_command=True)
bench.add_typer(delivery, name="delivery")


@bench.callback()
def everything(
    context: typer.Context,
    sizes: Annotated[str, typer.Option(help="How many papers, comma between.")] = "1000,10000,100000",
    data: Annotated[
        Path | None, typer.Option(help="JSON lines with title and abstract to make the papers from; else samples.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure ingest, start-up, search, recommend and memory, beside what one would run instead."""
    if context.invoked_subcommand:
        return
    from bot.evaluation.bench import bench_document, bench_table, run_bench

    async def work(settings: Settings) -> int:
        try:
            numbers = [int(piece) for piece in sizes.split(",")]
        except ValueError:
            raise SettingsError(f"--sizes {sizes!r}: numbers with commas between, such as 1000,10000") from None
        texts = bench_texts(data)
        rows = []
        with tempfile.TemporaryDirectory() as folder:
            for row in run_bench(functools.partial(_open_in, settings), texts, numbers, Path(folder)):
                rows.append(row)
                print(f"{row.papers:>8,}  {row.name:52} {row.value:>10,.2f} {row.unit}", file=sys.stderr)
        print(json.dumps(bench_document(rows)) if as_json else bench_table(rows))
        return 0

    run(work)


@bench.command()
def ranking(
    profiles: Annotated[int, typer.Option(min=1, help="How many profiles of 70 terms.")] = 100_000,
    papers: Annotated[int, typer.Option(min=1, help="How many new papers.")] = 1_000,
    data: Annotated[
        Path | None, typer.Option(help="JSON lines with title and abstract to make the papers from; else samples.")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="Threads of the scorers that have them.")] = 2,
    postgres: Annotated[str, typer.Option(help="An empty PostgreSQL database to measure loading from, too.")] = "",
    as_json: AsJson = False,
) -> None:
    """Score everybody against the papers of a day, beside what one would run instead."""

    async def work(settings: Settings) -> int:
        from bot.evaluation.ranking_bench import (
            BUILT,
            SHORT,
            Sizes,
            measure_rates,
            ranking_document,
            ranking_table,
        )
        from bot.evaluation.ranking_loading import OccupiedError, measure_loading
        from bot.evaluation.ranking_setup import built_profiles, make_setup, short_profiles

        sizes = _sizes(Sizes(), profiles, papers)
        texts = bench_texts(data)
        rates, loading = [], []
        try:
            for rate in measure_rates(texts, settings.data_dir / "compiled", threads, sizes):
                rates.append(rate)
                line = f"{rate.profiles:>9,} x {rate.papers:>5,}  {rate.kind:11} {rate.scorer:30}"
                print(f"{line} {rate.profiles_per_s:>12,.1f} profiles/s", file=sys.stderr)
            setup = make_setup(texts, papers, sizes.others)
            short = short_profiles(setup, min(1_000, profiles))
            built = built_profiles(setup, min(sizes.distinct_built, sizes.built))
            with tempfile.TemporaryDirectory() as folder:
                for url in filter(None, (f"sqlite:///{Path(folder) / 'bench.db'}", postgres)):
                    for kind, some, count in ((SHORT, short, profiles), (BUILT, built, sizes.built)):
                        loading.append(await measure_loading(url, kind, some, count))
                        print(loading[-1], file=sys.stderr)
        except ModuleNotFoundError as error:
            raise SettingsError(f"{error.name} is missing: pip install 'paperboy-bot[evaluation]'") from None
        except (ValueError, OccupiedError) as error:
            raise SettingsError(str(error)) from None
        document = ranking_document(rates, loading)
        print(json.dumps(document) if as_json else ranking_table(rates, loading))
        return 0

    run(work)


ManyPapers = Annotated[int, typer.Option(min=1, help="How many papers are stored, announced over a hundred days.")]
Presses = Annotated[int, typer.Option(min=1, help="How many readers press a button at once.")]
Recommends = Annotated[int, typer.Option(min=1, help="How many readers ask for papers at once.")]
Rounds = Annotated[int, typer.Option(min=1, help="How often.")]
PaperTexts = Annotated[
    Path | None, typer.Option(help="JSON lines with title and abstract to make the papers from; else samples.")
]


@bench.command()
def discord(
    papers: ManyPapers = 100_000,
    presses: Presses = 200,
    recommends: Recommends = 50,
    rounds: Rounds = 3,
    data: PaperTexts = None,
    as_json: AsJson = False,
) -> None:
    """Let many people press and ask at once on a fake Discord. Exit code 1 if they wait longer than is promised."""

    async def work(settings: Settings) -> int:
        with _extra("discord"):
            from bot.evaluation.chat_bench import ChatPlan
            from bot.evaluation.discord_bench import discord_stage
        plan = ChatPlan(papers, presses=presses, recommends=recommends, rounds=rounds)
        return await _chat(settings, plan, discord_stage(), data, as_json)

    run(work)


@bench.command()
def slack(
    papers: ManyPapers = 100_000,
    presses: Presses = 200,
    recommends: Recommends = 50,
    rounds: Rounds = 3,
    data: PaperTexts = None,
    as_json: AsJson = False,
) -> None:
    """Let many people press and ask at once on a fake Slack. Exit code 1 if they wait longer than is promised."""

    async def work(settings: Settings) -> int:
        with _extra("slack"):
            from bot.evaluation.chat_bench import ChatPlan
            from bot.evaluation.slack_bench import slack_stage
        plan = ChatPlan(papers, presses=presses, recommends=recommends, rounds=rounds)
        return await _chat(settings, plan, slack_stage(), data, as_json)

    run(work)


@bench.command()
def web(
    papers: ManyPapers = 100_000,
    requests: Annotated[int, typer.Option(min=1, help="How often each kind of page is asked for.")] = 200,
    data: PaperTexts = None,
    as_json: AsJson = False,
) -> None:
    """Read the public page of a large installation. Exit code 1 if it is slower or larger than is promised."""

    async def work(settings: Settings) -> int:
        from bot.evaluation.web_bench import WebPlan, run_web_bench, web_table

        plan = WebPlan(papers, requests=requests)
        open_in = functools.partial(_open_in, settings)
        with tempfile.TemporaryDirectory() as folder:
            costs = await run_web_bench(open_in, bench_texts(data), plan, Path(folder), _tell)
        print(json.dumps([asdict(each) for each in costs]) if as_json else web_table(costs))
        return 0 if all(each.is_kept for each in costs) else 1

    run(work)


@contextmanager
def _extra(name: str) -> Iterator[None]:
    """Raises SettingsError where an optional part of the distribution is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise SettingsError(f"{error.name} is missing: pip install 'paperboy-bot[{name}]'") from None


async def _chat(
    settings: Settings,
    plan: "ChatPlan",
    stage: "AbstractAsyncContextManager[Stage[Any]]",
    data: Path | None,
    as_json: bool,
) -> int:
    from bot.evaluation.chat_bench import run_chat_bench

    open_in = functools.partial(_open_in, settings)
    with tempfile.TemporaryDirectory() as folder:
        report = await run_chat_bench(open_in, bench_texts(data), plan, Path(folder), stage, _tell)
    if as_json:
        print(json.dumps({**asdict(report), "kept": report.is_kept}))
    else:
        for name, waits in (("presses", report.presses), ("recommends", report.recommends)):
            times = ", ".join(f"{field} {value:,.1f} ms" for field, value in asdict(waits).items() if field != "count")
            print(f"{name:12}{waits.count:>6}  {times}")
    return 0 if report.is_kept else 1


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _sizes(usual: "Sizes", profiles: int, papers: int) -> "Sizes":
    """The usual sizes, none of them larger than what was asked for makes sensible."""
    return replace(
        usual,
        profiles=profiles,
        papers=papers,
        built=min(usual.built, profiles),
        sample=min(usual.sample, profiles),
        slope_profiles=tuple(count for count in usual.slope_profiles if count <= 10 * profiles),
        slope_papers=tuple(count for count in usual.slope_papers if count <= 8 * papers),
    )


def _open_in(settings: Settings, folder: Path) -> AbstractAsyncContextManager[Context]:
    """A context on a folder of its own, with a network that answers nothing."""
    closed = "http://127.0.0.1:9"
    return open_context(
        settings.model_copy(
            update={"data_dir": folder, "database_url": None, "arxiv_feed_url": closed, "arxiv_api_url": closed}
        )
    )
