"""What two people have becomes what one of them has."""

from sqlalchemy import and_, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import PersonId
from store.delivery_closing import note_shown
from store.tables import (
    accounts,
    deliveries,
    feed_addresses,
    feedback,
    impressions,
    interests,
    last_lists,
    mail_bounces,
    people,
    profiles,
    submissions,
    subscriptions,
)


async def move_person(connection: AsyncConnection, keep: PersonId, merge: PersonId) -> None:
    """Move everything of `merge` to `keep`, whose own subscription and last lists win. Both profiles are dropped."""
    same = interests.alias()
    both = and_(same.c.person_id == keep, same.c.kind == interests.c.kind, same.c.text_key == interests.c.text_key)
    await connection.execute(delete(interests).where(interests.c.person_id == merge, exists().where(both)))
    shown = last_lists.alias()
    there = and_(
        shown.c.person_id == keep,
        shown.c.platform == last_lists.c.platform,
        shown.c.workspace == last_lists.c.workspace,
        shown.c.channel == last_lists.c.channel,
    )
    await connection.execute(delete(last_lists).where(last_lists.c.person_id == merge, exists().where(there)))
    own = feed_addresses.alias()
    await connection.execute(
        delete(feed_addresses).where(feed_addresses.c.person_id == merge, exists().where(own.c.person_id == keep))
    )
    counted = mail_bounces.alias()
    await connection.execute(
        delete(mail_bounces).where(
            mail_bounces.c.person_id == merge,
            exists().where(counted.c.person_id == keep, counted.c.mail == mail_bounces.c.mail),
        )
    )
    subscribed = exists().where(subscriptions.alias().c.person_id == keep)
    await note_shown(connection, and_(deliveries.c.person_id == merge, subscribed))
    await connection.execute(delete(subscriptions).where(subscriptions.c.person_id == merge, subscribed))
    moved = (accounts, interests, feedback, impressions, subscriptions, deliveries, last_lists)
    for table in (*moved, feed_addresses, mail_bounces, submissions):
        await connection.execute(update(table).where(table.c.person_id == merge).values(person_id=keep))
    await connection.execute(delete(profiles).where(profiles.c.person_id.in_([keep, merge])))
    first = select(func.min(people.c.created_at)).where(people.c.id.in_([keep, merge])).scalar_subquery()
    await connection.execute(update(people).where(people.c.id == keep).values(created_at=first))
