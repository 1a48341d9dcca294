"""Who reads by mail: they start when they have confirmed it, stop with one click, and see what is kept of them."""

import secrets
from collections.abc import Sequence

from bot.domain.chat import Message, direct
from bot.domain.mail_wish import MailWish
from bot.domain.person import Account, Person
from bot.domain.profile import InterestKind
from bot.domain.ranking import Entry
from bot.domain.reader import Reader, Said
from bot.domain.subscription import Content, Subscription
from bot.messages import digests
from bot.messages.mailing import unsubscribed
from bot.ports import UnitOfWork
from bot.usecases.context import Context
from bot.usecases.general_digest import choose_general
from bot.usecases.manage_interests import add_interests
from bot.usecases.manage_subscription import Wish, subscribe
from bot.usecases.recommend import Asked, choose
from bot.usecases.show_digest import digest_status, show_digest

PLATFORM = "mail"
SAID = 50
"""The latest words on papers that a page shows."""

FEED = 20
"""Papers in a feed of one's own."""


def account_of(address: str) -> Account:
    return Account(PLATFORM, address)


async def find_reader(context: Context, address: str) -> Person | None:
    async with context.store.read() as uow:
        return await uow.people.find(account_of(address))


async def start_mails(context: Context, address: str, wish: MailWish) -> Message:
    """Subscribe whoever has confirmed that the address is theirs; again changes what was said before."""
    now = context.clock.now()
    async with context.store.write() as uow:
        person = await uow.people.ensure(account_of(address), now)
        await uow.mailboxes.forget_bounces(person.id)
    if wish.interests.strip():
        await add_interests(context, person.id, InterestKind.TEXT, wish.interests)
    asked = Wish(days=wish.rhythm, zone=wish.zone, content=wish.content)
    before = await subscribe(context, person.id, direct(account_of(address)), asked, context.zone)
    status = await show_digest(context, person.id)
    assert status is not None
    return digests.subscribed(status, before, wish.zone)


async def choose_content(context: Context, address: str, content: Content) -> bool:
    """Whether there is a subscription whose digests hold that from now on."""
    person = await find_reader(context, address)
    if person is None:
        return False
    async with context.store.read() as uow:
        before = await uow.subscriptions.find(person.id)
    if before is None:
        return False
    await subscribe(context, person.id, before.address, Wish(content=content), context.zone)
    return True


async def stop_mails(context: Context, address: str) -> Message:
    """No more digests to this address; those that go elsewhere are left. The answer is the same whoever asks."""
    async with context.store.write() as uow:
        person = await uow.people.find(account_of(address))
        if person is not None and (await _mailed(uow, person, address)) is not None:
            await uow.subscriptions.remove(person.id)
    return unsubscribed()


async def _mailed(uow: UnitOfWork, person: Person, address: str) -> Subscription | None:
    subscription = await uow.subscriptions.find(person.id)
    return subscription if subscription and subscription.address == direct(account_of(address)) else None


async def show_reader(context: Context, address: str) -> Reader | None:
    """Everything that a person's page shows; None for who is not there (any more)."""
    async with context.store.read() as uow:
        person = await uow.people.find(account_of(address))
        if person is None:
            return None
        reacted = await uow.feedback.reacted(person.id)
        said = [(at, key, reaction) for key, reactions in reacted.items() for reaction, at in reactions.items()]
        latest = sorted(said, reverse=True)[:SAID]
        papers = await uow.papers.by_keys([key for _, key, _ in latest])
        return Reader(
            address,
            await uow.interests.all(person.id),
            await digest_status(context, uow, person.id),
            [Said(papers[key].id, papers[key].title, reaction, at) for at, key, reaction in latest if key in papers],
            await uow.mailboxes.feed_of(person.id) or "",
            [account.platform for account in person.accounts if account != account_of(address)],
        )


async def make_feed(context: Context, address: str) -> bool:
    """Give the person's feed a new secret address; the old one is good for nothing any more. False for nobody."""
    person = await find_reader(context, address)
    if person is None:
        return False
    async with context.store.write() as uow:
        await uow.mailboxes.put_feed(person.id, secrets.token_urlsafe(24), context.clock.now())
    return True


async def drop_feed(context: Context, address: str) -> None:
    person = await find_reader(context, address)
    if person is not None:
        async with context.store.write() as uow:
            await uow.mailboxes.drop_feed(person.id)


async def feed_entries(context: Context, secret: str) -> Sequence[Entry] | None:
    """What would be recommended now to whom this secret belongs, none of it counted as shown; None for nobody."""
    async with context.store.read() as uow:
        owner = await uow.mailboxes.feed_owner(secret)
        if owner is None:
            return None
        subscription = await uow.subscriptions.find(owner)
    if subscription is not None and subscription.content is Content.TRENDING:
        return (await choose_general(context, owner, FEED))[0].entries
    ranking, _ = await choose(context, owner, Asked(FEED, context.fresh_days, day=context.clock.now().toordinal()))
    return ranking.entries
