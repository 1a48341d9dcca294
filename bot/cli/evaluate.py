"""`paperboy evaluate`: how good the ranking is on real readers, beside what one would run instead."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.running import AsJson, fail, progress_bar, told_in_one_line

DEFAULT_K = "1,3,5,10"


def evaluate(
    data: Annotated[Path, typer.Option(help="A folder with papers.jsonl.gz and readers.json (docs/evaluation.md).")],
    k: Annotated[str, typer.Option(help="Cold start: how many likes are known, comma between.")] = DEFAULT_K,
    rankers: Annotated[str, typer.Option(help="Names, comma between; all without it.")] = "",
    readers: Annotated[int | None, typer.Option(min=1, help="Only so many readers, drawn by the seed.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="For every draw; the same seed gives the same figures.")] = 1,
    task: Annotated[
        str, typer.Option(help="cold-start, static, loop, comma between; without it what the data is made for.")
    ] = "",
    merged: Annotated[bool, typer.Option("--merged", help="Two readers in one: are two interests kept apart?")] = False,
    png: Annotated[Path | None, typer.Option(help="Write a picture there.")] = None,
    processes: Annotated[int | None, typer.Option(min=1, help="At once; without it one a processor.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the quality of the ranking on readers whose likes are known, beside what one would run instead."""
    from bot.evaluation.evaluate import TASKS, measure_all, plan
    from bot.evaluation.extra import MissingExtraError
    from bot.evaluation.papers_file import DataSetError
    from bot.evaluation.peers import PEERS
    from bot.evaluation.picture import draw
    from bot.evaluation.readers import read_data_set
    from bot.evaluation.rows import document, make_rows
    from bot.evaluation.tables import render

    names = _names(rankers, PEERS, "--rankers")
    tasks = _names(task, TASKS, "--task") if task else []
    ks = _counts(k)
    if png is not None and not png.absolute().parent.is_dir():
        raise fail(f"--png {png}: there is no folder {png.absolute().parent} to write it to")
    with told_in_one_line():
        try:
            known = read_data_set(data)
            if readers:
                known = known.sample(readers, seed)
            jobs = plan(known, names, ks, tasks, merged)
            with progress_bar() as bar:
                doing = bar.add_task("measuring", total=len(jobs))
                measured = measure_all(
                    known,
                    jobs,
                    seed,
                    min(processes or os.cpu_count() or 1, len(jobs)),
                    lambda done, total: bar.update(doing, completed=done, total=total),
                )
        except (DataSetError, MissingExtraError) as error:
            raise fail(str(error)) from None
        rows = make_rows(measured, seed)
        if png is not None:
            draw(rows, png)
        print(json.dumps(document(rows)) if as_json else render(rows))


def _names(text: str, known: tuple[str, ...], option: str) -> list[str]:
    names = list(dict.fromkeys(piece.strip() for piece in text.split(",") if piece.strip())) or list(known)
    for name in names:
        if name not in known:
            raise fail(f"{option} {name!r} is not known; choose from {', '.join(known)}")
    return names


def _counts(text: str) -> list[int]:
    try:
        counts = list(dict.fromkeys(int(piece) for piece in text.split(",")))
    except ValueError:
        counts = [0]
    if min(counts) < 1:
        raise fail(f"--k {text!r}: whole numbers from 1 with commas between, such as {DEFAULT_K}")
    return counts
