"""From a digest to the messages that bring it."""

import asyncio
from datetime import datetime

from bot.domain.chat import Message
from bot.domain.delivery import Delivery
from bot.domain.planning import zone_of
from bot.domain.subscription import Content, Subscription
from bot.messages.digest import DigestForm, Occasion, Told, digest_messages, empty_digest
from bot.usecases.compose_digest import Digest
from bot.usecases.context import Context
from bot.usecases.explain_paper import words_of


async def parts_of(
    context: Context, delivery: Delivery, subscription: Subscription, digest: Digest, form: DigestForm
) -> list[Message]:
    """The messages of a digest, as many as it was begun with. Looking for words takes a while: a thread does it."""
    general = subscription.content is Content.TRENDING
    occasion = Occasion(delivery.period, next_announcement(context, delivery, subscription, digest), general)
    if digest.reason is not None:
        return [empty_digest(occasion, digest.reason)]
    ranked = {entry.rank: entry for entry in digest.ranking.entries}
    places = range(1, max([len(delivery.entries), *ranked]) + 1)

    def told() -> list[Told | None]:
        found = [ranked.get(place) for place in places]
        return [None if entry is None else (entry, words_of(entry.paper, entry.parts)) for entry in found]

    entries = await asyncio.to_thread(told)
    return digest_messages(form, occasion, entries, digest.ranking.candidates, digest.asked.days)


def next_announcement(
    context: Context, delivery: Delivery, subscription: Subscription, digest: Digest
) -> datetime | None:
    """When arXiv's next papers come, on the person's clock: where those of the day are not in yet, and on a day that
    brings none."""
    calendar = context.sources.calendar
    now = context.clock.now()
    todays = calendar.announced_for(delivery.period)
    if todays is not None and todays > now:
        return todays.astimezone(zone_of(subscription))
    return calendar.next_in_feeds(now).astimezone(zone_of(subscription)) if digest.reason is not None else None
