"""Which stored paper a record is: the rules of `PaperRepository.upsert`, worked out in memory for one batch."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.paper import Paper, PaperId, PaperKey, parse_paper_id
from store.paper_merge import absorb, id_rank, merge
from store.paper_rows import title_id

NO_TITLE = title_id("")
ARXIV_DOI = "10.48550/arxiv."


@dataclass(slots=True, eq=False)
class Draft:
    """A paper as the batch leaves it. `stored` is how it was before (None if new), `into` what it was merged into."""

    paper: Paper
    stored: Paper | None
    content_hash: bytes
    aliases: set[PaperId] = field(default_factory=set)
    absorbed: list[PaperKey] = field(default_factory=list)
    into: "Draft | None" = None


class Batch:
    """The drafts of a batch and the ways to find them. `next_key` gives a new paper its key."""

    def __init__(self, seen_at: datetime, next_key: Callable[[], PaperKey]) -> None:
        self._seen_at = seen_at
        self._next_key = next_key
        self._by_key: dict[PaperKey, Draft] = {}
        self._by_id: dict[PaperId, Draft] = {}
        self._by_doi: dict[str, list[Draft]] = defaultdict(list)
        self._by_title: dict[PaperId, list[Draft]] = defaultdict(list)
        self.displaced: list[PaperKey] = []
        """Samples that gave way to the real paper of the same id."""

    @property
    def drafts(self) -> list[Draft]:
        """The papers that remain."""
        return [draft for draft in self._by_key.values() if draft.into is None]

    def add_stored(self, paper: Paper, content_hash: bytes) -> None:
        if paper.stored_key not in self._by_key:
            self._enter(Draft(paper, paper, content_hash))

    def add_alias(self, old: PaperId, key: PaperKey) -> None:
        if key in self._by_key:
            self._by_id.setdefault(old, self._by_key[key])

    def find(self, paper_id: PaperId) -> Draft | None:
        draft = self._by_id.get(paper_id)
        return None if draft is None else settled(draft)

    def take(self, record: Paper, content_hash: bytes) -> Draft:
        """Merge a record into the paper it is, or make a new one of it."""
        named = self.find(record.id)
        sample: Draft | None = None
        if named is not None and named.paper.is_sample != record.is_sample:
            if record.is_sample:
                return named
            sample = named
            self._forget(sample)
        matches = self._matches(record)
        if matches:
            draft = matches[0]
            for other in matches[1:]:
                self._absorb(draft, other)
            self._merge(draft, record)
            draft.content_hash = content_hash
        else:
            draft = Draft(replace(record, key=self._next_key(), first_seen_at=self._seen_at), None, content_hash)
            self._enter(draft)
        if sample is not None:
            sample.into = draft
            if sample.stored is not None:
                self.displaced.append(sample.paper.stored_key)
                draft.absorbed.append(sample.paper.stored_key)
        return draft

    def _matches(self, record: Paper) -> list[Draft]:
        """Every paper the record turns out to be, the one to keep first."""
        named = self.find(record.id)
        found = dict.fromkeys(
            draft for draft in self._named(record, named) if draft.paper.is_sample == record.is_sample
        )
        ranked = sorted(found, key=lambda draft: (-id_rank(draft.paper.id), draft is not named, draft.paper.stored_key))
        # An archive's own id is beyond doubt, a DOI that authors typed is not: two arXiv ids are never one paper.
        arxiv = record.id if _is_arxiv(record.id) else None
        kept: list[Draft] = []
        for draft in ranked:
            if _is_arxiv(draft.paper.id):
                arxiv = arxiv or draft.paper.id
                if draft.paper.id != arxiv:
                    continue
            kept.append(draft)
        return kept

    def _named(self, record: Paper, named: Draft | None) -> Iterator[Draft]:
        if named is not None:
            yield named
        for doi in dois(record):
            yield from map(settled, self._by_doi.get(doi, ()))
        for paper_id in ids_of_dois(record):
            by_doi = self.find(paper_id)
            if by_doi is not None:
                yield by_doi
        title = title_id(record.title)
        if title == NO_TITLE:
            return
        if record.id != title:
            untitled = self.find(title)
            if untitled is not None and untitled.paper.id == title:
                yield untitled
        elif named is None:
            same = {settled(draft) for draft in self._by_title.get(title, ())}
            same = {draft for draft in same if draft.paper.is_sample == record.is_sample}
            if len(same) == 1:
                yield from same

    def _enter(self, draft: Draft) -> None:
        self._by_key[draft.paper.stored_key] = draft
        self._index(draft)

    def _index(self, draft: Draft) -> None:
        self._by_id[draft.paper.id] = draft
        for doi in dois(draft.paper):
            self._by_doi[doi].append(draft)
        self._by_title[title_id(draft.paper.title)].append(draft)

    def _merge(self, draft: Draft, record: Paper) -> None:
        before = draft.paper
        draft.paper = merge(before, record)
        if id_rank(record.id) > id_rank(before.id):
            draft.paper = replace(draft.paper, id=record.id)
            draft.aliases.add(before.id)
        elif record.id not in self._by_id:
            draft.aliases.add(record.id)
            self._by_id[record.id] = draft
        draft.aliases.discard(draft.paper.id)
        if (before.id, before.doi, before.title) != (draft.paper.id, draft.paper.doi, draft.paper.title):
            self._index(draft)

    def _absorb(self, draft: Draft, other: Draft) -> None:
        draft.paper = absorb(draft.paper, other.paper)
        draft.aliases |= other.aliases | {other.paper.id}
        draft.absorbed += other.absorbed + ([other.paper.stored_key] if other.stored else [])
        other.into = draft
        self._index(draft)

    def _forget(self, sample: Draft) -> None:
        """Nothing finds this sample any more: the real paper of its id is here."""
        del self._by_key[sample.paper.stored_key]
        self._by_id = {paper_id: draft for paper_id, draft in self._by_id.items() if draft is not sample}
        for by_doi in self._by_doi.values():
            by_doi[:] = [draft for draft in by_doi if draft is not sample]
        for by_title in self._by_title.values():
            by_title[:] = [draft for draft in by_title if draft is not sample]


def settled(draft: Draft) -> Draft:
    """The draft that this one was merged into in the end."""
    while draft.into is not None:
        draft = draft.into
    return draft


def dois(paper: Paper) -> list[str]:
    """The DOIs a paper goes by: the one it says and the one that is its id."""
    of_id = paper.id.removeprefix("doi:") if paper.id.startswith("doi:") else ""
    return [doi for doi in dict.fromkeys((paper.doi, of_id)) if doi]


def ids_of_dois(paper: Paper) -> list[PaperId]:
    """The ids under which a paper with these DOIs may be stored (arXiv's own DOIs name arXiv ids)."""
    found = [PaperId(f"doi:{doi}") for doi in dois(paper)]
    if paper.doi.startswith(ARXIV_DOI):
        arxiv = parse_paper_id(paper.doi)
        found += [arxiv] if arxiv else []
    return found


def _is_arxiv(paper_id: PaperId) -> bool:
    return paper_id.startswith("arXiv:")
