"""`paperboy simulate`: simulated readers get a digest a day and answer it; what learning brings them."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.running import AsJson, progress_bar, run
from bot.settings import Settings, SettingsError


def simulate(
    data: Annotated[Path, typer.Option(help="A folder with papers.jsonl.gz and readers.json.")],
    readers: Annotated[int, typer.Option(min=2, help="How many of its readers.")] = 40,
    days: Annotated[int, typer.Option(min=2, max=3650, help="How many days.")] = 60,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same result.")] = 1,
    n: Annotated[int, typer.Option(min=1, max=50, help="Papers a day.")] = 5,
    drift: Annotated[
        bool, typer.Option("--drift", help="Half-way every reader comes to want what another does.")
    ] = False,
    vary: Annotated[
        str, typer.Option(help="Compare values of a setting of the ranking: half_life_days=30,180,inf")
    ] = "",
    cold_start: Annotated[
        bool, typer.Option("--cold-start", help="Only the first papers: five well-chosen ones and five random ones.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; as many as cores unless given.")] = None,
    png: Annotated[Path | None, typer.Option(help="Draw precision by day into this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Give simulated readers a digest a day, with learning and exploration and without; compare cold starts."""

    async def work(settings: Settings) -> int:
        from bot.evaluation.simulate import simulate as simulated
        from bot.evaluation.simulate import standard_variants, varied
        from bot.evaluation.simulated_days import Plan
        from bot.evaluation.simulated_plot import draw_png
        from bot.evaluation.simulated_readers import SimulationError
        from bot.evaluation.simulated_report import document, tables
        from bot.ranking.parameters import RankingSettings

        if png is not None and not png.absolute().parent.is_dir():
            raise SettingsError(f"--png {png}: there is no folder {png.absolute().parent}")
        if cold_start and (vary or drift or png is not None):
            raise SettingsError("--cold-start has no days to vary, to drift in or to draw; leave the other option out")
        plan = Plan(days=days, n=n, seed=seed, drifts=drift)
        try:
            variants = varied(RankingSettings(), vary) if vary else standard_variants(RankingSettings())
            with progress_bar() as bar:
                task = bar.add_task("reading and indexing", total=None)

                def told(done: int, total: int) -> None:
                    bar.update(task, description="simulating", completed=done, total=total)

                done = simulated(
                    data,
                    readers,
                    plan,
                    variants,
                    starts=not vary and not drift,
                    daily=not cold_start,
                    workers=workers,
                    told=told,
                )
        except SimulationError as error:
            raise SettingsError(str(error)) from None
        if png is not None:
            png.write_bytes(draw_png(done))
        print(json.dumps(document(done)) if as_json else tables(done))
        return 0

    run(work)
