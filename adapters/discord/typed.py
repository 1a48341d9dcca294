"""What people type to Paperboy alone, without a slash."""

import asyncio
from collections.abc import Sequence
from weakref import WeakValueDictionary

import discord

from adapters.discord.outbound import messages
from adapters.discord.sending import post
from bot.domain.chat import Handler, Incoming, direct
from bot.domain.person import Account


def answer_typed(client: discord.Client, handle: Handler, commands: Sequence[str] = ()) -> None:
    """Answer every text that somebody sends in the conversation with Paperboy, in the order that they came in.

    `commands` are the names of all commands.
    """
    turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @client.event
    async def on_message(message: discord.Message) -> None:
        if message.guild is not None or message.author.bot or not message.content:
            return
        account = Account("discord", str(message.author.id))
        turn = turns.setdefault(message.author.id, asyncio.Lock())
        async with turn:
            answer = await handle(Incoming(account, direct(account), message.content))
            for payload in messages(answer, commands=commands):
                await post(message.channel, payload)
