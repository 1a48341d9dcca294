"""Everything that hangs on a paper goes over to the paper it turned out to be."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.paper import PaperKey
from store.dialect import among, chunks
from store.tables import (
    deleted_papers,
    feedback,
    impressions,
    listing_entries,
    paper_aliases,
    paper_versions,
    papers,
    submissions,
)


async def move_papers(connection: AsyncConnection, into: Mapping[PaperKey, PaperKey]) -> None:
    """Move feedback, impressions, listing entries, versions, old ids and who submitted it from each key to its new one;
    of two who submitted it the first stays."""
    for old, new in into.items():
        same_page = listing_entries.alias()
        twice = exists().where(same_page.c.listing_id == listing_entries.c.listing_id, same_page.c.paper_key == new)
        await connection.execute(delete(listing_entries).where(listing_entries.c.paper_key == old, twice))
        other = submissions.alias()
        after = exists().where(other.c.paper_key == new, other.c.at <= submissions.c.at)
        await connection.execute(delete(submissions).where(submissions.c.paper_key == old, after))
        before = exists().where(other.c.paper_key == old)
        await connection.execute(delete(submissions).where(submissions.c.paper_key == new, before))
        for table in (feedback, impressions, listing_entries, paper_versions, paper_aliases, submissions):
            moved = update(table).where(table.c.paper_key == old).values(paper_key=new)
            await connection.execute(moved)
        await connection.execute(
            update(deleted_papers).where(deleted_papers.c.merged_into == old).values(merged_into=new)
        )


async def present_keys(
    connection: AsyncConnection, keys: Iterable[PaperKey], *, held: bool = True
) -> dict[PaperKey, PaperKey]:
    """Where each key leads now: to itself, to the paper it was merged into; keys of deleted papers are left out.

    Papers that are `held` cannot be deleted before the transaction, one that writes, ends.
    """
    wanted = list(dict.fromkeys(keys))
    here = await _present(connection, wanted, held)
    missing = [key for key in wanted if key not in here]
    merged: dict[PaperKey, PaperKey] = {}
    for chunk in chunks(missing):
        led = select(deleted_papers.c.key, deleted_papers.c.merged_into).where(
            among(connection, deleted_papers.c.key, chunk), deleted_papers.c.merged_into.is_not(None)
        )
        merged.update({PaperKey(old): PaperKey(new) for old, new in await connection.execute(led)})
    here |= await _present(connection, list(merged.values()), held)
    return {key: merged.get(key, key) for key in wanted if merged.get(key, key) in here}


async def _present(connection: AsyncConnection, keys: Sequence[PaperKey], held: bool) -> set[PaperKey]:
    found: set[PaperKey] = set()
    for chunk in chunks(keys):
        here = select(papers.c.key).where(among(connection, papers.c.key, chunk))
        if held:
            here = here.with_for_update(read=True, key_share=True)
        found.update(PaperKey(key) for key in (await connection.execute(here)).scalars())
    return found
