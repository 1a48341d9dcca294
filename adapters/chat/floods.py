"""What is let go by when too much of it comes at once."""

from collections.abc import Iterator
from contextlib import contextmanager

MOST_LINKED = 4
"""Messages whose links are looked up side by side; a flood of links gets no more cards than that."""


class AtOnce:
    """Counts what is under way, and takes no more than `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._under_way = 0

    @property
    def is_full(self) -> bool:
        return self._under_way >= self._most

    @contextmanager
    def one_more(self) -> Iterator[None]:
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
