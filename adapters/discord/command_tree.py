"""The application commands, made from the one command table."""

import inspect
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Optional

import discord
from discord import app_commands

from adapters.chat.commands import FOR_CHANNEL
from adapters.chat.wording import cut
from adapters.discord.answering import Answers
from adapters.discord.inside import Inside
from adapters.discord.places import account_of
from bot.domain.command import CommandSpec, Option, OptionValue
from bot.domain.paper import title_paper_id
from bot.domain.plain_text import clean_line

EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
BY_ANYONE = app_commands.AppInstallationType(guild=True, user=True)

_DESCRIPTION, _CHOICE, _TEXT, _WORD = 100, 100, 2_000, 300

CHANNEL = Option("channel", "flag", "for this channel instead of yourself; for people with Manage Channel")

Commands = app_commands.CommandTree[discord.Client]
Callback = Callable[..., Coroutine[Any, Any, None]]


def add_commands(tree: Commands, inside: Inside, answers: Answers) -> None:
    """One command for each row; rows of two words become subcommands, and a first word that is a command by itself too
    becomes their `list`. Names and descriptions are locale strings: a translator of the tree translates them."""
    for first in dict.fromkeys(spec.name.split()[0] for spec in inside.commands):
        specs = [spec for spec in inside.commands if spec.name.split()[0] == first]
        if len(specs) == 1 and specs[0].name == first:
            tree.add_command(_command(specs[0], first, inside, answers, EVERYWHERE, BY_ANYONE))
            continue
        group: app_commands.Group = app_commands.Group(
            name=first,
            description=cut(specs[0].summary, _DESCRIPTION),
            allowed_contexts=EVERYWHERE,
            allowed_installs=BY_ANYONE,
        )
        for spec in specs:
            group.add_command(_command(spec, spec.name.partition(" ")[2] or "list", inside, answers))
        tree.add_command(group)


def _command(
    spec: CommandSpec,
    name: str,
    inside: Inside,
    answers: Answers,
    contexts: app_commands.AppCommandContext | None = None,
    installs: app_commands.AppInstallationType | None = None,
) -> app_commands.Command[Any, ..., None]:
    return app_commands.Command(
        name=name,
        description=cut(spec.summary, _DESCRIPTION),
        callback=_callback(spec, inside, answers),
        allowed_contexts=contexts,
        allowed_installs=installs,
    )


def _callback(spec: CommandSpec, inside: Inside, answers: Answers) -> Callback:
    """A function whose signature says what discord.py reads of it."""

    async def callback(interaction: discord.Interaction, **given: Any) -> None:
        files: list[discord.Attachment] = []
        options: dict[str, OptionValue] = {}
        for option, value in given.items():
            if isinstance(value, discord.Attachment):
                files.append(value)
                options[option] = value.filename
            elif value is not None and value is not False:
                options[option] = value
        for_channel = bool(options.pop(CHANNEL.name, False))
        await answers.command(interaction, spec, options, files, for_channel=for_channel)

    shown = (*spec.options, CHANNEL) if spec.name in FOR_CHANNEL else spec.options
    speaker = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction)
    parameters = [speaker, *(_parameter(option) for option in shown)]
    parameters.sort(key=lambda parameter: parameter.default is not inspect.Parameter.empty)
    callback.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    helps = {each.name: cut(each.help, _DESCRIPTION) for each in shown}
    made: Callback = app_commands.describe(**helps)(callback)
    choices = {each.name: _choices(each.choices) for each in spec.options if each.choices}
    made = app_commands.choices(**choices)(made)
    suggested = {each.name: _suggesting(spec, each, inside) for each in spec.options if _is_suggested(spec, each)}
    return app_commands.autocomplete(**suggested)(made)


def _parameter(option: Option) -> inspect.Parameter:
    kinds: dict[str, Any] = {
        "int": app_commands.Range[int, option.minimum, option.maximum],
        "flag": bool,
        "choice": str,
        "file": discord.Attachment,
        "text": app_commands.Range[str, 1, _TEXT],
    }
    kind = kinds.get(option.kind, app_commands.Range[str, 1, _WORD])
    annotation = kind if option.required else Optional[kind]  # noqa: UP045
    default = inspect.Parameter.empty if option.required else None
    how = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(option.name, how, annotation=annotation, default=default)


def _choices(words: Sequence[str]) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=word, value=word) for word in words]


def _is_suggested(spec: CommandSpec, option: Option) -> bool:
    if option.kind in ("paper", "zone"):
        return True
    return option.kind == "text" and spec.name in ("interests remove", "interests category", "help")


def _suggesting(spec: CommandSpec, option: Option, inside: Inside) -> Any:
    async def suggest(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await inside.suggest(account_of(interaction.user.id), spec, option.name, typed)
        choices: list[app_commands.Choice[str]] = []
        for each in found:
            value = each.value
            if len(value) > _CHOICE and option.kind == "paper":
                value = title_paper_id(each.label)
            if len(value) <= _CHOICE:
                choices.append(app_commands.Choice(name=cut(clean_line(each.label), _CHOICE) or value, value=value))
        return choices[:25]

    return suggest
