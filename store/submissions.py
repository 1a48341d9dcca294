"""Papers that readers put on the page: each is submitted by one of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from bot.domain.submission import Submission
from store.dialect import advance, person_exists, upsert_into
from store.paper_move import present_keys
from store.tables import papers, submissions


class SqlSubmissionRepository:
    """`bot.ports.SubmissionRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, submission: Submission) -> bool:
        if not await person_exists(self._connection, submission.person_id):
            return False
        await queue_up(self._connection)
        paper = (await present_keys(self._connection, [submission.paper])).get(submission.paper)
        if paper is None:
            return False
        new = upsert_into(self._connection, submissions).values(
            paper_key=paper, person_id=submission.person_id, at=submission.at, name=submission.name
        )
        made = await self._connection.execute(new.on_conflict_do_nothing().returning(submissions.c.paper_key))
        if made.first() is None:
            return False
        await changed(self._connection, [paper])
        return True

    async def find(self, paper: PaperKey) -> Submission | None:
        found = select(submissions).where(submissions.c.paper_key == paper)
        row = (await self._connection.execute(found)).one_or_none()
        return to_submission(row) if row else None

    async def of_person(self, person_id: PersonId) -> Sequence[Submission]:
        theirs = (
            select(submissions)
            .where(submissions.c.person_id == person_id)
            .order_by(submissions.c.at.desc(), submissions.c.paper_key.desc())
        )
        return [to_submission(row) for row in await self._connection.execute(theirs)]

    async def remove(self, person_id: PersonId, paper: PaperKey) -> bool:
        await queue_up(self._connection)
        gone: Any = await self._connection.execute(
            delete(submissions).where(submissions.c.paper_key == paper, submissions.c.person_id == person_id)
        )
        if gone.rowcount:
            await changed(self._connection, [paper])
        return bool(gone.rowcount)


def to_submission(row: Row[Any]) -> Submission:
    return Submission(PersonId(row.person_id), PaperKey(row.paper_key), row.at, row.name)


async def queue_up(connection: AsyncConnection) -> None:
    """Wait for whoever writes papers, before anything of a paper is held: two that wait for each other would wait for
    ever."""
    await advance(connection, "revision")


async def changed(connection: AsyncConnection, keys: Iterable[PaperKey]) -> None:
    """Who submitted a paper belongs to it: whoever follows the store by revision takes these papers anew."""
    keys = sorted(keys)
    revision = await advance(connection, "revision", len(keys)) - len(keys)
    for number, key in enumerate(keys, start=1):
        await connection.execute(update(papers).where(papers.c.key == key).values(revision=revision + number))


async def forget_submitter(connection: AsyncConnection, person_id: PersonId) -> None:
    """Let nothing that a person submitted be theirs any more."""
    theirs = submissions.c.person_id == person_id
    if (await connection.execute(select(submissions.c.paper_key).where(theirs).limit(1))).first() is None:
        return
    await queue_up(connection)
    gone = await connection.execute(delete(submissions).where(theirs).returning(submissions.c.paper_key))
    await changed(connection, [PaperKey(key) for key in gone.scalars()])
