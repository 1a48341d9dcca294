"""People and their accounts: made on first sight, joined by a code, split again, erased whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import Account, LinkCode, Person, PersonId
from store.dialect import upsert_into
from store.person_join import move_person
from store.submissions import forget_submitter
from store.tables import accounts, link_codes, people

_THIS = accounts.alias()
# Everybody who says anything is looked up: one statement, made once.
_FIND = (
    select(people.c.created_at, accounts)
    .join(_THIS, _THIS.c.person_id == people.c.id)
    .join(accounts, accounts.c.person_id == people.c.id)
    .where(
        _THIS.c.platform == bindparam("platform"),
        _THIS.c.workspace == bindparam("workspace"),
        _THIS.c.platform_user == bindparam("user"),
        _THIS.c.kind == bindparam("kind"),
    )
    .order_by(accounts.c.id)
)


class SqlPeopleRepository:
    """`bot.ports.PeopleRepository`. A person who is not there is a LookupError."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, account: Account) -> Person | None:
        named = {"platform": account.platform, "workspace": account.workspace, "user": account.user}
        rows = (await self._connection.execute(_FIND, {**named, "kind": account.kind})).all()
        return _person(PersonId(rows[0].person_id), rows[0].created_at, rows) if rows else None

    async def ensure(self, account: Account, now: datetime) -> Person:
        known = await self.find(account)
        if known is not None:
            return known
        person_id = await self._make(now)
        new = upsert_into(self._connection, accounts).values(
            person_id=person_id,
            platform=account.platform,
            workspace=account.workspace,
            platform_user=account.user,
            kind=account.kind,
        )
        made = await self._connection.execute(new.on_conflict_do_nothing().returning(accounts.c.person_id))
        if made.first() is None:
            # Somebody else made the same account meanwhile, and with it the person.
            await self._connection.execute(delete(people).where(people.c.id == person_id))
            return await self.ensure(account, now)
        return await self.get(person_id)

    async def hold(self, person_id: PersonId) -> bool:
        # Not the strongest lock: rows that name the person may come meanwhile, another holder may not.
        held = select(people.c.id).where(people.c.id == person_id).with_for_update(key_share=True)
        return (await self._connection.execute(held)).first() is not None

    async def get(self, person_id: PersonId) -> Person:
        row = (await self._connection.execute(select(people).where(people.c.id == person_id))).one_or_none()
        if row is None:
            raise LookupError(f"there is no person {person_id}")
        theirs = select(accounts).where(accounts.c.person_id == person_id).order_by(accounts.c.id)
        return _person(person_id, row.created_at, (await self._connection.execute(theirs)).all())

    async def join(self, keep: PersonId, merge: PersonId) -> None:
        if keep == merge:
            return
        # Both rows stay locked, the lower first, so that two joins the other way round cannot block each other.
        both = select(people.c.id).where(people.c.id.in_([keep, merge])).order_by(people.c.id).with_for_update()
        found = set((await self._connection.execute(both)).scalars())
        for person_id in (keep, merge):
            if person_id not in found:
                raise LookupError(f"there is no person {person_id}")
        await move_person(self._connection, keep, merge)
        await self.erase(merge)

    async def split(self, account: Account, now: datetime) -> Person:
        known = await self._find(account)
        if known is None:
            return await self.ensure(account, now)
        of_person = select(func.count()).select_from(accounts).where(accounts.c.person_id == known)
        if (await self._connection.execute(of_person)).scalar_one() == 1:
            return await self.get(known)
        person_id = await self._make(now)
        await self._connection.execute(update(accounts).where(_is(account)).values(person_id=person_id))
        return await self.get(person_id)

    async def erase(self, person_id: PersonId) -> None:
        # Held first, as whoever submits does: two that wait for each other would wait for ever.
        await self.hold(person_id)
        await forget_submitter(self._connection, person_id)
        # Every table that names a person refers to this row with ON DELETE CASCADE.
        await self._connection.execute(delete(people).where(people.c.id == person_id))

    async def put_link_code(self, code: LinkCode) -> None:
        await self._connection.execute(
            insert(link_codes).values(code=code.code, person_id=code.person_id, expires_at=code.expires_at)
        )

    async def take_link_code(self, code: str, now: datetime) -> LinkCode | None:
        # Deleting is the claim: of two takers only one gets the row back.
        taken = delete(link_codes).where(link_codes.c.code == code)
        row = (await self._connection.execute(taken.returning(*link_codes.c))).one_or_none()
        await self._connection.execute(delete(link_codes).where(link_codes.c.expires_at <= now))
        if row is None or row.expires_at <= now:
            return None
        return LinkCode(row.code, PersonId(row.person_id), row.expires_at)

    async def _find(self, account: Account) -> PersonId | None:
        found = select(accounts.c.person_id).where(_is(account))
        person_id = (await self._connection.execute(found)).scalar_one_or_none()
        return None if person_id is None else PersonId(person_id)

    async def _make(self, now: datetime) -> PersonId:
        made = await self._connection.execute(insert(people).values(created_at=now).returning(people.c.id))
        return PersonId(made.scalar_one())


def _is(account: Account) -> ColumnElement[bool]:
    return and_(
        accounts.c.platform == account.platform,
        accounts.c.workspace == account.workspace,
        accounts.c.platform_user == account.user,
        accounts.c.kind == account.kind,
    )


def _person(person_id: PersonId, created_at: datetime, entries: Sequence[Row[Any]]) -> Person:
    found = tuple(
        Account(platform=entry.platform, user=entry.platform_user, workspace=entry.workspace, kind=entry.kind)
        for entry in entries
    )
    return Person(person_id, created_at, found)
