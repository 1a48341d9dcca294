"""The answer to one interaction, given in the time that Discord waits for it."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Self

import discord
import structlog

from adapters.discord.payload import Payload

QUICK_S = 1.0
"""Discord waits three seconds to hear of an interaction. An answer that is there within this time is what it hears, one
request instead of two; for any other it hears first that one is coming."""

NOBODY_IS_PINGED = discord.AllowedMentions.none()

log = structlog.get_logger()


class Reply:
    """Within `async with` an answer may take its time, and Discord is told in time that it does.

    `hidden`: only the one who asked will see it. `in_place`: the message that was pressed on becomes the answer.
    `is_lost` from the beginning where the interaction came so late that Discord takes no answer any more: nothing
    should be done then.
    """

    def __init__(self, interaction: discord.Interaction, *, hidden: bool = True, in_place: bool = False) -> None:
        self._interaction = interaction
        self._in_place = in_place
        self._deferring: asyncio.Task[bool] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.hidden = hidden
        self.is_lost = False

    async def __aenter__(self) -> Self:
        if (discord.utils.utcnow() - self._interaction.created_at).total_seconds() > QUICK_S:
            self._defer()
            self.is_lost = not await self._is_deferred()
        else:
            self._timer = asyncio.get_running_loop().call_later(QUICK_S, self._defer)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._is_deferred()

    async def hide(self) -> bool:
        """Whether only the one who asked will see the answer, now that nobody else should: Discord lets nobody hide an
        answer that was announced for all to see."""
        if not await self._is_deferred():
            self.hidden = True
        return self.hidden

    async def show(self, payload: Payload, more: Sequence[Payload] = ()) -> None:
        """The answer, or its first message and those after it. Once, and nothing where Discord takes no answer."""
        is_deferred = await self._is_deferred()
        if self._deferring is not None and not is_deferred:
            return
        files = list(payload.files)
        response = self._interaction.response
        shown: Awaitable[object]
        if is_deferred:
            shown = self._interaction.edit_original_response(
                view=payload.view, attachments=files, allowed_mentions=NOBODY_IS_PINGED
            )
        elif self._in_place:
            shown = response.edit_message(view=payload.view, attachments=files, allowed_mentions=NOBODY_IS_PINGED)
        else:
            shown = response.send_message(
                view=payload.view, files=files, ephemeral=self.hidden, allowed_mentions=NOBODY_IS_PINGED
            )
        if await acknowledged(shown):
            await self._say(more, hidden=self.hidden)

    async def say_beside(self, payloads: Sequence[Payload]) -> None:
        """Messages of their own, for the one who asked alone; what was pressed on stays as it is."""
        self._in_place = False
        if await self._is_deferred():
            await self._say(payloads, hidden=True)
        elif payloads:
            self.hidden = True
            await self.show(payloads[0], payloads[1:])

    async def _say(self, payloads: Sequence[Payload], *, hidden: bool) -> None:
        for payload in payloads:
            sent = self._interaction.followup.send(
                view=payload.view, files=list(payload.files), ephemeral=hidden, allowed_mentions=NOBODY_IS_PINGED
            )
            await acknowledged(sent)

    def _defer(self) -> None:
        defer = self._interaction.response.defer
        deferral = defer() if self._in_place else defer(ephemeral=self.hidden, thinking=True)
        self._deferring = asyncio.create_task(acknowledged(deferral))

    async def _is_deferred(self) -> bool:
        """Whether Discord waits for more than three seconds; from here on that does not change."""
        if self._timer is not None:
            self._timer.cancel()
        return self._deferring is not None and await self._deferring


async def acknowledged(request: Awaitable[object]) -> bool:
    """Whether Discord took what was sent in answer to an interaction: it takes nothing where it came too late."""
    try:
        await request
    except discord.HTTPException as error:
        log.warning("discord took no answer", status=error.status, code=error.code)
        return False
    return True
