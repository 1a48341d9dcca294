"""Pressed buttons: each person's press is their own, and answered to them alone."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.commands import lacking, name_in
from adapters.slack.answering import is_words
from adapters.slack.controls import KINDS, Press, read_press
from adapters.slack.errors import TROUBLE
from adapters.slack.lists import AT_ONCE, read_rest
from adapters.slack.outbound import page_of
from adapters.slack.patience import begun
from adapters.slack.scene import Scene, text_at
from adapters.slack.states import with_state
from adapters.slack.submitting import ask_in_form
from adapters.slack.tools import Tools
from bot.domain.chat import Message, PaperCard
from bot.domain.excerpt import shorten

OURS = re.compile(rf"^({'|'.join(KINDS)}):")


def answer_presses(app: AsyncApp, tools: Tools) -> None:
    @app.action(OURS)
    async def pressed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        press = read_press(body["actions"][0])
        if press is None:
            return
        user = str(body["user"]["id"])
        if press.kind in ("home", "form") and tools.home is not None and "view" in body:
            scene = Scene(client, context.team_id or "", user, is_alone=True)
            await tools.home.pressed(scene, press, str(body["trigger_id"]))
            return
        channel = text_at(body, "channel", "id") or text_at(body, "container", "channel_id")
        thread = text_at(body, "message", "thread_ts") or text_at(body, "container", "thread_ts")
        url = text_at(body, "response_url")
        scene = await tools.scene(client, context, user, channel, thread=thread, response_url=url)
        await _Pressed(tools, scene, body).answer(press)


class _Pressed:
    """A press on a message."""

    def __init__(self, tools: Tools, scene: Scene, body: Mapping[str, Any]) -> None:
        self._tools = tools
        self._scene = scene
        self._body = body
        self._ts = text_at(body, "container", "message_ts")
        self._is_hidden = bool((body.get("container") or {}).get("is_ephemeral"))

    async def answer(self, press: Press) -> None:
        specs = self._tools.asking.specs
        spec = specs.get(press.argument)
        if press.kind == "page":
            await self._turn(press.argument)
        elif spec is not None and lacking(spec):
            await ask_in_form(self._tools, self._scene, spec, text_at(self._body, "trigger_id"))
        else:
            async with self._tools.turns.of((self._scene.team, self._scene.user)):
                answer = await self._tools.asking.ask(self._scene, press.argument)
                shown = await begun(self._show(press, answer))
            await shown

    async def _show(self, press: Press, answer: Message) -> None:
        # One press after the other: what holds last is what is shown last.
        async with self._tools.turns.of((self._scene.account, self._scene.channel, self._ts)):
            await self._show_in_turn(press, answer)

    async def _show_in_turn(self, press: Press, answer: Message) -> None:
        if press.kind == "in" and (self._is_hidden or self._scene.is_alone) and is_words(answer):
            await self._tools.answering.put(self._scene, answer, self._ts, hidden=self._is_hidden)
        elif not (self._scene.is_alone and await self._show_state(press.argument, answer)):
            await self._tools.answering.show(self._scene, answer)

    async def _turn(self, argument: str) -> None:
        """Further papers of a list; each is asked for anew, so that it is as it stands now."""
        rest = read_rest(argument)
        if rest is None:
            return
        cards: list[PaperCard] = []
        for number, name in enumerate(rest.names[:AT_ONCE], start=rest.first):
            answer = await self._tools.asking.ask(self._scene, "paper", options={"paper": name})
            found = (block for block in answer.blocks if isinstance(block, PaperCard))
            cards += [replace(card, number=number, abstract=shorten(card.abstract)) for card in found]
        await self._tools.answering.give(self._scene, [page_of(cards, rest.after)])

    async def _show_state(self, command: str, answer: Message) -> bool:
        """What now holds of a paper, in the message that shows it, which is theirs alone; False where it cannot be."""
        message, stamp = self._body.get("message") or {}, text_at(self._body["actions"][0], "action_ts")
        paper = command.removeprefix(name_in(command, self._tools.asking.specs)).strip()
        now = self._tools.answering.last_written(self._scene, self._ts)
        if now is not None:
            message = {"text": now.text, "blocks": now.blocks}
        payload = with_state(message, paper, answer.data, stamp)
        if not answer.ok or payload is None:
            return False
        try:
            await self._tools.answering.update(self._scene, self._ts, payload)
        except TROUBLE:
            return False
        return True
