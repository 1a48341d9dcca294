"""Emoji reactions to Paperboy's messages of one paper are feedback; taking one away undoes it."""

import discord
import structlog

from adapters.chat.papers import REACTIONS
from adapters.discord.places import account_of, address_of
from adapters.discord.showing import single_paper
from bot.domain.chat import Handler, Incoming, direct
from bot.domain.latest import Latest

log = structlog.get_logger()

REMEMBERED = 10_000


def answer_reactions(client: discord.Client, handle: Handler) -> None:
    """Record what people say with an emoji. The reaction is its own answer: nothing is written."""
    papers = ShownPapers(client)

    @client.event
    async def on_raw_reaction_add(event: discord.RawReactionActionEvent) -> None:
        if client.user is not None and event.message_author_id in (client.user.id, None):
            await _record(event, "on")

    @client.event
    async def on_raw_reaction_remove(event: discord.RawReactionActionEvent) -> None:
        await _record(event, "off")

    async def _record(event: discord.RawReactionActionEvent, state: str) -> None:
        # Discord shows one thumb in several skin colours and with or without the sign for "as a picture".
        verb = REACTIONS.get((event.emoji.name or "")[:1])
        is_bot = event.member is not None and event.member.bot
        if verb is None or is_bot or client.user is None or event.user_id == client.user.id:
            return
        paper = await papers.in_message(event.channel_id, event.message_id)
        if paper:
            account = account_of(event.user_id)
            address = direct(account) if event.guild_id is None else address_of(event.channel_id)
            await handle(Incoming(account, address, verb, options={"paper": paper, "state": state}))


class ShownPapers:
    """Which paper a message shows; each message is asked for once."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._known: Latest[int, str] = Latest(REMEMBERED)

    async def in_message(self, channel_id: int, message_id: int) -> str:
        """The name of the paper that a message of ours is about; empty for any other message."""
        if message_id not in self._known:
            try:
                message = await self._client.get_partial_messageable(channel_id).fetch_message(message_id)
            except discord.HTTPException as error:
                log.info("discord shows no message", status=error.status, code=error.code)
                return ""
            ours = self._client.user is not None and message.author.id == self._client.user.id
            self._known[message_id] = single_paper(message) if ours else ""
        self._known.move_to_end(message_id)
        return self._known[message_id]
