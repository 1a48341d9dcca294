"""`TantivyIndex`: full-text search over everything ingested, on tantivy."""

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path

from tantivy import Document, Index, IndexWriter, Query, Searcher

from adapters.search.folder import IndexFolder, is_engine_failure
from adapters.search.query import QueryBuilder
from adapters.search.schema import Analyzers, build_schema, to_document
from bot.domain.paper import Paper, PaperKey
from bot.domain.search_query import SearchQuery
from bot.ports import StoreError

_LOCK_POLL_S = 0.05


def index_trouble(folder: Path) -> str:
    """Why the index in a folder cannot be used, empty if it can or there is none yet. Touches nothing."""
    return IndexFolder(folder, build_schema()).trouble()


class TantivyIndex:
    """Implements bot.ports.SearchIndex over a folder of its own, opened at the first use.

    The index is derived data: a missing, damaged or outdated folder is made anew with cursor 0, and the next updates
    fill it again. Any number of processes may read one folder. While another process writes, `update` waits for
    `lock_wait_s` and then does nothing: `cursor()` has not moved, so whoever follows the store by it must not loop on
    it at once but come back later.
    """

    def __init__(self, folder: Path, *, heap_bytes: int = 15_000_000, lock_wait_s: float = 1.0) -> None:
        self._schema = build_schema()
        self._analyzers = Analyzers()
        self._queries = QueryBuilder(self._schema, self._analyzers)
        self._folder = IndexFolder(folder, self._schema)
        self._heap_bytes = heap_bytes
        self._lock_wait_s = lock_wait_s
        self._updating = asyncio.Lock()
        self._index: Index | None = None
        self._stamp: tuple[int, int, int] | None = None
        self._told = 0

    def cursor(self) -> int:
        """See bot.ports.SearchIndex."""
        self._open()
        self._told = self._folder.cursor()
        return self._told

    async def update(self, papers: Iterable[Paper], deleted: Iterable[PaperKey], revision: int) -> None:
        """Take papers anew and forget deleted ones, all or nothing, then move the cursor to `revision`.

        Does nothing if the index was made anew since `cursor()` was last asked: what was gathered from the old cursor
        on would leave out everything before it. The writer and its memory live for this call alone. Raises StoreError
        if the disk is full or fails.
        """
        stored, gone = tuple(papers), tuple(deleted)
        async with self._updating:
            await asyncio.to_thread(self._update, stored, gone, revision)

    async def search(self, query: SearchQuery, limit: int) -> list[PaperKey]:
        """Best first: by BM25, or the newest first where the query has neither words nor phrases.

        All words must match; if no paper has them all, those that have any of them come instead, by BM25 too, while
        phrases, authors, categories and since go on holding. Runs on the caller's thread: it takes milliseconds.
        """
        if limit <= 0:
            return []
        try:
            return self._search(query, limit)
        except BaseException as error:
            if not is_engine_failure(error):
                raise
            self._make_anew()
            return []

    async def close(self) -> None:
        async with self._updating:
            self._index = None

    def _search(self, query: SearchQuery, limit: int) -> list[PaperKey]:
        built = self._queries.build(query)
        if built is None:
            return []
        searcher = self._searcher()
        by_day = not (query.words or query.phrases)
        found = _top(searcher, built, limit, by_day=by_day)
        if not found and len(query.words) > 1:
            loose = self._queries.build(query, any_word=True)
            found = _top(searcher, loose, limit) if loose is not None else []
        return found

    def _searcher(self) -> Searcher:
        index = self._open()
        stamp = self._folder.stamp()
        if stamp != self._stamp:
            try:
                index.reload()
            except BaseException as error:
                if not is_engine_failure(error):
                    raise
                # Another process may have made the folder anew under us; what is there now decides.
                self._index = None
                index = self._open()
            self._stamp = stamp
        return index.searcher()

    def _open(self) -> Index:
        return self._index if self._index is not None else self._adopt(self._folder.open())

    def _make_anew(self) -> None:
        self._adopt(self._folder.make_anew())

    def _adopt(self, index: Index) -> Index:
        self._analyzers.register(index)
        self._index, self._stamp = index, None
        return index

    def _update(self, papers: tuple[Paper, ...], deleted: tuple[PaperKey, ...], revision: int) -> None:
        # Outside of what may blame the index: a paper that cannot be written down is the caller's mistake.
        documents = [(paper.stored_key, to_document(paper, self._analyzers)) for paper in papers]
        try:
            self._write(documents, deleted, revision)
        except BaseException as error:
            if not is_engine_failure(error):
                raise
            if _is_disk_trouble(error):
                raise StoreError("The search index cannot be written: is the disk full or read-only?") from error
            # Anything else means that the old index is in the way; the store has all it takes to fill a new one.
            self._make_anew()

    def _write(self, documents: list[tuple[PaperKey, Document]], deleted: tuple[PaperKey, ...], revision: int) -> None:
        index = self._open()
        if self._folder.cursor() < self._told:
            return
        if documents or deleted:
            writer = self._writer(index)
            if writer is None:
                return
            try:
                for key in deleted:
                    writer.delete_documents_by_term("key", key)
                for key, document in documents:
                    writer.delete_documents_by_term("key", key)
                    writer.add_document(document)
                writer.commit()
            finally:
                # Also what gives the lock and the heap back; merges that go on now keep small updates from piling up.
                writer.wait_merging_threads()
        self._folder.advance(revision)
        self._told = revision

    def _writer(self, index: Index) -> IndexWriter | None:
        """The writer, or None while another process holds it for longer than the wait."""
        give_up_at = time.monotonic() + self._lock_wait_s
        while True:
            try:
                return index.writer(self._heap_bytes, 1)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise
            if time.monotonic() >= give_up_at:
                return None
            time.sleep(_LOCK_POLL_S)


def _top(searcher: Searcher, query: Query, limit: int, *, by_day: bool = False) -> list[PaperKey]:
    order = "day" if by_day else None
    hits = searcher.search(query, limit, count=False, order_by_field=order).hits
    keys = searcher.fast_field_values("key", [address for _, address in hits])
    # Equal scores come in the order of segments, which merges change; the key makes the answer reproducible.
    ranked = sorted(zip(hits, keys, strict=True), key=lambda pair: (-(pair[0][0] or 0), pair[1]))
    return [PaperKey(int(key)) for _, key in ranked if key is not None]


def _is_disk_trouble(error: BaseException) -> bool:
    text = str(error)
    return isinstance(error, OSError) or any(sign in text for sign in ("IoError", "os error", "No space left"))
