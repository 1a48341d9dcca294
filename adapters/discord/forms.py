"""Forms: what a command must have and a button does not say is asked for."""

from collections.abc import Iterator, Mapping
from typing import Any

import discord

from adapters.chat.commands import lacking
from adapters.chat.wording import cut
from adapters.discord.custom_ids import custom_id
from bot.domain.command import CommandSpec

_TITLE, _LABEL, _PLACEHOLDER, _TEXT = 45, 45, 100, 2_000

Form = discord.ui.Modal


def ask_for(spec: CommandSpec) -> Form:
    """A form with a field for each of it, which is answered by its custom_id alone."""
    form = Form(title=cut(spec.summary, _TITLE), timeout=None, custom_id=custom_id("ask", spec.name))
    hint = spec.example.removeprefix(spec.name).strip()
    for option in lacking(spec):
        field: discord.ui.TextInput[Form] = discord.ui.TextInput(
            custom_id=option.name, placeholder=cut(hint, _PLACEHOLDER) or None, max_length=_TEXT
        )
        form.add_item(discord.ui.Label(text=cut(option.help, _LABEL), component=field))
    form.stop()
    return form


def filled_in(data: Mapping[str, Any]) -> dict[str, str]:
    """What a form came back with, by the options' names."""
    return {str(each["custom_id"]): str(each["value"]) for each in _fields(data) if each.get("value")}


def _fields(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for child in (*data.get("components", ()), *([data["component"]] if "component" in data else ())):
        if "custom_id" in child:
            yield child
        yield from _fields(child)
