"""Store a batch of papers: look up what they may be, settle who is who, write the difference."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.paper import Paper, PaperId, PaperKey, normalise_doi
from bot.ports import Outcome, Upserted
from store.dialect import advance, chunks, insert_many, upsert_into
from store.paper_identity import NO_TITLE, Batch, Draft, dois, ids_of_dois, settled
from store.paper_merge import needs_reindex
from store.paper_move import move_papers
from store.paper_rows import WIDTH, content_hash, select_papers, storable_paper, title_id, to_paper, to_row
from store.tables import deleted_papers, paper_aliases, paper_versions, papers

LONGEST_ID = 500
"""Characters of an id or a DOI; longer ones are no ids, and PostgreSQL's indexes would refuse them."""


async def upsert_papers(connection: AsyncConnection, told: Sequence[Paper], seen_at: datetime) -> list[Upserted]:
    """`PaperRepository.upsert`. Writers of papers queue on the revision counter from here to their commit."""
    if not told:
        return []
    revision = await advance(connection, "revision")
    last_key = await advance(connection, "paper_key")
    keys = count(last_key + 1)
    batch = Batch(seen_at, lambda: PaperKey(next(keys)))
    records = [_record(paper) for paper in told]
    hashes = [content_hash(record) for record in records]
    await _load_by_id(connection, batch, {record.id for record in records})
    taken: list[Draft | None] = []
    for record, told_hash in zip(records, hashes, strict=True):
        draft = batch.find(record.id)
        taken.append(draft if draft is not None and draft.content_hash == told_hash else None)
    await _load_related(connection, batch, [record for record, draft in zip(records, taken, strict=True) if not draft])
    drafts = [
        draft or batch.take(record, told_hash) for record, told_hash, draft in zip(records, hashes, taken, strict=True)
    ]
    await _write(connection, batch, revision, seen_at)
    await advance(connection, "paper_key", next(keys) - 1 - last_key)
    return _results(drafts)


def _record(paper: Paper) -> Paper:
    clean = storable_paper(paper)
    if len(clean.id) <= LONGEST_ID and len(clean.doi) <= LONGEST_ID and clean.doi == clean.doi.lower():
        return clean
    values = {name: getattr(clean, name) for name in Paper.__dataclass_fields__}
    if len(clean.id) > LONGEST_ID:
        values["id"] = title_id(clean.title)
    values["doi"] = "" if len(clean.doi) > LONGEST_ID else normalise_doi(clean.doi) or clean.doi.lower()
    return Paper(**values)


async def _load_by_id(connection: AsyncConnection, batch: Batch, ids: set[PaperId]) -> None:
    await _load(connection, batch, papers.c.paper_id, list(ids))
    aliases: dict[PaperId, PaperKey] = {}
    for chunk in chunks([paper_id for paper_id in ids if batch.find(paper_id) is None]):
        found = select(paper_aliases.c.paper_id, paper_aliases.c.paper_key).where(paper_aliases.c.paper_id.in_(chunk))
        aliases.update({PaperId(old): PaperKey(key) for old, key in await connection.execute(found)})
    await _load(connection, batch, papers.c.key, list(set(aliases.values())))
    for old, key in aliases.items():
        batch.add_alias(old, key)


async def _load_related(connection: AsyncConnection, batch: Batch, records: Sequence[Paper]) -> None:
    """What the records may turn out to be by DOI or title."""
    if not records:
        return
    other_ids: set[PaperId] = set()
    all_dois: set[str] = set()
    titles: set[PaperId] = set()
    for record in records:
        all_dois.update(dois(record))
        other_ids.update(ids_of_dois(record))
        title = title_id(record.title)
        if title == NO_TITLE:
            continue
        (titles if title == record.id else other_ids).add(title)
    await _load_by_id(connection, batch, other_ids)
    await _load(connection, batch, papers.c.doi, list(all_dois))
    await _load(connection, batch, papers.c.title_key, list(titles))


async def _load(
    connection: AsyncConnection, batch: Batch, column: ColumnElement[Any], values: Sequence[object]
) -> None:
    for chunk in chunks(values):
        for row in await connection.execute(select_papers(papers.c.content_hash).where(column.in_(chunk))):
            batch.add_stored(to_paper(row), row[WIDTH])


async def _write(connection: AsyncConnection, batch: Batch, revision: int, seen_at: datetime) -> None:
    drafts = batch.drafts
    revisions = count(revision + 1)
    new = [draft for draft in drafts if draft.stored is None]
    changed = [draft for draft in drafts if draft.stored is not None and draft.paper != draft.stored]
    merged = {key: draft.paper.stored_key for draft in drafts for key in draft.absorbed if key not in batch.displaced}
    await delete_papers(connection, batch.displaced)
    await insert_many(connection, papers, [to_row(draft.paper, draft.content_hash, next(revisions)) for draft in new])
    await move_papers(connection, merged)
    await delete_papers(connection, list(merged))
    if changed:
        rows = [to_row(draft.paper, draft.content_hash, next(revisions)) for draft in changed]
        by_key = update(papers).where(papers.c.key == bindparam("old_key"))
        await connection.execute(
            by_key.values({name: bindparam(name) for name in rows[0] if name != "key"}),
            [{"old_key": row.pop("key"), **row} for row in rows],
        )
    await insert_many(connection, paper_versions, [row for draft in changed if (row := _replaced_text(draft, seen_at))])
    aliases = [{"paper_id": old, "paper_key": draft.paper.stored_key} for draft in drafts for old in draft.aliases]
    if aliases:
        statement = upsert_into(connection, paper_aliases)
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["paper_id"], set_={"paper_key": statement.excluded.paper_key}
            ),
            aliases,
        )
    gone = [
        {"key": key, "revision": next(revisions), "merged_into": merged.get(key)} for key in [*batch.displaced, *merged]
    ]
    await insert_many(connection, deleted_papers, gone)
    await advance(connection, "revision", next(revisions) - 1 - revision)


def _replaced_text(draft: Draft, seen_at: datetime) -> dict[str, object] | None:
    old = draft.stored
    if old is None or (old.title, old.abstract) == (draft.paper.title, draft.paper.abstract):
        return None
    return {
        "paper_key": old.stored_key,
        "version": old.version,
        "title": old.title,
        "abstract": old.abstract,
        "seen_at": seen_at,
    }


def _results(drafts: Sequence[Draft]) -> list[Upserted]:
    """One result a record; of several records of one paper the first tells what happened to it."""
    told: set[Draft] = set()
    results: list[Upserted] = []
    for draft in map(settled, drafts):
        if draft in told:
            results.append(Upserted(draft.paper, "unchanged", reindex=False))
            continue
        told.add(draft)
        outcome: Outcome = "unchanged"
        if draft.stored is None:
            outcome = "new"
        elif draft.paper != draft.stored or draft.absorbed:
            outcome = "updated"
        reindex = draft.stored is None or needs_reindex(draft.stored, draft.paper)
        results.append(Upserted(draft.paper, outcome, reindex, tuple(draft.absorbed)))
    return results


async def delete_papers(connection: AsyncConnection, keys: Sequence[PaperKey]) -> None:
    for chunk in chunks(keys):
        await connection.execute(delete(papers).where(papers.c.key.in_(chunk)))
