"""Emoji reactions to Paperboy's messages of one paper are feedback; taking one away undoes it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import TROUBLE, delivery_error
from adapters.slack.patience import patiently
from adapters.slack.scene import Scene, text_at
from adapters.slack.showing import single_paper
from adapters.slack.tools import Tools

log = structlog.get_logger()

EMOJI = {"+1": "like", "fire": "like", "-1": "dislike", "bookmark": "save"}


def answer_reactions(app: AsyncApp, tools: Tools) -> None:
    """Record what people say with an emoji. The reaction is its own answer: nothing is written."""

    @app.event("reaction_added")
    async def added(event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await _record(tools, event, client, context, "on")

    @app.event("reaction_removed")
    async def removed(event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await _record(tools, event, client, context, "off")


async def _record(
    tools: Tools, event: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext, state: str
) -> None:
    # Slack tells a thumb in another skin colour as "+1::skin-tone-3".
    emoji = text_at(event, "reaction").partition("::")[0]
    user, channel, ts = text_at(event, "user"), text_at(event, "item", "channel"), text_at(event, "item", "ts")
    if emoji not in EMOJI or not ts or event.get("item_user") != context.bot_user_id:
        return
    try:
        shown = await patiently(partial(client.reactions_get, channel=channel, timestamp=ts, full=True))
        message = shown["message"]
    except TROUBLE as error:
        log.warning("slack shows no message", reason=str(delivery_error(error, asked=False)))
        return
    paper = single_paper(message.get("blocks"))
    if not paper or (state == "off" and _is_still_said(message, EMOJI[emoji], user)):
        return
    # Where one of Paperboy's messages is in a channel between two, it is the other who reacts.
    scene = Scene(client, context.team_id or "", user, channel, is_alone=channel.startswith("D"))
    async with tools.turns.of((scene.team, user)):
        await tools.asking.ask(scene, EMOJI[emoji], options={"paper": paper, "state": state})


def _is_still_said(message: Mapping[str, Any], verb: str, user: str) -> bool:
    """Whether another emoji of theirs says the same."""
    others = (each for each in message.get("reactions") or () if EMOJI.get(each["name"].partition("::")[0]) == verb)
    return any(user in (each.get("users") or ()) for each in others)
