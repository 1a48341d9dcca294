"""Small corpora for the tests of the ranking."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.paper import Paper, PaperId, PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import Interest, InterestKind, KnownPaper, PartKind, Profile, ProfileQuery
from bot.domain.ranking import Candidates, StoredSegment
from bot.ranking.segment import Segment, encode_segment
from bot.ranking.term_index import TermIndex

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEK = Candidates(since=NOW - timedelta(days=7))


def paper(key: int, title: str, abstract: str = "", **more: object) -> Paper:
    fields: dict[str, object] = {"first_seen_at": NOW} | more
    return Paper(PaperId(f"local:{key}"), title, abstract, key=PaperKey(key), **fields)  # type: ignore[arg-type]


def corpus(*texts: str) -> list[Paper]:
    return [paper(key, text) for key, text in enumerate(texts, start=1)]


def stored(papers: Sequence[Paper], segment_id: int = 1, deleted: Iterable[int] = ()) -> StoredSegment:
    payload = encode_segment(papers, [PaperKey(key) for key in deleted])
    return StoredSegment(segment_id, len(Segment.decode(payload).keys), payload)


def index_of(*batches: Sequence[Paper]) -> TermIndex:
    return TermIndex.empty().with_segments([stored(batch, at) for at, batch in enumerate(batches, start=1)])


def interest(text: str, kind: InterestKind = InterestKind.TEXT) -> Interest:
    return Interest(kind, text, NOW)


def known(one: Paper, *reactions: str, days_ago: float = 0) -> KnownPaper:
    return KnownPaper(
        one.stored_key,
        one.id,
        one.title,
        one.abstract,
        one.authors,
        one.categories,
        frozenset(reactions),
        NOW - timedelta(days=days_ago),
    )


def query(terms: dict[str, float], kind: PartKind = PartKind.INTEREST, scale: float = 1.0) -> ProfileQuery:
    return ProfileQuery(kind, "a label", tuple(terms), tuple(terms.values()), scale)


def profile(*queries: ProfileQuery, muted: tuple[tuple[str, ...], ...] = ()) -> Profile:
    return Profile(PersonId(1), NOW, queries, muted, tuple(" ".join(terms) for terms in muted))
