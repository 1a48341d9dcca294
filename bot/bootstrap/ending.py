"""How a serving process ends: on SIGTERM or SIGINT in order, and in any case before whoever sent it loses patience."""

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.supervisor import Supervisor

log = structlog.get_logger()

LAST_S = 9.5
"""After so long the process ends hard, whatever still runs in a thread: what it leaves is found again."""


@contextmanager
def stopped_by_signals(supervisor: Supervisor) -> Iterator[None]:
    """Stop the supervisor on the first signal; a second one ends the process at once."""
    loop = asyncio.get_running_loop()

    def told(name: str) -> None:
        if supervisor.stopping.is_set():
            os._exit(1)
        log.info("stopping", signal=name)
        end_hard_after(LAST_S)
        supervisor.stop()

    signals = (signal.SIGTERM, signal.SIGINT)
    for one in signals:
        loop.add_signal_handler(one, told, one.name)
    try:
        yield
    finally:
        for one in signals:
            loop.remove_signal_handler(one)


def end_hard_after(seconds: float) -> None:
    """Unless the process has ended by then: Python itself would wait for threads for as long as they take."""
    watchdog = threading.Timer(seconds, os._exit, (1,))
    watchdog.daemon = True
    watchdog.start()
