"""The world of a simulation: an archive, a pool of new papers a day, and readers with hidden interests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from bot.domain.feedback import Reaction
from bot.domain.paper import PaperId, PaperKey
from bot.domain.profile import KnownPaper
from bot.domain.ranking import Candidates, StoredSegment
from bot.evaluation.papers_file import RatedPaper
from bot.evaluation.simulated_interest import Interests, hidden_interests
from bot.evaluation.simulated_readers import Readers, daily_pools, read_readers
from bot.ranking.inverted_lists import MAX_DOCUMENTS
from bot.ranking.segment import IndexedPaper, encode_papers
from bot.ranking.term_index import TermIndex
from bot.ranking.terms import document_terms

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class World:
    """`pools` holds the new papers of each day (indices into `readers.new`). Keys of papers count from 1: the
    archive's first, then those of the new papers."""

    readers: Readers
    interests: Interests
    pools: list[list[int]]
    background: TermIndex
    everything: TermIndex

    @cached_property
    def first_key(self) -> int:
        """The key of the first new paper."""
        return 1 + len(self.readers.archive)

    def now(self, day: int) -> datetime:
        """The moment of the digest of a day (from 0)."""
        return START + day * DAY

    def index(self, day: int) -> TermIndex:
        """What has been ingested by then."""
        return TermIndex(self.everything.slots[: len(self.background.slots) + day + 1])

    def candidates(self, day: int, days: int = 1) -> Candidates:
        """The papers of this day and of the `days` - 1 before it."""
        return Candidates(self.now(day) - days * DAY + timedelta(seconds=1))

    def key(self, paper: int) -> PaperKey:
        """The key of a new paper."""
        return PaperKey(self.first_key + paper)

    def paper(self, key: PaperKey) -> int:
        """The new paper of a key."""
        return key - self.first_key

    def known(self, key: PaperKey, reaction: Reaction, at: datetime) -> KnownPaper:
        """A paper with what a reader said of it."""
        old = key < self.first_key
        text = self.readers.archive[key - 1] if old else self.readers.new[self.paper(key)]
        return KnownPaper(
            key, PaperId(f"local:{text.id}"), text.title, text.abstract, reactions=frozenset({reaction}), reacted_at=at
        )

    def diversity(self, papers: list[int]) -> float | None:
        """1 - the mean cosine of all pairs of some new papers (in the vectors of the hidden interests); None for
        fewer than two papers."""
        count = len(papers)
        if count < 2:
            return None
        rows = self.interests.vectors[papers]
        total = float((rows @ rows.T).sum()) - float(rows.multiply(rows).sum())
        return 1.0 - total / (count * (count - 1))


def build_world(folder: Path, readers: int, days: int, seed: int) -> World:
    """Read a data set and index it. SimulationError, OSError."""
    people = read_readers(folder, readers, seed)
    pools = daily_pools(people, days, seed)
    background = TermIndex.empty().with_segments(
        [
            _segment(at, people.archive[start : start + MAX_DOCUMENTS], start + 1)
            for at, start in enumerate(range(0, len(people.archive), MAX_DOCUMENTS))
        ]
    )
    first = 1 + len(people.archive)
    batches = [
        _day_segment(MAX_DOCUMENTS + day, people, pool, first, START + day * DAY) for day, pool in enumerate(pools)
    ]
    everything = background.with_segments(batches)
    return World(people, hidden_interests(people), pools, background, everything)


def _segment(number: int, texts: tuple[RatedPaper, ...], first_key: int) -> StoredSegment:
    entries = (
        IndexedPaper(PaperKey(first_key + at), document_terms(text.title, text.abstract))
        for at, text in enumerate(texts)
    )
    return StoredSegment(number, len(texts), encode_papers(entries))


def _day_segment(number: int, readers: Readers, pool: list[int], first_key: int, at: datetime) -> StoredSegment:
    entries = (
        IndexedPaper(
            PaperKey(first_key + paper),
            document_terms(readers.new[paper].title, readers.new[paper].abstract),
            fresh_at=int(at.timestamp()),
        )
        for paper in pool
    )
    return StoredSegment(number, len(pool), encode_papers(entries))


def wants_like(world: World, row: int, drift_at: int | None, day: int) -> int:
    """Whose interests a reader has that day: from `drift_at` on those of the next reader."""
    return (row + 1) % len(world.readers.readers) if drift_at is not None and day >= drift_at else row
