"""What becomes of a job that failed, on every queue."""

from collections.abc import Callable

import structlog

from bot.domain.trouble import without_words
from bot.ports import StoreError

log = structlog.get_logger()

MAX_ATTEMPTS = 5
"""After so many failures a job is given up; the sweep that put it in the queue finds its work again."""

GRACE_S = 5.0
"""How long running jobs may take to finish once the queue closes."""

Backoff = Callable[[int], float]


def backoff_s(failures: int) -> float:
    """Seconds to wait after so many failures (at least one): 2, 8, 32, 128."""
    return min(2.0 * 4.0 ** (failures - 1), 300.0)


def log_failure(name: str, failures: int, error: Exception) -> None:
    """A job failed so many times now: a store that cannot be used says why itself, anything else where it happened."""
    if isinstance(error, StoreError):
        log.error("job failed", job=name, failures=failures, reason=str(error))
    else:
        log.error("job failed", job=name, failures=failures, errors=without_words(error))
