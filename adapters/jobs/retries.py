"""When a job that failed is tried again, on every queue."""

from collections.abc import Callable

MAX_ATTEMPTS = 5
"""After so many failures a job is given up; the sweep that put it in the queue finds its work again."""

GRACE_S = 6.0
"""How long running jobs may take to finish once the queue closes."""

Backoff = Callable[[int], float]


def backoff_s(failures: int) -> float:
    """Seconds to wait after so many failures (at least one): 2, 8, 32, 128."""
    return min(2.0 * 4.0 ** (failures - 1), 300.0)
