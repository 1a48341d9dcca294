"""`paperboy bench`: how fast it is, beside what one would run instead."""

import functools
import json
import sys
import tempfile
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated

import typer

from bot.bootstrap import open_context, open_samples
from bot.cli.running import AsJson, run
from bot.domain.paper import Paper
from bot.feeds.samples import parse_samples
from bot.settings import Settings, SettingsError
from bot.usecases.context import Context

bench = typer.Typer(invoke_without_command=True)


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
    from bot.evaluation.corpus import read_texts

    async def work(settings: Settings) -> int:
        try:
            numbers = [int(piece) for piece in sizes.split(",")]
        except ValueError:
            raise SettingsError(f"--sizes {sizes!r}: numbers with commas between, such as 1000,10000") from None
        texts = (
            read_texts(data)
            if data
            else [(p.title, p.abstract) for p in parse_samples(open_samples()) if isinstance(p, Paper)]
        )
        rows = []
        with tempfile.TemporaryDirectory() as folder:
            for row in run_bench(functools.partial(_open_in, settings), texts, numbers, Path(folder)):
                rows.append(row)
                print(f"{row.papers:>8,}  {row.name:52} {row.value:>10,.2f} {row.unit}", file=sys.stderr)
        print(json.dumps(bench_document(rows)) if as_json else bench_table(rows))
        return 0

    run(work)


def _open_in(settings: Settings, folder: Path) -> AbstractAsyncContextManager[Context]:
    """A context on a folder of its own, with a network that answers nothing."""
    closed = "http://127.0.0.1:9"
    return open_context(
        settings.model_copy(
            update={"data_dir": folder, "database_url": None, "arxiv_feed_url": closed, "arxiv_api_url": closed}
        )
    )
