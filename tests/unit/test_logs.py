"""What the operator reads: one form for everything, who wrote it, and no words of what people wrote."""

import asyncio
import gc
import io
import json
import logging
from typing import Any

import pytest
import structlog

from bot.bootstrap.logs import configure_logging, log_forgotten_errors, name_process

WRITTEN = "what Ada wrote"


def lines(stream: io.StringIO) -> list[Any]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_its_process() -> None:
    stream = io.StringIO()
    configure_logging("info", stream)
    name_process("worker-7")
    structlog.get_logger().info("started", platforms=["slack"])
    structlog.get_logger().debug("not told")
    (line,) = lines(stream)
    assert {**line, "timestamp": ""} == {
        "event": "started",
        "level": "info",
        "process": "worker-7",
        "platforms": ["slack"],
        "timestamp": "",
    }


@pytest.mark.parametrize("told", ["exception", "flag", "error"])
def test_an_exception_is_logged_without_its_words(told: str) -> None:
    stream = io.StringIO()
    configure_logging("info", stream)
    logger = structlog.get_logger()
    try:
        raise ValueError(WRITTEN)
    except ValueError as error:
        if told == "exception":
            logger.exception("it failed")
        else:
            logger.error("it failed", exc_info=True if told == "flag" else error)
    (line,) = lines(stream)
    assert line["errors"][0].startswith("ValueError")
    assert "test_logs.py" in line["errors"][0]
    assert WRITTEN not in stream.getvalue()


def test_libraries_log_in_the_same_form_from_warnings_on() -> None:
    stream = io.StringIO()
    configure_logging("debug", stream)
    library = logging.getLogger("some.library")
    library.info("not told")
    try:
        raise KeyError(WRITTEN)
    except KeyError:
        library.exception("a connection %s", "broke")
    (line,) = lines(stream)
    assert (line["event"], line["logger"], line["level"]) == ("a connection broke", "some.library", "error")
    assert WRITTEN not in stream.getvalue()


def test_the_queue_never_tells_what_is_in_a_job() -> None:
    stream = io.StringIO()
    configure_logging("debug", stream)
    logging.getLogger("procrastinate.worker").error("Job compose[1](person=7) ended with status: Error")
    assert stream.getvalue() == ""


async def test_an_error_that_nobody_waited_for_is_logged_without_its_words() -> None:
    stream = io.StringIO()
    configure_logging("info", stream)
    loop = asyncio.get_running_loop()
    log_forgotten_errors(loop)

    async def fail() -> None:
        raise ValueError(WRITTEN)

    task = loop.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()
    loop.set_exception_handler(None)
    (line,) = lines(stream)
    assert line["found"] == "Task exception was never retrieved"
    assert line["errors"][0].startswith("ValueError")
    assert WRITTEN not in stream.getvalue()


def test_a_pretty_line_is_for_people() -> None:
    stream = io.StringIO()
    configure_logging("info", stream, "pretty")
    structlog.get_logger().info("started", port=8460)
    assert "started" in stream.getvalue()
    assert "port=8460" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
