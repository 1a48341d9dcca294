"""The index of a process in which nobody searches."""

from collections.abc import Iterable

from bot.domain.paper import Paper, PaperKey
from bot.domain.search_query import SearchQuery


class AbsentIndex:
    """Implements bot.ports.SearchIndex without one: it only follows the store's revision and finds nothing."""

    def __init__(self, revision: int) -> None:
        self._revision = revision

    def cursor(self) -> int:
        return self._revision

    async def update(self, papers: Iterable[Paper], deleted: Iterable[PaperKey], revision: int) -> None:
        self._revision = revision

    async def search(self, query: SearchQuery, limit: int) -> list[PaperKey]:
        return []

    async def close(self) -> None:
        """Nothing is open."""
