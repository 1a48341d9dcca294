"""Papers: found by any id they ever had, followed by revision, counted by what is said of them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, exists, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.feedback import Reaction
from bot.domain.page import PaperVersion
from bot.domain.paper import SAMPLE_SOURCE, Paper, PaperId, PaperKey
from bot.domain.trending import Votes
from bot.ports import Upserted
from store.dialect import advance, chunks, insert_many
from store.paper_rows import WIDTH, load_papers, select_papers, to_paper
from store.paper_upsert import delete_papers, upsert_papers
from store.tables import (
    counters,
    deleted_papers,
    feedback,
    listing_entries,
    listings,
    paper_aliases,
    paper_versions,
    papers,
    profiles,
)

LARGEST_BATCH = 5_000
LIKES = (Reaction.LIKE, Reaction.SAVE)


class SqlPaperRepository:
    """`bot.ports.PaperRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def upsert(self, papers: Sequence[Paper], seen_at: datetime) -> list[Upserted]:
        if len(papers) > LARGEST_BATCH:
            raise ValueError(f"a batch holds at most {LARGEST_BATCH} papers, not {len(papers)}")
        return await upsert_papers(self._connection, papers, seen_at)

    async def find(self, paper_id: PaperId) -> Paper | None:
        return (await self.find_many([paper_id])).get(paper_id)

    async def find_many(self, ids: Sequence[PaperId]) -> dict[PaperId, Paper]:
        found: dict[PaperId, Paper] = {}
        for chunk in chunks(list(dict.fromkeys(ids))):
            for row in await self._connection.execute(select_papers().where(papers.c.paper_id.in_(chunk))):
                paper = to_paper(row)
                found[paper.id] = paper
        for chunk in chunks([paper_id for paper_id in dict.fromkeys(ids) if paper_id not in found]):
            by_alias = (
                select_papers(paper_aliases.c.paper_id)
                .join(paper_aliases, paper_aliases.c.paper_key == papers.c.key)
                .where(paper_aliases.c.paper_id.in_(chunk))
            )
            for row in await self._connection.execute(by_alias):
                found[PaperId(row[WIDTH])] = to_paper(row)
        return found | await self._by_title([paper_id for paper_id in dict.fromkeys(ids) if paper_id not in found])

    async def _by_title(self, ids: Sequence[PaperId]) -> dict[PaperId, Paper]:
        """What the hash of a title names, as in `upsert`: the one real paper with that title."""
        titled: dict[PaperId, list[Paper]] = defaultdict(list)
        for chunk in chunks([paper_id for paper_id in ids if paper_id.startswith("title:")]):
            by_title = select_papers(papers.c.title_key).where(
                papers.c.title_key.in_(chunk), papers.c.source != SAMPLE_SOURCE
            )
            for row in await self._connection.execute(by_title):
                titled[PaperId(row[WIDTH])].append(to_paper(row))
        return {paper_id: same[0] for paper_id, same in titled.items() if len(same) == 1}

    async def by_keys(self, keys: Sequence[PaperKey]) -> dict[PaperKey, Paper]:
        return await load_papers(self._connection, keys)

    async def changed_since(self, revision: int, limit: int) -> tuple[list[Paper], list[PaperKey], int]:
        # One statement: two could see different moments and skip what was written between them.
        changes = union_all(
            select(papers.c.revision, papers.c.key, literal(0).label("deleted")).where(papers.c.revision > revision),
            select(deleted_papers.c.revision, deleted_papers.c.key, literal(1)).where(
                deleted_papers.c.revision > revision
            ),
        ).subquery()
        page = select(changes).order_by(changes.c.revision).limit(limit)
        rows = (await self._connection.execute(page)).all()
        stored = await load_papers(self._connection, [key for _, key, deleted in rows if not deleted])
        changed = [stored[key] for _, key, deleted in rows if not deleted and key in stored]
        gone = [PaperKey(key) for _, key, deleted in rows if deleted]
        return changed, gone, rows[-1][0] if rows else revision

    async def count_changed(self, revision: int) -> int:
        stored = select(func.count()).select_from(papers).where(papers.c.revision > revision)
        gone = select(func.count()).select_from(deleted_papers).where(deleted_papers.c.revision > revision)
        row = (await self._connection.execute(select(stored.scalar_subquery(), gone.scalar_subquery()))).one()
        return int(row[0] + row[1])

    async def revision(self) -> int:
        latest = select(counters.c.value).where(counters.c.name == "revision")
        return int((await self._connection.execute(latest)).scalar_one())

    async def count(self, *, samples: bool | None = None) -> int:
        of_samples = select(func.count()).select_from(papers).where(papers.c.source == SAMPLE_SOURCE)
        if samples:
            return int((await self._connection.execute(of_samples)).scalar_one())
        everything = int((await self._connection.execute(select(func.count()).select_from(papers))).scalar_one())
        if samples is None:
            return everything
        return everything - int((await self._connection.execute(of_samples)).scalar_one())

    async def delete_samples(self) -> list[PaperKey]:
        revision = await advance(self._connection, "revision")
        of_samples = select(papers.c.key).where(papers.c.source == SAMPLE_SOURCE).order_by(papers.c.key)
        keys = [PaperKey(key) for key in (await self._connection.execute(of_samples)).scalars()]
        pages: set[int] = set()
        for chunk in chunks(keys):
            of_page = select(listing_entries.c.listing_id).where(listing_entries.c.paper_key.in_(chunk)).distinct()
            pages.update((await self._connection.execute(of_page)).scalars())
        # What was learned from a sample hangs on it too: those profiles are made anew when they are next asked for.
        for chunk in chunks(keys):
            learned = select(feedback.c.person_id).where(feedback.c.paper_key.in_(chunk))
            await self._connection.execute(delete(profiles).where(profiles.c.person_id.in_(learned)))
        await delete_papers(self._connection, keys)
        for chunk_of_pages in chunks(sorted(pages)):
            emptied = ~exists().where(listing_entries.c.listing_id == listings.c.id)
            await self._connection.execute(delete(listings).where(listings.c.id.in_(chunk_of_pages), emptied))
        gone = [{"key": key, "revision": revision + 1 + at, "merged_into": None} for at, key in enumerate(keys)]
        await insert_many(self._connection, deleted_papers, gone)
        await advance(self._connection, "revision", len(keys))
        return keys

    async def votes(self, since: datetime, limit: int) -> list[Votes]:
        here = await self.likes(since, limit)
        about = select(papers.c.key, papers.c.paper_id, papers.c.fresh_at, func.coalesce(papers.c.upvotes, 0))
        upvoted = (
            about.where(papers.c.fresh_at >= since, papers.c.upvotes > 0)
            .order_by(papers.c.upvotes.desc(), papers.c.key)
            .limit(limit)
        )
        found = {row[0]: row for row in await self._connection.execute(upvoted)}
        for chunk in chunks([key for key in here if key not in found]):
            for row in await self._connection.execute(about.where(papers.c.key.in_(chunk))):
                found[row[0]] = row
        return [
            Votes(PaperKey(key), PaperId(paper_id), fresh_at, upvotes, *here.get(PaperKey(key), (0, 0)))
            for key, paper_id, fresh_at, upvotes in found.values()
        ]

    async def likes(self, since: datetime, limit: int) -> dict[PaperKey, tuple[int, int]]:
        """See bot.ports.PaperRepository: by what each reader said last."""
        last = (
            select(func.max(feedback.c.id).label("id"))
            .where(feedback.c.at >= since, feedback.c.reaction.in_([*LIKES, Reaction.DISLIKE]))
            # Not by the bare column: SQLite would walk the whole log in that index's order instead of the span's part.
            .group_by(feedback.c.person_id + 0, feedback.c.paper_key, feedback.c.reaction)
            .subquery()
        )
        by_reader = (
            select(
                feedback.c.paper_key,
                func.max(case((feedback.c.reaction.in_(LIKES), 1), else_=0)).label("likes"),
                func.max(case((feedback.c.reaction == Reaction.DISLIKE, 1), else_=0)).label("dislikes"),
            )
            .join(last, last.c.id == feedback.c.id)
            .where(feedback.c.active)
            .group_by(feedback.c.paper_key, feedback.c.person_id)
            .subquery()
        )
        likes, dislikes = func.sum(by_reader.c.likes), func.sum(by_reader.c.dislikes)
        counts = (
            select(by_reader.c.paper_key, likes, dislikes)
            .group_by(by_reader.c.paper_key)
            .order_by(likes.desc(), by_reader.c.paper_key)
            .limit(limit)
        )
        rows = await self._connection.execute(counts)
        return {PaperKey(key): (int(liked), int(disliked)) for key, liked, disliked in rows}

    async def versions(self, key: PaperKey) -> list[PaperVersion]:
        columns = (paper_versions.c[name] for name in ("version", "title", "abstract", "seen_at"))
        replaced = select(*columns).where(paper_versions.c.paper_key == key).order_by(paper_versions.c.id)
        return [PaperVersion(*row) for row in await self._connection.execute(replaced)]

    async def prune_versions(self, before: datetime) -> int:
        gone: Any = await self._connection.execute(delete(paper_versions).where(paper_versions.c.seen_at < before))
        return int(gone.rowcount)

    async def latest_announcement(self) -> datetime | None:
        newest = (
            select(papers.c.announced_at)
            .where(papers.c.announced_at.is_not(None), papers.c.source != SAMPLE_SOURCE)
            .order_by(papers.c.announced_at.desc())
            .limit(1)
        )
        moment: datetime | None = (await self._connection.execute(newest)).scalar_one_or_none()
        return moment
