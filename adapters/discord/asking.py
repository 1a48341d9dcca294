"""Every command that comes by an interaction goes through `ask`: who speaks, what is answered, and that it can be
brought."""

from collections.abc import Mapping
from dataclasses import replace

import discord

from adapters.discord.errors import delivery_error
from adapters.discord.outbound import messages
from adapters.discord.sending import TROUBLE, post
from adapters.discord.speaking import NotAllowedError, speaker_of
from bot.domain.chat import Handler, Incoming, Message, Text
from bot.domain.command import OptionValue

CHANNELS_OWN = "For this channel, not for you; with `channel`, other commands are for it too."


async def ask(
    interaction: discord.Interaction,
    handle: Handler,
    command: str,
    text: str,
    *,
    for_channel: bool = False,
    options: Mapping[str, OptionValue] | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Message:
    """The answer to a command: `command` is its full name, `text` the whole of it as it would be typed, or with
    `options` the name again.

    `for_channel` gives it for the channel instead of the person (`speaking.FOR_CHANNEL`). A digest that somebody
    subscribes to in a server is confirmed where it will come, and the answer says so if it cannot.
    """
    try:
        speaker = speaker_of(interaction, command, for_channel=for_channel)
    except NotAllowedError as error:
        return Message((Text(str(error), "error"),), private=True, ok=False)
    answer = await handle(Incoming(speaker.account, speaker.address, text, dict(files or {}), options=options))
    if for_channel:
        # Buttons are pressed by people for themselves.
        return replace(answer, blocks=(Text(CHANNELS_OWN, "note"), *answer.blocks), buttons=(), private=True)
    if command == "digest subscribe" and answer.ok and interaction.guild_id is not None:
        return await _confirmed(interaction, answer)
    return answer


async def _confirmed(interaction: discord.Interaction, answer: Message) -> Message:
    """The answer, sent to the person alone too: whether they take messages shows only when they are sent one."""
    try:
        conversation = await interaction.user.create_dm()
        for payload in messages(answer):
            await post(conversation, payload)
    except TROUBLE as error:
        trouble = delivery_error(error)
        if trouble.permanent:
            words = f"But your digest cannot come yet. {trouble}"
            return replace(answer, blocks=(*answer.blocks, Text(words, "error")))
    return answer
