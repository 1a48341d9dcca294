"""The `paperboy` command line."""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.bootstrap import open_context
from bot.bootstrap.chat import run_chat
from bot.cli.admin import admin
from bot.cli.bench import bench
from bot.cli.evaluate import evaluate
from bot.cli.mail import mail
from bot.cli.running import AsJson, run
from bot.cli.serve import serve_here, start, worker
from bot.cli.simulate import simulate
from bot.messages import system
from bot.settings import Settings, SettingsError
from bot.usecases.ingest_papers import IngestReport, refresh_search
from bot.usecases.ingest_source import ingest_source, ingest_stream

app = typer.Typer(
    help="Paperboy reads every new paper and brings each person the few that are for them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(admin, name="admin")
app.add_typer(bench, name="bench")
app.add_typer(mail, name="mail")
app.command("run")(serve_here)
app.command()(worker)
app.command()(start)
app.command()(simulate)
app.command()(evaluate)

SHOWN_REJECTIONS = 20
"""How many rejected records are told one by one."""


@app.command()
def chat(as_json: AsJson = False) -> None:
    """Talk on this terminal, or answer commands from standard input, one a line."""

    async def work(settings: Settings) -> int:
        await run_chat(settings, json_lines=as_json)
        return 0

    run(work)


@app.command()
def ingest(
    source: Annotated[
        str,
        typer.Argument(
            help="A file (RSS, Atom, OAI-PMH, JSON lines, also .gz; a text page), an address, arXiv categories "
            "(cs.LG,cs.CL), an arXiv id, oai:SET, or a date of Hugging Face's daily papers (2026-03-14)."
        ),
    ],
    day: Annotated[
        str, typer.Option("--date", help="The day of a page that names no year; the first day for oai:SET.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Read papers into the store. Exit code 1 if any record was rejected."""

    async def work(settings: Settings) -> int:
        try:
            on = date.fromisoformat(day) if day else None
        except ValueError:
            raise SettingsError(f"--date {day!r} is no date; write it as 2026-03-14") from None
        async with open_context(settings) as context:
            started = time.monotonic()
            with _told_when_cut() as done, _bar() as bar:
                task = bar.add_task("reading", total=None, papers=0)
                path = Path(source)
                if path.is_file():
                    with path.open("rb") as stream:
                        bar.update(task, total=path.stat().st_size)

                        def read(papers: int, total: int | None) -> None:
                            done.records = papers
                            bar.update(task, completed=stream.tell(), papers=papers)

                        report = await ingest_stream(context, path.name, stream, day=on, progress=read)
                else:

                    def fetched(papers: int, total: int | None) -> None:
                        done.records = papers
                        bar.update(task, completed=papers, total=total, papers=papers)

                    report = await ingest_source(context, source, day=on, progress=fetched)
                index = bar.add_task("indexing for search", total=report.new + report.updated, papers=0)

                def indexed(papers: int, total: int | None) -> None:
                    bar.update(index, completed=papers, papers=papers)

                await refresh_search(context, progress=indexed)
            _print_report(report, time.monotonic() - started, as_json)
            return 1 if report.rejected else 0

    run(work)


@dataclass(slots=True)
class _Done:
    records: int = 0


@contextmanager
def _told_when_cut() -> Iterator[_Done]:
    """Say on standard error what is safe already when the work inside is interrupted or fails."""
    done = _Done()
    try:
        yield done
    except BaseException:
        if done.records:
            text = f"{done.records:,} records are done and their papers safely stored"
            print(f"{text}; the same command again goes on from there.", file=sys.stderr)
        raise


def _bar() -> Progress:
    """A progress bar on standard error; where that is no terminal, nothing is drawn."""
    console = Console(stderr=True)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[papers]:,} papers"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _print_report(report: IngestReport, seconds: float, as_json: bool) -> None:
    if not as_json:
        shown = report.rejected[:SHOWN_REJECTIONS]
        counts = Counter(item.reason for item in report.rejected)
        told = {item.reason for item in shown if counts[item.reason] == 1}
        reasons = [(reason, count) for reason, count in counts.most_common() if reason not in told]
        for line in system.ingested(
            report.new, report.updated, report.unchanged, len(report.rejected), reasons, seconds
        ):
            print(line)
        for item in shown:
            print(f"  {item.where}: {item.reason}", file=sys.stderr)
        return
    document = {
        "new": report.new,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": [{"where": item.where, "reason": item.reason} for item in report.rejected],
        "listings": [
            {"source": head.source, "date": head.day.isoformat(), "curator": head.curator} for head in report.heads
        ],
        "seconds": round(seconds, 3),
    }
    print(json.dumps(document, ensure_ascii=False))


def main() -> None:
    """The entry point of the `paperboy` command."""
    _open_missing_streams()
    try:
        app()
    finally:
        _flush_streams()


def _open_missing_streams() -> None:
    """Python sets a standard stream that was closed before the start (`<&-`) to None; nothing here expects that."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open to the end


def _flush_streams() -> None:
    """Python would complain of a reader that is gone when it flushes at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    main()
