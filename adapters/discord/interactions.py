"""What people type, press and choose on Discord, on its way to the handler and back."""

from typing import Any, cast

import discord
from discord import app_commands

from adapters.discord.answering import Answers
from adapters.discord.command_tree import add_commands
from adapters.discord.context_menus import add_context_menus
from adapters.discord.custom_ids import read_custom_id
from adapters.discord.forms import filled_in
from adapters.discord.inside import Inside
from adapters.discord.linking import add_links_command
from adapters.discord.reactions import answer_reactions
from bot.domain.chat import Handler


def attach(client: discord.Client, inside: Inside, handle: Handler) -> app_commands.CommandTree:
    """Make the client answer everything that people do, by `handle`; the tree of its commands, not registered yet.

    Every command goes through `asking.ask`, which knows who speaks and where; those of `speaking.FOR_CHANNEL` have an
    option `channel` besides, for the people who manage it. `typed` answers texts (and has `on_message`).

    Who speaks is Account("discord", user id). A place is Address("discord", channel id); a conversation with Paperboy
    alone is `direct(account)`, since digests come to that address. A channel with interests of its own is
    Account("discord", channel id, kind="channel"), with Address("discord", channel id).
    """
    tree = app_commands.CommandTree(client)
    answers = Answers(inside, handle)
    add_commands(tree, inside, answers)
    add_context_menus(tree, inside, answers)
    if inside.links is not None:
        add_links_command(tree, inside.links)
    answer_reactions(client, handle)
    specs = {spec.name: spec for spec in inside.commands}

    @client.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        data = cast(dict[str, Any], interaction.data or {})
        press = read_custom_id(str(data.get("custom_id", "")))
        if press is None:
            return
        if interaction.type is discord.InteractionType.component:
            await answers.press(interaction, press)
        elif interaction.type is discord.InteractionType.modal_submit and press.argument in specs:
            await answers.command(interaction, specs[press.argument], filled_in(data))

    return tree
