"""Delete what nobody needs any more: deliveries that ended long ago, and texts that newer versions replaced; and the
limits of places that nothing is sent to any more, which are not worth counting.

What was shown and what was said of it stays, so that a paper still comes once. Finished jobs delete themselves.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.ports import Store


@dataclass(frozen=True, slots=True)
class Pruned:
    deliveries: int
    versions: int


class _OnlyCountedError(Exception):
    """Ends a transaction that was to count and not to delete."""


async def prune(store: Store, before: datetime, *, dry_run: bool = False) -> Pruned:
    """Delete what ended or was replaced before then; with `dry_run` say what that would be and leave everything."""
    pruned = Pruned(0, 0)
    with suppress(_OnlyCountedError):
        async with store.write() as uow:
            await uow.state.prune_limits(before)
            pruned = Pruned(await uow.deliveries.prune(before), await uow.papers.prune_versions(before))
            if dry_run:
                raise _OnlyCountedError
    return pruned
