"""What every command of the command line shares: settings, errors as one line, exit codes."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.bootstrap.logs import configure_logging
from bot.messages import system
from bot.ports import FetchError, StoreError, SurfaceError
from bot.settings import Settings, SettingsError, read_settings
from bot.usecases.ingest_source import UnknownSourceError

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else there.")]


def fail(message: str, code: int = 2) -> typer.Exit:
    print(f"paperboy: {message}", file=sys.stderr)
    return typer.Exit(code)


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """Turn what a person can mend into one line on standard error and an exit code."""
    try:
        yield
    except (SettingsError, StoreError, FetchError, SurfaceError) as error:
        raise fail(str(error)) from None
    except UnknownSourceError as error:
        raise fail(system.unknown_source(str(error))) from None
    except BrokenPipeError:
        return  # nobody reads on (`| head`), so there is nobody to tell
    except OSError as error:
        raise fail(f"{error.strerror or error}: {error.filename}" if error.filename else str(error)) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def run(work: Callable[[Settings], Coroutine[Any, Any, int]], *, log_level: str = "WARNING") -> None:
    """Read the settings and run; the exit code is what `work` returns. `log_level` is used where none is set."""
    code = 0
    with told_in_one_line():
        settings = read_settings()
        level = settings.log_level if "log_level" in settings.model_fields_set else log_level
        configure_logging(level, sys.stderr, settings.log_format)
        code = asyncio.run(work(settings))
    if code:
        raise typer.Exit(code)


def progress_bar() -> Progress:
    """On standard error; where that is no terminal, nothing is drawn."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
