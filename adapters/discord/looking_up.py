"""Asking Discord whether a message arrived: Paperboy's own messages of late are searched for its token."""

from datetime import datetime

import discord
from discord.abc import Messageable

from adapters.discord.errors import delivery_error
from adapters.discord.sending import TROUBLE, places_of
from adapters.discord.showing import presses_of
from bot.domain.chat import Address, Receipt, is_direct
from bot.ports import LookUpUnsupportedError

SEARCHED = 2_000
"""Messages that are looked at in one place; where more were written since, nobody can tell."""


async def find_message(
    client: discord.Client, address: Address, token: str, since: datetime, thread: str
) -> Receipt | None:
    """The receipt of the message with this token. Raises DeliveryError and LookUpUnsupportedError."""
    try:
        places = await places_of(client, address, thread)
        for place in places:
            try:
                found = await _find_in(place, client, token, since)
            except discord.NotFound:
                if place is places[-1]:
                    raise
                continue  # No thread was opened yet.
            if found is not None:
                return found
        if not is_direct(address) and not await _is_readable(client, int(address.channel)):
            raise LookUpUnsupportedError
    except TROUBLE as error:
        raise delivery_error(error) from error
    return None


async def _find_in(place: Messageable, client: discord.Client, token: str, since: datetime) -> Receipt | None:
    looked_at = 0
    async for message in place.history(after=since, limit=SEARCHED, oldest_first=True):
        looked_at += 1
        tokens = (press.token for press in presses_of(message.components))
        if client.user is not None and message.author.id == client.user.id and token in tokens:
            return Receipt(str(message.id))
    if looked_at == SEARCHED:
        raise LookUpUnsupportedError
    return None


async def _is_readable(client: discord.Client, channel: int) -> bool:
    """Who may not read a channel's history is shown an empty one, but told of its last message all the same."""
    async for _ in client.get_partial_messageable(channel).history(limit=1):
        return True
    return (await client.http.get_channel(channel)).get("last_message_id") is None
