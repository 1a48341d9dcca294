"""What is kept of people who read by mail or by a feed of their own: mails that came back, and secret addresses."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import PersonId
from store.dialect import person_exists, upsert_into
from store.tables import feed_addresses, mail_bounces


class SqlMailboxRepository:
    """`bot.ports.MailboxRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def bounced(self, person_id: PersonId, mail: str, status: str, at: datetime, since: datetime) -> int:
        new = upsert_into(self._connection, mail_bounces).values(person_id=person_id, mail=mail, status=status, at=at)
        await self._connection.execute(new.on_conflict_do_nothing())
        late = select(func.count()).where(mail_bounces.c.person_id == person_id, mail_bounces.c.at >= since)
        return int((await self._connection.execute(late)).scalar_one())

    async def bounces(self, person_id: PersonId) -> list[tuple[str, str, datetime]]:
        theirs = select(mail_bounces).where(mail_bounces.c.person_id == person_id).order_by(mail_bounces.c.id)
        return [(row.mail, row.status, row.at) for row in await self._connection.execute(theirs)]

    async def forget_bounces(self, person_id: PersonId) -> None:
        await self._connection.execute(delete(mail_bounces).where(mail_bounces.c.person_id == person_id))

    async def put_feed(self, person_id: PersonId, secret: str, at: datetime) -> None:
        if not await person_exists(self._connection, person_id):
            return
        new = upsert_into(self._connection, feed_addresses).values(person_id=person_id, secret=secret, made_at=at)
        await self._connection.execute(
            new.on_conflict_do_update(
                index_elements=["person_id"], set_={"secret": new.excluded.secret, "made_at": new.excluded.made_at}
            )
        )

    async def drop_feed(self, person_id: PersonId) -> None:
        await self._connection.execute(delete(feed_addresses).where(feed_addresses.c.person_id == person_id))

    async def feed_of(self, person_id: PersonId) -> str | None:
        found = select(feed_addresses.c.secret).where(feed_addresses.c.person_id == person_id)
        secret: str | None = (await self._connection.execute(found)).scalar_one_or_none()
        return secret

    async def feed_owner(self, secret: str) -> PersonId | None:
        found = select(feed_addresses.c.person_id).where(feed_addresses.c.secret == secret)
        owner: int | None = (await self._connection.execute(found)).scalar_one_or_none()
        return None if owner is None else PersonId(owner)
