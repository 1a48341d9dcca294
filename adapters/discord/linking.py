"""Cards for links to papers that people post, in the channels where the server's admins switched them on."""

from typing import Any, Literal

import discord
import structlog
from discord import app_commands

from adapters.chat.floods import MOST_LINKED, AtOnce
from adapters.chat.inside import LinkCards
from adapters.discord.errors import delivery_error
from adapters.discord.outbound import messages
from adapters.discord.places import address_of, channel_account
from adapters.discord.replying import Reply
from adapters.discord.sending import TROUBLE, post
from bot.domain.chat import Address, Message, Text

log = structlog.get_logger()

NOT_YOURS = Message((Text("That is for people with Manage Server.", "error"),), private=True, ok=False)


def add_links_command(tree: app_commands.CommandTree[Any], links: LinkCards) -> None:
    """`/links on|off`, for people who manage the server."""

    @tree.command(name="links", description="cards for links to papers that are posted in this channel")
    @app_commands.describe(cards="on: each paper gets a card, once a day")
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def switch(interaction: discord.Interaction, cards: Literal["on", "off"]) -> None:
        async with Reply(interaction) as reply:
            if reply.is_lost:
                return
            answer = NOT_YOURS
            if interaction.permissions.manage_guild:
                answer = await links.switch(Address("discord", str(interaction.channel_id)), cards == "on")
            await reply.show(messages(answer, commands=("links",))[0])


class LinkReader:
    """Reads what is posted in channels, for links alone."""

    def __init__(self, links: LinkCards) -> None:
        self._links = links
        self._reading = AtOnce(MOST_LINKED)

    async def read(self, message: discord.Message) -> None:
        """Show the cards that a message deserves."""
        if message.author.bot or "://" not in message.content or self._reading.is_full:
            return
        with self._reading.one_more():
            try:
                place = message.channel.id
                for card in await self._links.cards(channel_account(place), address_of(place), message.content):
                    for payload in messages(card):
                        await post(message.channel, payload)
            except TROUBLE as error:
                log.warning("no card for a link", reason=str(delivery_error(error)))
