"""From something done on Discord to the handler, and its answer back to where it belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import discord

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
from adapters.discord.replying import Reply, acknowledged
from adapters.discord.turning import at_page
from bot.domain.chat import Handler, Message, PaperCard, Text
from bot.domain.command import CommandSpec, OptionValue
from bot.domain.excerpt import shorten

FOR_YOU = Message((Text("The answer is for the one who asked.", "note"),))


class Answers:
    """Everything is answered when the handler has its answer, and announced to Discord where that takes long.

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
        async with Reply(interaction, hidden=hidden) as reply:
            if reply.is_lost:
                return
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
            await self._show(reply, answer, is_alone=is_alone(interaction), said=said)

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
        async with Reply(interaction) as reply:
            await self._show(reply, answer)

    async def _press_command(self, interaction: discord.Interaction, command: str, *, in_place: bool) -> None:
        spec = self._specs.get(command)
        if spec is not None and lacking(spec):
            await acknowledged(interaction.response.send_modal(ask_for(spec)))
            return
        async with Reply(interaction, in_place=in_place and is_seen_by_nobody_else(interaction)) as reply:
            if not reply.is_lost:
                await self._show(reply, await self._pressed(interaction, command), said=command)

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
        async with Reply(interaction, in_place=is_theirs(interaction)) as reply:
            if reply.is_lost:
                return
            answer = await ask(interaction, self._handle, "paper", "paper", options={"paper": listed[at].name})
            card = next((block for block in answer.blocks if isinstance(block, PaperCard)), None)
            if card is None:
                await reply.say_beside(messages(answer, commands=self._specs))
                return
            reasons = (listed[at].reason,) if listed[at].reason else ()
            card = replace(card, number=listed[at].number, reasons=reasons, abstract=shorten(card.abstract))
            await reply.show(Payload(turned(interaction.message, card, at)))

    async def _turn_text(self, interaction: discord.Interaction, argument: str) -> None:
        """Another page of a long answer, which is asked for anew."""
        number, _, command = argument.partition("/")
        if not (number.isascii() and number.isdigit()) or name_in(command, self._specs) not in REPEATABLE:
            return
        async with Reply(interaction, in_place=is_theirs(interaction)) as reply:
            if not reply.is_lost:
                await self._show(reply, await self._pressed(interaction, command), said=command, page=int(number))

    async def _show(
        self, reply: Reply, answer: Message, *, is_alone: bool = False, said: str = "", page: int = 0
    ) -> None:
        payloads = messages(answer, commands=self._specs)
        if len(payloads) > 1 and name_in(said, self._specs) in REPEATABLE:
            payloads = [at_page(payloads, page, said)]
        if answer.private and not is_alone and not await reply.hide():
            await reply.show(messages(FOR_YOU)[0])
            await reply.say_beside(payloads)
        else:
            await reply.show(payloads[0], payloads[1:])


def _chosen(interaction: discord.Interaction) -> str:
    values = cast(dict[str, Any], interaction.data or {}).get("values") or [""]
    return str(values[0])
