"""From feed items to stored papers: batches, each one transaction with its piece of the term index."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from bot.domain.listing import FeedItem, ListingHead, NextPage, Rejected
from bot.domain.paper import Paper, PaperKey
from bot.ports import Progress, UnitOfWork
from bot.ranking.segment import Segment, encode_segment, merge_segments, plan_merge
from bot.usecases.context import Context

BATCH = 1_000


@dataclass(slots=True)
class IngestReport:
    """What an ingest did, counted in papers; `rejected` are the records that were not taken, with their reasons."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    heads: list[ListingHead] = field(default_factory=list)
    next_page: NextPage | None = None
    oldest: Paper | None = None
    keys: list[PaperKey] = field(default_factory=list)

    @property
    def stored(self) -> int:
        return self.new + self.updated + self.unchanged

    def add(self, other: "IngestReport") -> None:
        """Count another report in; the next page is the other's."""
        self.new += other.new
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rejected += other.rejected
        self.heads += other.heads
        self.keys += other.keys
        self.next_page = other.next_page
        self.oldest = other.oldest or self.oldest


async def ingest_papers(
    context: Context, items: Iterator[FeedItem], *, progress: Progress | None = None, source: str = ""
) -> IngestReport:
    """Store everything a feed yields. Each batch is committed whole; after a crash a rerun finishes the rest.

    `source` marks papers that do not say where they come from. Parsing runs in a thread, beside the chat.
    """
    report = IngestReport()
    head: ListingHead | None = None
    listed: list[PaperKey] = []
    while batch := await asyncio.to_thread(lambda: list(islice(items, BATCH))):
        papers: list[Paper] = []
        for item in batch:
            match item:
                case Paper():
                    papers.append(item)
                case Rejected():
                    report.rejected.append(item)
                case NextPage():
                    report.next_page = item
                case ListingHead():
                    listed += await _store_batch(context, papers, report)
                    await _close_listing(context, head, listed)
                    head, listed, papers = item, [], []
                    report.heads.append(item)
        listed += await _store_batch(context, papers, report)
        if progress:
            progress(report.stored + len(report.rejected), None)
    await _close_listing(context, head, listed)
    return report


async def _close_listing(context: Context, head: ListingHead | None, papers: list[PaperKey]) -> None:
    if head is not None and papers:
        async with context.store.write() as uow:
            await uow.listings.put(head, list(dict.fromkeys(papers)))


async def _store_batch(context: Context, papers: list[Paper], report: IngestReport) -> list[PaperKey]:
    if not papers:
        return []
    async with context.store.write() as uow:
        deleted: list[PaperKey] = []
        if not all(paper.is_sample for paper in papers) and await uow.papers.count(samples=True):
            deleted += await uow.papers.delete_samples()
        stored = await uow.papers.upsert(papers, context.clock.now())
        deleted += [key for result in stored for key in result.absorbed]
        fresh = {result.paper.stored_key: result.paper for result in stored if result.reindex}
        if fresh or deleted:
            payload = await asyncio.to_thread(encode_segment, list(fresh.values()), deleted)
            await uow.segments.append(len(Segment.decode(payload).keys), payload)
            await _merge_segments(uow)
    for result in stored:
        match result.outcome:
            case "new":
                report.new += 1
            case "updated":
                report.updated += 1
            case "unchanged":
                report.unchanged += 1
    keys = [result.paper.stored_key for result in stored]
    report.keys += keys
    report.oldest = papers[-1]
    return keys


async def _merge_segments(uow: UnitOfWork) -> None:
    """Keep the number of segments logarithmic, in the same transaction, so that no reader sees half of it."""
    while ids := plan_merge(await uow.segments.ids()):
        segments = [Segment.decode(stored.payload) for stored in await uow.segments.load(ids)]
        merged = await asyncio.to_thread(merge_segments, segments)
        await uow.segments.replace(ids, len(Segment.decode(merged).keys), merged)


async def refresh_search(
    context: Context, *, progress: Progress | None = None, batch: int = 5_000, batches: int | None = None
) -> int:
    """Bring the search index up to the store, by its cursor; how many papers were taken in.

    With `batches` it stops after so many, for somebody who waits; the rest is left to the next call.
    """
    taken = 0
    for _ in itertools.count() if batches is None else range(batches):
        before = context.search.cursor()
        async with context.store.read() as uow:
            if await uow.papers.revision() == before:
                return taken
            papers, deleted, revision = await uow.papers.changed_since(before, batch)
        if not papers and not deleted:
            return taken
        await context.search.update(papers, deleted, revision)
        taken += len(papers)
        if progress:
            progress(taken, None)
        if context.search.cursor() == before:
            # Another process is writing this index just now; it follows the same cursor.
            return taken
    return taken
