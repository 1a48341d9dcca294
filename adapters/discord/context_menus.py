"""Commands in the menu of a message: what is said there about a paper, or linked, is the paper meant."""

from collections.abc import Iterator
from typing import Any

import discord
from discord import app_commands

from adapters.chat.papers import MENUS, NO_PAPER
from adapters.discord.answering import Answers
from adapters.discord.command_tree import BY_ANYONE, EVERYWHERE, Commands
from adapters.discord.inside import Inside
from adapters.discord.showing import papers_shown
from bot.domain.chat import Message, Text
from bot.domain.command import CommandSpec
from bot.domain.paper import find_paper_ids


def add_context_menus(tree: Commands, inside: Inside, answers: Answers) -> None:
    specs = {spec.name: spec for spec in inside.commands}
    for name, command in MENUS.items():
        menu = app_commands.ContextMenu(
            name=name,
            callback=_callback(specs[command], answers),
            allowed_contexts=EVERYWHERE,
            allowed_installs=BY_ANYONE,
        )
        tree.add_command(menu)


def _callback(spec: CommandSpec, answers: Answers) -> Any:
    async def chosen(interaction: discord.Interaction, message: discord.Message) -> None:
        paper = _paper_in(message)
        if paper:
            state = {"state": "on"} if any(option.name == "state" for option in spec.options) else {}
            await answers.command(interaction, spec, {"paper": paper, **state})
        else:
            await answers.tell(interaction, Message((Text(NO_PAPER, "error"),), private=True, ok=False))

    return chosen


def _paper_in(message: discord.Message) -> str:
    """The paper that a message of ours shows, or the first that any message names; empty if there is none."""
    shown = papers_shown(message)
    if shown:
        return shown[0]
    return next((paper for text in _texts(message) for paper in find_paper_ids(text)), "")


def _texts(message: discord.Message) -> Iterator[str]:
    yield message.content
    for embed in message.embeds:
        yield from (text for text in (embed.url, embed.title, embed.description) if text)
