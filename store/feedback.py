"""Feedback: an append-only log, folded to what a person thinks now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.feedback import Feedback, Impression, Reaction
from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import KnownPaper
from store.dialect import among, chunks, insert_many, person_exists
from store.paper_move import present_keys
from store.paper_rows import load_papers
from store.tables import feedback, papers, people

_OF_PERSON = (
    select(feedback.c.paper_key, feedback.c.reaction, feedback.c.active, feedback.c.at)
    .where(feedback.c.person_id == bindparam("person"))
    .order_by(feedback.c.id)
)

_OF_PAPERS = _OF_PERSON.where(feedback.c.paper_key.in_(bindparam("papers", expanding=True)))

FEW = 2
"""What one press changes: it is written event by event, each a statement made once."""

_TOLD = ("reaction", "active", "at", "surface")
# Who and what is there stays until the transaction ends.
_APPEND = (
    insert(feedback)
    .from_select(
        ["person_id", "paper_key", *_TOLD],
        select(people.c.id, papers.c.key, *(bindparam(name, type_=feedback.c[name].type) for name in _TOLD))
        .join(papers, papers.c.key == bindparam("paper"))
        .where(people.c.id == bindparam("person"))
        .with_for_update(read=True, key_share=True),
    )
    .returning(feedback.c.id)
)


class SqlFeedbackRepository:
    """`bot.ports.FeedbackRepository`. The last event of a person, paper and reaction is what counts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def append(self, events: Sequence[Feedback]) -> None:
        """Events on a merged paper go to what it was merged into; those on erased people or papers go nowhere."""
        if len(events) <= FEW:
            events = [event for event in events if not await self._append_one(event)]
        places, there = await living(self._connection, events)
        rows = [
            {"person_id": event.person_id, "paper_key": places[event.paper], **_told(event)}
            for event in events
            if event.paper in places and event.person_id in there
        ]
        await insert_many(self._connection, feedback, rows)

    async def _append_one(self, event: Feedback) -> bool:
        """False, and nothing is written, where its paper or person is not there under this key."""
        values = {"person": event.person_id, "paper": event.paper, **_told(event)}
        return (await self._connection.execute(_APPEND, values)).first() is not None

    async def active(self, person_id: PersonId, papers: Sequence[PaperKey]) -> dict[PaperKey, frozenset[Reaction]]:
        found: dict[PaperKey, set[Reaction]] = defaultdict(set)
        for chunk in chunks(list(dict.fromkeys(papers))):
            # A person says little about one paper: all of it is read.
            events = await self._connection.execute(_OF_PAPERS, {"person": person_id, "papers": chunk})
            for key, reaction, active, _ in events:
                (found[PaperKey(key)].add if active else found[PaperKey(key)].discard)(Reaction(reaction))
        return {key: frozenset(reactions) for key, reactions in found.items() if reactions}

    async def reacted(self, person_id: PersonId) -> dict[PaperKey, dict[Reaction, datetime]]:
        last: dict[tuple[int, str], datetime] = {}
        for key, reaction, active, at in await self._connection.execute(_OF_PERSON, {"person": person_id}):
            # What was taken back and is said again comes last.
            last.pop((key, reaction), None)
            if active:
                last[key, reaction] = at
        found: dict[PaperKey, dict[Reaction, datetime]] = defaultdict(dict)
        for (key, reaction), at in last.items():
            found[PaperKey(key)][Reaction(reaction)] = at
        return dict(found)

    async def reacted_by(self, people: Sequence[PersonId], since: datetime) -> list[tuple[PersonId, PaperKey]]:
        found: list[tuple[PersonId, PaperKey]] = []
        for chunk in chunks(sorted(set(people))):
            last = (
                select(func.max(feedback.c.id).label("id"))
                .where(among(self._connection, feedback.c.person_id, chunk))
                .group_by(feedback.c.person_id, feedback.c.paper_key, feedback.c.reaction)
                .subquery()
            )
            pairs = (
                select(feedback.c.person_id, feedback.c.paper_key)
                .join(last, last.c.id == feedback.c.id)
                .join(papers, papers.c.key == feedback.c.paper_key)
                .where(feedback.c.active, papers.c.fresh_at >= since)
                .distinct()
            )
            found += [(PersonId(person), PaperKey(key)) for person, key in await self._connection.execute(pairs)]
        return found

    async def known_papers(self, person_id: PersonId, limit: int) -> list[KnownPaper]:
        verdicts = {
            key: {reaction: at for reaction, at in reactions.items() if reaction is not Reaction.CLICK}
            for key, reactions in (await self.reacted(person_id)).items()
        }
        reacted_at = {key: max(reactions.values()) for key, reactions in verdicts.items() if reactions}
        latest = sorted(reacted_at, key=lambda key: (reacted_at[key], key), reverse=True)[:limit]
        texts = await load_papers(self._connection, latest)
        return [
            KnownPaper(
                key=key,
                id=texts[key].id,
                title=texts[key].title,
                abstract=texts[key].abstract,
                authors=texts[key].authors,
                categories=texts[key].categories,
                reactions=frozenset(reaction.value for reaction in verdicts[key]),
                reacted_at=reacted_at[key],
            )
            for key in latest
            if key in texts
        ]

    async def log(self, person_id: PersonId) -> list[Feedback]:
        events = (
            select(feedback.c.paper_key, feedback.c.reaction, feedback.c.active, feedback.c.at, feedback.c.surface)
            .where(feedback.c.person_id == person_id)
            .order_by(feedback.c.id)
        )
        return [
            Feedback(person_id, PaperKey(key), Reaction(reaction), active, at, surface)
            for key, reaction, active, at, surface in await self._connection.execute(events)
        ]

    async def reset(self, person_id: PersonId) -> int:
        gone: Any = await self._connection.execute(delete(feedback).where(feedback.c.person_id == person_id))
        return int(gone.rowcount)


def _told(event: Feedback) -> dict[str, Any]:
    return {"reaction": event.reaction.value, "active": event.active, "at": event.at, "surface": event.surface}


async def living(
    connection: AsyncConnection, events: Iterable[Feedback | Impression]
) -> tuple[dict[PaperKey, PaperKey], set[PersonId]]:
    """Where the papers of the events are now, and which of their people are still there."""
    noted = list(events)
    people = {event.person_id for event in noted}
    there = {person_id for person_id in sorted(people) if await person_exists(connection, person_id)}
    return await present_keys(connection, (event.paper for event in noted)), there
