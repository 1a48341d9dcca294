"""Commands in the menu of a message: what is said there about a paper, or linked, is the paper meant."""

from collections.abc import Iterator, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.papers import MENUS, NO_PAPER
from adapters.slack.asking import refusal
from adapters.slack.reading import typed
from adapters.slack.scene import text_at
from adapters.slack.showing import papers_shown
from adapters.slack.tools import Tools
from bot.domain.paper import find_paper_ids


def answer_shortcuts(app: AsyncApp, tools: Tools) -> None:
    """Each is known by the command that it stands for: that is its callback_id."""
    for command in MENUS.values():
        _answer(app, tools, command)


def _answer(app: AsyncApp, tools: Tools, command: str) -> None:
    @app.message_shortcut(command)
    async def chosen(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        user, channel = text_at(body, "user", "id"), text_at(body, "channel", "id")
        thread, url = text_at(body, "message", "thread_ts"), text_at(body, "response_url")
        scene = await tools.scene(client, context, user, channel, thread=thread, response_url=url)
        paper = paper_in(body["message"])
        if paper:
            spec = tools.asking.specs[command]
            state = {"state": "on"} if any(option.name == "state" for option in spec.options) else {}
            await tools.answering.show(scene, await tools.asking.ask(scene, command, options={"paper": paper, **state}))
        else:
            await tools.answering.show(scene, refusal(NO_PAPER))


def paper_in(message: Mapping[str, Any]) -> str:
    """The paper that a message of ours shows, or the first that any message names; empty if there is none."""
    shown = papers_shown(message.get("blocks"))
    if shown:
        return shown[0]
    return next((paper for text in _texts(message) for paper in find_paper_ids(typed(text))), "")


def _texts(message: Mapping[str, Any]) -> Iterator[str]:
    yield text_at(message, "text")
    for attached in message.get("attachments") or ():
        yield from (text_at(attached, key) for key in ("from_url", "title_link", "title", "text"))
