"""The commands that serve until they are told to stop; none of them reads standard input."""

from typing import Annotated

import typer

from bot.bootstrap.chat import run_chat
from bot.cli.running import run
from bot.settings import Settings


def serve_here() -> None:
    """Serve everything that is configured: chats, digests, feeds, jobs."""
    run(_serve, log_level="INFO")


def worker(
    concurrency: Annotated[
        int | None, typer.Option(min=0, max=64, help="Jobs side by side; PAPERBOY_WORKERS where left out.")
    ] = None,
    senders: Annotated[
        int | None, typer.Option(min=0, max=64, help="Loops that send digests; PAPERBOY_SENDERS where left out.")
    ] = None,
) -> None:
    """Help an installation on PostgreSQL with its jobs and digests; on any number of machines."""

    async def work(settings: Settings) -> int:
        from bot.bootstrap.serving import run_worker

        return await run_worker(settings, workers=concurrency, senders=senders)

    run(work, log_level="INFO")


def start() -> None:
    """Talk on this terminal and show the page, or serve the chats whose tokens are set: what `make run` does."""

    async def work(settings: Settings) -> int:
        if settings.chat_tokens:
            return await _serve(settings)
        await run_chat(settings, json_lines=False, page=True)
        return 0

    run(work)


async def _serve(settings: Settings) -> int:
    # Who only talks on the terminal does not wait for servers and metrics to load.
    from bot.bootstrap.serving import run_service

    return await run_service(settings)
