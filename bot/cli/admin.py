"""`paperboy admin`: for whoever runs Paperboy."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.bootstrap import open_context
from bot.cli.running import AsJson, progress_bar, run
from bot.domain.check import Level
from bot.messages import checkup, operations, system
from bot.settings import Settings
from bot.usecases.ledger_state import ledger_state
from bot.usecases.prune import prune
from bot.usecases.show_status import show_status
from bot.usecases.submit_paper import withdraw_for_operator

if TYPE_CHECKING:
    from store.canonical import TableProof, Tell

admin = typer.Typer(help="For whoever runs Paperboy.", no_args_is_help=True)


@admin.command()
def status(as_json: AsJson = False) -> None:
    """How many papers, how fresh, what the feeds said last, and how the ledger of deliveries stands."""

    async def work(settings: Settings) -> int:
        async with open_context(settings) as context:
            state = await show_status(context)
            ledger = await ledger_state(context.store, context.clock.now())
        data = system.status_data(state) | operations.ledger_data(ledger)
        if as_json:
            print(json.dumps(data, ensure_ascii=False))
        else:
            for name, value in data.items():
                print(f"{name:22}{operations.plain(value)}")
        return 0

    run(work)


@admin.command()
def doctor(as_json: AsJson = False) -> None:
    """Look for what is wrong, and say what to do. Changes nothing; exit code 1 where there is a problem."""
    from bot.cli.doctor import examined

    checks = asyncio.run(examined())
    if as_json:
        print(json.dumps({"checks": checkup.checks_data(checks)}, ensure_ascii=False))
    else:
        print("\n".join(checkup.checks_lines(checks)))
    if any(check.level is Level.PROBLEM for check in checks):
        raise typer.Exit(1)


@admin.command("prune")
def prune_old(
    days: Annotated[int, typer.Option(min=1, help="What ended or was replaced more than so many days ago goes.")] = 90,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete old rows of the ledger and texts of papers that newer versions replaced."""

    async def work(settings: Settings) -> int:
        async with open_context(settings, searched=False) as context:
            before = context.clock.now() - timedelta(days=days)
            pruned = await prune(context.store, before, dry_run=dry_run)
        data = {"deliveries": pruned.deliveries, "versions": pruned.versions}
        if as_json:
            print(json.dumps({**data, "before": before.isoformat(), "deleted": not dry_run}))
        else:
            print(operations.pruned(pruned.deliveries, pruned.versions, before.date(), dry_run=dry_run))
        return 0

    run(work)


@admin.command()
def withdraw(paper: Annotated[str, typer.Argument(help="The paper, by its id or a link.")]) -> None:
    """Take a paper off the page that a reader submitted. Exit code 1 where nobody did."""

    async def work(settings: Settings) -> int:
        async with open_context(settings, searched=False) as context:
            withdrawn = await withdraw_for_operator(context, paper)
        print(f"Withdrawn: {withdrawn.title}" if withdrawn else "Nobody submitted that paper: nothing is changed.")
        return 0 if withdrawn else 1

    run(work)


@admin.command("migrate-store")
def migrate(
    source: Annotated[str, typer.Option("--from", help="The database to move: sqlite:///PATH or postgresql://...")],
    target: Annotated[str, typer.Option("--to", help="An empty database to move it to.")],
    anew: Annotated[
        bool, typer.Option("--anew", help="Throw away what an earlier try that was cut off left in the target.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Move everything from one database to another and prove it equal; the same command again resumes a move.

    Stop every Paperboy first; afterwards set PAPERBOY_DATABASE_URL to the new database.
    """
    from store.migrate_store import migrate_store

    async def work(_: Settings) -> int:
        with _told() as tell:
            proofs = await migrate_store(source, target, tell, anew=anew)
        if as_json:
            print(json.dumps({"equal": True, "tables": _proof_data(proofs)}))
        else:
            _print_proofs(proofs)
            print("Equal in both. Set PAPERBOY_DATABASE_URL to the new database and start Paperboy again.")
        return 0

    run(work)


@admin.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it; a file that is not there yet.")],
    as_json: AsJson = False,
) -> None:
    """Write everything into one SQLite file, as it is at this moment; Paperboy may go on running."""
    from adapters.system_clock import SystemClock
    from store.backup import back_up

    async def work(settings: Settings) -> int:
        with _told() as tell:
            made = await back_up(settings.store_url, file, SystemClock().now(), tell)
        if as_json:
            data = {"file": str(file), "schema": made.schema, "tables": _proof_data(made.tables)}
            print(json.dumps({**data, "made_at": made.made_at.isoformat(), "bytes": file.stat().st_size}))
        else:
            print(f"{file}: {made.rows:,} rows of {len(made.tables)} tables, {file.stat().st_size:,} bytes.")
        return 0

    run(work)


@admin.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `paperboy admin backup` wrote.")],
    replace: Annotated[bool, typer.Option("--yes", help="Replace what the database holds now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check a backup and put it in the place of what the database holds. Stop every Paperboy first."""
    from bot.bootstrap import forget_search
    from store.restore import restore as put_back

    async def work(settings: Settings) -> int:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _told() as tell:
            made = await put_back(file, settings.store_url, settings.data_dir, tell, replace=replace)
        forget_search(settings)
        if as_json:
            data = {"made_at": made.made_at.isoformat(), "schema": made.schema, "tables": _proof_data(made.tables)}
            print(json.dumps(data))
        else:
            print(f"Restored {made.rows:,} rows as they were at {made.made_at:%Y-%m-%d %H:%M} UTC.")
        return 0

    run(work)


@contextmanager
def _told() -> Iterator["Tell"]:
    """A progress bar for work that says what it is doing."""
    with progress_bar() as bar:
        task = bar.add_task("starting", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def _proof_data(proofs: "tuple[TableProof, ...] | list[TableProof]") -> dict[str, dict[str, int | str]]:
    return {proof.table: {"rows": proof.rows, "checksum": proof.checksum} for proof in proofs}


def _print_proofs(proofs: "list[TableProof]") -> None:
    print(f"{'table':22}{'rows':>12}  checksum")
    for proof in proofs:
        print(f"{proof.table:22}{proof.rows:>12,}  {proof.checksum}")
