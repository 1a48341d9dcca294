"""Bringing messages unasked: to a person, to a channel, or into the thread below a message of a channel."""

from collections.abc import Sequence
from typing import Any, Literal

import aiohttp
import discord
from discord.abc import Messageable

from adapters.discord.errors import THREAD_EXISTS, UNKNOWN_MESSAGE, WRONG_CHANNEL_TYPE, delivery_error
from adapters.discord.payload import Payload
from bot.domain.chat import DIRECT, Address, Receipt, is_direct
from bot.domain.latest import Latest
from bot.ports import DeliveryError

TROUBLE = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError, ValueError, TypeError, KeyError)
"""What a request to Discord may end with; the last three where its answer cannot be read."""

KEEP_THREAD_MINUTES: Literal[1440] = 1440
"""After a day without a word a thread goes from the list of channels; it stays where it hangs."""

REMEMBERED = 1_000


class Threads:
    """Which threads are known to be there, the latest of them."""

    def __init__(self) -> None:
        self._known: Latest[int, int] = Latest(REMEMBERED)

    async def below(self, client: discord.Client, channel: int, message: int) -> int:
        """The channel for what belongs to a message: its thread, opened if need be; or the channel itself where there
        cannot be one (threads, voice channels), or where the message was taken away."""
        place = self._known.get(message)
        if place is None:
            place = await self._open(client, channel, message)
            self._known[message] = place
        return place

    async def _open(self, client: discord.Client, channel: int, message: int) -> int:
        name = f"Papers of {discord.utils.snowflake_time(message):%d %B %Y}"
        try:
            await client.http.start_thread_with_message(
                channel, message, name=name, auto_archive_duration=KEEP_THREAD_MINUTES
            )
        except discord.HTTPException as error:
            if error.code in (WRONG_CHANNEL_TYPE, UNKNOWN_MESSAGE):
                return channel
            if error.code != THREAD_EXISTS:
                raise
        # Discord gives a thread the id of the message that it hangs on.
        return message


async def send_all(
    client: discord.Client, threads: Threads, address: Address, payloads: Sequence[Payload], token: str, thread: str
) -> Receipt:
    """Send the messages in order; the receipt of the first. Raises DeliveryError.

    Each has a nonce of its own from the token, so that within some minutes Discord takes none of them twice.
    """
    try:
        place = await _place(client, threads, address, thread)
    except TROUBLE as error:
        raise delivery_error(error, asked=False) from error
    try:
        sent = [
            await post(place, payload, f"{token}{number or ''}" if token else None)
            for number, payload in enumerate(payloads)
        ]
    except TROUBLE as error:
        raise delivery_error(error) from error
    return Receipt(str(sent[0].id))


async def places_of(client: discord.Client, address: Address, thread: str) -> list[Messageable]:
    """Where a message for this address may be, likeliest first."""
    channel = await conversation(client, address)
    below = [client.get_partial_messageable(int(thread))] if thread and not is_direct(address) else []
    return [*below, channel]


async def conversation(client: discord.Client, address: Address) -> Messageable:
    """The channel of an address; the one with a person alone is opened. Raises DeliveryError for none of Discord's."""
    number = address.channel.removeprefix(DIRECT)
    if address.platform != "discord" or not (number.isascii() and number.isdigit()):
        raise DeliveryError("That is no place on Discord.", permanent=True)
    if is_direct(address):
        return await client.create_dm(discord.Object(int(number)))
    return client.get_partial_messageable(int(number))


async def _place(client: discord.Client, threads: Threads, address: Address, thread: str) -> Messageable:
    channel = await conversation(client, address)
    if not thread or is_direct(address):
        return channel
    return client.get_partial_messageable(await threads.below(client, int(address.channel), int(thread)))


async def post(place: Messageable, payload: Payload, nonce: str | None = None) -> discord.Message:
    """Send one message, which pings nobody whatever is written in it."""
    said: dict[str, Any] = {} if nonce is None else {"nonce": nonce}
    return await place.send(
        view=payload.view, files=list(payload.files), allowed_mentions=discord.AllowedMentions.none(), **said
    )
