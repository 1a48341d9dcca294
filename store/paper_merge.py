"""What two tellings of one paper make together."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.paper import LOOKUP_SOURCE, Paper, PaperId

_TEXTS = (("title", "raw_title"), ("abstract", "raw_abstract"))
_WORDS = ("authors", "doi", "year", "url", "pdf_url", "code_url")
_LATEST_SAID = ("upvotes", "comments", "submitted_by")
_RANKS = {"arXiv": 3, "doi": 2, "local": 1, "title": 0}


def id_rank(paper_id: PaperId) -> int:
    """How well an id identifies: arXiv before DOI before a file's own before a title's hash."""
    return _RANKS.get(paper_id.partition(":")[0], 1)


def merge(stored: Paper, told: Paper) -> Paper:
    """`stored` after `told` was heard; id, key and first sight stay the stored paper's.

    Empty fields never overwrite. Text of a newer version wins, also of the same version from the same source; no
    version counts as the oldest. Categories are united and keep their primary one; the earliest announcement, the
    latest update and the counts last said stay. A withdrawal stays, unless an older version is what says it.
    """
    stored_version, told_version = stored.version or 0, told.version or 0
    newer = told_version > stored_version
    corrects = newer or (told_version == stored_version and told.source == stored.source)
    changes: dict[str, Any] = {}
    for name, raw_name in _TEXTS:
        if getattr(told, name) and (corrects or not getattr(stored, name)):
            changes[name] = getattr(told, name)
            changes[raw_name] = getattr(told, raw_name)
    for name in _WORDS:
        if getattr(told, name) and (corrects or not getattr(stored, name)):
            changes[name] = getattr(told, name)
    for name in _LATEST_SAID:
        if getattr(told, name) not in {None, ""}:
            changes[name] = getattr(told, name)
    if newer:
        changes["version"] = told.version
    if told.source not in {"", LOOKUP_SOURCE} and (newer or stored.source in {"", LOOKUP_SOURCE}):
        changes["source"] = told.source
    return replace(
        stored,
        **changes,
        categories=tuple(dict.fromkeys(stored.categories + told.categories)),
        submitted_at=earliest(stored.submitted_at, told.submitted_at),
        updated_at=latest(stored.updated_at, told.updated_at),
        announced_at=earliest(stored.announced_at, told.announced_at),
        withdrawn=stored.withdrawn or (told.withdrawn and told_version >= stored_version),
    )


def absorb(kept: Paper, other: Paper) -> Paper:
    """`kept` after another stored paper turned out to be the same; the counts of `kept` stay where it has any."""
    merged = merge(kept, other)
    return replace(
        merged,
        upvotes=other.upvotes if kept.upvotes is None else kept.upvotes,
        comments=other.comments if kept.comments is None else kept.comments,
        submitted_by=kept.submitted_by or other.submitted_by,
        first_seen_at=earliest(kept.first_seen_at, other.first_seen_at),
    )


def needs_reindex(before: Paper, after: Paper) -> bool:
    """Whether words, names or dates that the term index holds have changed."""
    return any(
        getattr(before, name) != getattr(after, name)
        for name in ("id", "title", "abstract", "authors", "categories", "announced_at", "fresh_at", "withdrawn")
    )


def earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
