"""From something done on Discord to the handler, and its answer back to where it belongs."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import discord
import structlog

from adapters.chat.commands import REPEATABLE, lacking, name_in
from adapters.discord.asking import ask
from adapters.discord.custom_ids import Press
from adapters.discord.files import FileRefusedError, read_attachment
from adapters.discord.forms import ask_for
from adapters.discord.inside import Inside
from adapters.discord.lists import listed_in, turned
from adapters.discord.outbound import messages
from adapters.discord.payload import Payload
from adapters.discord.places import is_alone, is_seen_by_nobody_else, is_theirs
from adapters.discord.turning import at_page
from bot.domain.chat import Handler, Message, PaperCard, Text
from bot.domain.command import CommandSpec, OptionValue
from bot.domain.excerpt import shorten

log = structlog.get_logger()

FOR_YOU = Message((Text("The answer is for the one who asked.", "note"),))
NOBODY_IS_PINGED = discord.AllowedMentions.none()


class Answers:
    """Everything is acknowledged at once and answered when the handler has its answer.

    What is for one person alone reaches nobody else: in a server the answer is ephemeral, unless the command is public.
    """

    def __init__(self, inside: Inside, handle: Handler) -> None:
        self._handle = handle
        self._specs = {spec.name: spec for spec in inside.commands}

    async def command(
        self,
        interaction: discord.Interaction,
        spec: CommandSpec,
        options: Mapping[str, OptionValue],
        attachments: Sequence[discord.Attachment] = (),
        *,
        for_channel: bool = False,
    ) -> None:
        """A filled-in slash command or form, with its files. It must not be acknowledged yet."""
        hidden = not (spec.public or is_alone(interaction)) or interaction.type is discord.InteractionType.modal_submit
        if await acknowledged(interaction.response.defer(ephemeral=hidden, thinking=True)):
            try:
                files = {each.filename: await read_attachment(each) for each in attachments}
            except FileRefusedError as error:
                answer = Message((Text(str(error), "error"),), private=True, ok=False)
            else:
                name = spec.name
                answer = await ask(
                    interaction, self._handle, name, name, options=options, files=files, for_channel=for_channel
                )
            said = "" if for_channel else " ".join([spec.name, *(str(value) for value in options.values())])
            await self._show(interaction, answer, hidden=hidden, said=said)

    async def press(self, interaction: discord.Interaction, press: Press) -> None:
        """A button, or a choice of a menu."""
        match press.kind:
            case "do" | "in":
                await self._press_command(interaction, press.argument, in_place=press.kind == "in")
            case "page" | "pick":
                chosen = _chosen(interaction) if press.kind == "pick" else press.argument
                await self._turn_list(interaction, chosen)
            case "text":
                await self._turn_text(interaction, press.argument)

    async def tell(self, interaction: discord.Interaction, answer: Message) -> None:
        """An answer to one person alone, to what is not acknowledged yet."""
        if await acknowledged(interaction.response.defer(ephemeral=True, thinking=True)):
            await self._show(interaction, answer, hidden=True)

    async def _press_command(self, interaction: discord.Interaction, command: str, *, in_place: bool) -> None:
        spec = self._specs.get(command)
        if spec is not None and lacking(spec):
            await acknowledged(interaction.response.send_modal(ask_for(spec)))
            return
        in_place = in_place and is_seen_by_nobody_else(interaction)
        defer = interaction.response.defer
        if await acknowledged(defer() if in_place else defer(ephemeral=True, thinking=True)):
            await self._show(interaction, await self._pressed(interaction, command), hidden=True, said=command)

    async def _pressed(self, interaction: discord.Interaction, text: str) -> Message:
        """The answer to a command that a button holds."""
        return await ask(interaction, self._handle, name_in(text, self._specs), text)

    async def _turn_list(self, interaction: discord.Interaction, place: str) -> None:
        """Show another paper of the list: in the message itself to who asked for it, else in one of their own."""
        listed = listed_in(interaction.message) if interaction.message else []
        at = next((at for at, each in enumerate(listed) if each.name == place), -1)
        at = int(place) if place.isascii() and place.isdigit() else at
        if interaction.message is None or not 0 <= at < len(listed):
            return
        theirs = is_theirs(interaction)
        defer = interaction.response.defer
        if not await acknowledged(defer() if theirs else defer(ephemeral=True, thinking=True)):
            return
        answer = await ask(interaction, self._handle, "paper", "paper", options={"paper": listed[at].name})
        card = next((block for block in answer.blocks if isinstance(block, PaperCard)), None)
        if card is None:
            await self._send(interaction, messages(answer, commands=self._specs))
            return
        reasons = (listed[at].reason,) if listed[at].reason else ()
        card = replace(card, number=listed[at].number, reasons=reasons, abstract=shorten(card.abstract))
        view = turned(interaction.message, card, at)
        await acknowledged(interaction.edit_original_response(view=view, allowed_mentions=NOBODY_IS_PINGED))

    async def _turn_text(self, interaction: discord.Interaction, argument: str) -> None:
        """Another page of a long answer, which is asked for anew."""
        number, _, command = argument.partition("/")
        theirs = is_theirs(interaction)
        defer = interaction.response.defer
        if not (number.isascii() and number.isdigit()) or name_in(command, self._specs) not in REPEATABLE:
            return
        if await acknowledged(defer() if theirs else defer(ephemeral=True, thinking=True)):
            answer = await self._pressed(interaction, command)
            await self._show(interaction, answer, hidden=True, said=command, page=int(number))

    async def _show(
        self, interaction: discord.Interaction, answer: Message, *, hidden: bool, said: str = "", page: int = 0
    ) -> None:
        payloads = messages(answer, commands=self._specs)
        if len(payloads) > 1 and name_in(said, self._specs) in REPEATABLE:
            payloads = [at_page(payloads, page, said)]
        if answer.private and not hidden and not is_alone(interaction):
            # Discord lets nobody hide an answer that was begun for all to see.
            payloads = [*messages(FOR_YOU), *payloads]
            hidden = True
        first, *others = payloads
        edited = interaction.edit_original_response(
            view=first.view, attachments=list(first.files), allowed_mentions=NOBODY_IS_PINGED
        )
        if await acknowledged(edited):
            await self._send(interaction, others, hidden=hidden)

    async def _send(
        self, interaction: discord.Interaction, payloads: Sequence[Payload], *, hidden: bool = True
    ) -> None:
        for payload in payloads:
            files = list(payload.files)
            sent = interaction.followup.send(
                view=payload.view, files=files, ephemeral=hidden, allowed_mentions=NOBODY_IS_PINGED
            )
            await acknowledged(sent)


async def acknowledged(request: Awaitable[object]) -> bool:
    """Whether Discord took what was sent in answer to an interaction: it takes nothing where it came too late."""
    try:
        await request
    except discord.HTTPException as error:
        log.warning("discord took no answer", status=error.status, code=error.code)
        return False
    return True


def _chosen(interaction: discord.Interaction) -> str:
    values = cast(dict[str, Any], interaction.data or {}).get("values") or [""]
    return str(values[0])
