"""What people write: to Paperboy alone without a slash, and, where link cards are on, to each other."""

from collections.abc import Sequence

import discord

from adapters.chat.inside import LinkCards
from adapters.chat.turns import Turns
from adapters.discord.linking import LinkReader
from adapters.discord.outbound import messages
from adapters.discord.places import account_of
from adapters.discord.sending import post
from bot.domain.chat import Handler, Incoming, direct


def answer_typed(
    client: discord.Client, handle: Handler, commands: Sequence[str] = (), links: LinkCards | None = None
) -> None:
    """Answer every text that somebody sends in the conversation with Paperboy, in the order that they came in.

    `commands` are the names of all commands. With `links` what is posted in channels is read for links.
    """
    reader = LinkReader(links) if links is not None else None
    turns = Turns()

    @client.event
    async def on_message(message: discord.Message) -> None:
        if message.guild is not None:
            if reader is not None:
                await reader.read(message)
            return
        if message.author.bot or not message.content:
            return
        account = account_of(message.author.id)
        async with turns.of(message.author.id):
            answer = await handle(Incoming(account, direct(account), message.content))
            for payload in messages(answer, commands=commands):
                await post(message.channel, payload)
