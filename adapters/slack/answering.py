"""Answers on their way to who asked: alone, before everybody's eyes, or in the place of what was there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.controls import without_feedback
from adapters.slack.errors import TROUBLE, delivery_error
from adapters.slack.files import upload
from adapters.slack.outbound import messages
from adapters.slack.patience import patiently
from adapters.slack.payload import Payload, Upload
from adapters.slack.posting import post
from adapters.slack.scene import Conversations, Scene
from bot.domain.chat import File, Image, Message, PaperCard, Text
from bot.domain.latest import Latest

log = structlog.get_logger()

REMEMBERED = 200
"""Messages that were changed: of use while a press on what a message was before may still come."""

FILE_ELSEWHERE = "The file comes to you alone, into our direct messages."
FILE_REFUSED = "Slack does not take the file: {}"


def is_words(answer: Message) -> bool:
    """Whether it may take the place of something: papers and files are kept, and come as messages of their own."""
    return not any(isinstance(block, PaperCard | File | Image) for block in answer.blocks)


class Answering:
    """Nothing here raises: an answer that Slack makes wait comes after that, and one that it does not take is logged.

    What is for one person alone reaches nobody else. Slack shows files to a whole channel, so that they go into the
    conversation with the person instead.
    """

    def __init__(self, conversations: Conversations, names: Sequence[str]) -> None:
        self._conversations = conversations
        self._names = names
        self._written: Latest[tuple[str, str, str], Payload] = Latest(REMEMBERED)

    async def show(self, scene: Scene, answer: Message, *, aloud: bool = False) -> None:
        """`aloud` shows it to everybody there, unless it is private."""
        has_files = any(isinstance(block, File | Image) for block in answer.blocks)
        if has_files and not scene.is_alone:
            answer = replace(answer, blocks=(*answer.blocks, Text(FILE_ELSEWHERE, "note")))
        await self.give(scene, messages(answer, commands=self._names), aloud=aloud and not answer.private)

    async def give(self, scene: Scene, payloads: Sequence[Payload], *, aloud: bool = False) -> None:
        """The same for what is written already."""
        try:
            for payload in payloads:
                await patiently(partial(self._give, scene, payload, aloud=aloud))
            files = [each for payload in payloads for each in payload.files]
        except TROUBLE as error:
            _not_taken(error)
            return
        if files:
            await self._bring(scene, files)

    async def put(self, scene: Scene, answer: Message, ts: str, *, hidden: bool) -> None:
        """The answer in the place of the message `ts`, which nobody else sees; `hidden` tells one that Slack shows
        to them alone in a channel."""
        first, *others = messages(answer, commands=self._names)
        try:
            if not hidden:
                await self.update(scene, ts, first)
            elif not await self._respond(scene, {**_said(first), "replace_original": True}):
                others = [first, *others]
        except TROUBLE as error:
            _not_taken(error)
            others = [first, *others]
        await self.give(scene, [*others])

    def last_written(self, scene: Scene, ts: str) -> Payload | None:
        """What `update` put into one of the latest messages. A press comes with the message as it was when it was seen,
        and another one may have changed it since."""
        return self._written.get((scene.team, scene.channel, ts))

    async def update(self, scene: Scene, ts: str, payload: Payload) -> None:
        """Raises what a request to Slack raises."""
        update = partial(scene.client.chat_update, channel=scene.channel, ts=ts)
        await patiently(partial(update, text=payload.text, blocks=[*payload.blocks]))
        self._written[scene.team, scene.channel, ts] = payload

    async def _give(self, scene: Scene, payload: Payload, *, aloud: bool) -> None:
        if scene.is_alone:
            channel = scene.channel or await self._conversations.of(scene.client, scene.team, scene.user)
            await post(scene.client, channel, payload, thread=scene.thread)
            return
        kind = "in_channel" if aloud else "ephemeral"
        below = {"thread_ts": scene.thread} if scene.thread else {}
        if await self._respond(scene, {**_said(payload), "response_type": kind, "replace_original": False, **below}):
            return
        if aloud:
            await post(scene.client, scene.channel, payload, thread=scene.thread)
        else:
            await scene.client.chat_postEphemeral(
                channel=scene.channel, user=scene.user, thread_ts=scene.thread or None, **_said(payload)
            )

    async def _bring(self, scene: Scene, files: Sequence[Upload]) -> None:
        """Files, to the person alone; if they do not come, that is said where they were asked for."""
        try:
            channel = scene.channel if scene.is_alone else ""
            channel = channel or await self._conversations.of(scene.client, scene.team, scene.user)
            thread = scene.thread if scene.is_alone else ""
            await patiently(partial(upload, scene.client, channel, files, thread=thread))
        except TROUBLE as error:
            trouble = FILE_REFUSED.format(delivery_error(error))
            await self.show(scene, Message((Text(trouble, "error"),), private=True, ok=False))

    async def _respond(self, scene: Scene, said: Mapping[str, Any]) -> bool:
        """Whether an answer goes by the address that came with what is answered: it is good for a while only."""
        if not scene.response_url:
            return False
        try:
            return (await patiently(partial(_send, scene, said))).status_code == 200
        except SlackApiError:
            return False


async def _send(scene: Scene, said: Mapping[str, Any]) -> WebhookResponse:
    """Raises SlackApiError where Slack asks to wait."""
    session, again = scene.client.session, scene.client.retry_handlers
    webhook = AsyncWebhookClient(scene.response_url, session=session, retry_handlers=again)
    answer = await webhook.send_dict(dict(said))
    if answer.status_code == 429:
        raise SlackApiError("Slack asks to wait", answer)  # type: ignore[no-untyped-call]
    return answer


def _said(payload: Payload) -> dict[str, Any]:
    """Slack's own thumbs are for messages that stay."""
    return {"text": payload.text, "blocks": without_feedback(payload.blocks)}


def _not_taken(error: Exception) -> None:
    log.warning("slack took no answer", reason=str(delivery_error(error)))
