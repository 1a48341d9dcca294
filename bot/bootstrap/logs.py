"""Operator logs: on standard error, pretty on a terminal, JSON elsewhere; never message text, never tokens."""

import asyncio
import logging
import sys
from typing import Any, TextIO

import structlog

from bot.domain.trouble import without_words

QUIET = {
    # Broken LaTeX in an abstract is every day's business, not news for the operator.
    "pylatexenc": logging.CRITICAL,
    # Nor is it news that matplotlib looks through the fonts once, or keeps what it found among temporary files.
    "matplotlib": logging.ERROR,
    # The queue's adapter says what goes wrong, without a job's arguments.
    "procrastinate": logging.CRITICAL,
    "psycopg.pool": logging.ERROR,
    # Nor what bolt says of requests and connections, with the words of both: the adapter says it without.
    "slack_bolt": logging.CRITICAL,
}


def configure_logging(level: str, stream: TextIO, form: str = "auto") -> None:
    """Log to the stream from `level` on; `form` is json, pretty, or auto: pretty where the stream is a terminal.

    What libraries log from warnings on comes in the same form, without the words of exceptions.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    pretty = form == "pretty" or (form == "auto" and stream.isatty())
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty()) if pretty else structlog.processors.JSONRenderer()
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _errors_without_words,
    ]
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(number),
        processors=[*shared, renderer],
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared], processors=[meta, renderer]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(quiet)


def name_process(name: str) -> None:
    """Every line from here on, in the tasks that start from here too, says which process wrote it."""
    structlog.contextvars.bind_contextvars(process=name)


def log_forgotten_errors(loop: asyncio.AbstractEventLoop) -> None:
    """What asyncio finds that nobody waited for comes without its words, too."""

    def told(_: asyncio.AbstractEventLoop, found: dict[str, Any]) -> None:
        error = found.get("exception")
        errors = without_words(error) if isinstance(error, BaseException) else []
        structlog.get_logger().error("forgotten error", found=str(found.get("message", "")), errors=errors)

    loop.set_exception_handler(told)


def _errors_without_words(_logger: Any, _method: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An exception that is logged: its kinds and places, since its words may be what somebody wrote."""
    error = entry.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        entry["errors"] = without_words(error)
    return entry
