"""What people write: to Paperboy alone, and in channels to it by name."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.asking import Said, refusal
from adapters.slack.files import FileRefusedError, read_files
from adapters.slack.linking import switched
from adapters.slack.patience import begun
from adapters.slack.reading import typed
from adapters.slack.scene import Scene
from adapters.slack.tools import Tools
from bot.domain.chat import Message, PaperCard

ALOUD = frozenset({"recommend", "start"})
"""Besides what is public, what is answered in the thread to who asks for it before others; without the reasons, which
say what they like."""

TAKES_A_FILE = "interests import"

_WRITTEN = (None, "file_share", "thread_broadcast")
"""The subtypes of messages that somebody wrote; the others tell of changes."""


def answer_talk(app: AsyncApp, tools: Tools) -> None:
    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        channel = str(event["channel"])
        if not _is_written(event) or channel.startswith("D"):
            return
        scene = Scene(client, context.team_id or "", event["user"], channel, thread=str(event.get("thread_ts") or ""))
        said, answer = await _answer(tools, scene, event, context.bot_user_id or "")
        if not answer.ok or answer.private or not (said.is_public or said.name in ALOUD):
            # Slack shows an answer to one person in a thread only where there is a thread already.
            await tools.answering.show(scene, replace(answer, private=True))
            return
        below = replace(scene, thread=scene.thread or str(event["ts"]))
        await tools.answering.show(below, answer if said.is_public else _without_reasons(answer), aloud=True)

    @app.event("message")
    async def written(event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        if not _is_written(event):
            return
        if event.get("channel_type") != "im":
            if tools.links is not None and tools.inside.reads_channels:
                await tools.links.read(client, context.team_id or "", event)
            return
        team, user = context.team_id or "", str(event["user"])
        scene = Scene(client, team, user, str(event["channel"]), True, str(event.get("thread_ts") or ""))
        async with tools.turns.of((team, user)):
            _, answer = await _answer(tools, scene, event, context.bot_user_id or "")
            shown = await begun(tools.answering.show(scene, answer))
        await shown


async def _answer(tools: Tools, scene: Scene, event: Mapping[str, Any], bot_user: str) -> tuple[Said, Message]:
    """What was said, and what to say to it."""
    text = typed(str(event.get("text") or ""), bot_user)
    said = tools.asking.read(text)
    wished = await switched(scene, tools.inside, text)
    if wished is not None:
        return said, wished
    sent = (event.get("files") or [])[:1] if said.name == TAKES_A_FILE else ()
    try:
        files = await read_files(scene.client, sent)
    except FileRefusedError as error:
        return said, refusal(str(error))
    asked = f"{said.name} {next(iter(files))}" if files else said.text
    return said, await tools.asking.ask(scene, asked, for_channel=said.for_channel, files=files)


def _is_written(event: Mapping[str, Any]) -> bool:
    """Anew: what somebody changes of a message was heard before."""
    is_anew = "edited" not in event and event.get("subtype") in _WRITTEN
    return is_anew and bool(event.get("user")) and not event.get("bot_id")


def _without_reasons(answer: Message) -> Message:
    blocks = [replace(block, reasons=()) if isinstance(block, PaperCard) else block for block in answer.blocks]
    return replace(answer, blocks=tuple(blocks))
