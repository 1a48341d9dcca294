"""Links to papers that people post: a card for each, once a day.

Where the app is told of links to the papers' hosts (`link_shared`), the card unfolds below the message itself. Where it
reads what is posted (a setting), it comes as a reply, in the channels that switched that on.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.commands import name_in
from adapters.chat.floods import MOST_LINKED, AtOnce
from adapters.chat.inside import LinkCards
from adapters.slack.asking import refusal
from adapters.slack.controls import without_feedback
from adapters.slack.errors import TROUBLE, delivery_error
from adapters.slack.inside import Inside
from adapters.slack.outbound import messages
from adapters.slack.places import address_of, channel_account
from adapters.slack.posting import post
from adapters.slack.profile import profile_of
from adapters.slack.reading import typed
from adapters.slack.scene import Scene, text_at
from adapters.slack.speaking import NotAllowedError, refuse_others
from bot.domain.chat import Message

log = structlog.get_logger()

LINKS = "links"
USAGE = "Say `links on` or `links off`: whether links to papers that are posted in this channel get a card."
NO_CHANNEL = "Only in a channel do links get cards."
NOT_FOR_GUESTS = "That is for members of this workspace, not for its guests."

POSTED = "conversations_history"
"""What Slack calls a link in a message, and not in one that is still being written."""


async def switched(scene: Scene, inside: Inside, text: str) -> Message | None:
    """The answer to `links on` and `links off`; None for other words, and where nothing that is posted is read."""
    if inside.links is None or not inside.reads_channels or name_in(text, (LINKS,)) != LINKS:
        return None
    wish = text.casefold().split()[1:]
    if wish not in (["on"], ["off"]):
        return refusal(USAGE)
    if scene.is_alone:
        return refusal(NO_CHANNEL)
    try:
        refuse_others(await profile_of(scene), NOT_FOR_GUESTS)
    except NotAllowedError as error:
        return refusal(str(error))
    return await inside.links.switch(address_of(scene.team, scene.channel), wish == ["on"])


class LinkReader:
    """Reads what is posted in channels, for links alone. What Slack does not take is logged."""

    def __init__(self, links: LinkCards) -> None:
        self._links = links
        self._reading = AtOnce(MOST_LINKED)

    async def read(self, client: AsyncWebClient, team: str, event: Mapping[str, Any]) -> None:
        """Reply with the cards that a message deserves."""
        text = typed(text_at(event, "text"))
        if "://" in text and not self._reading.is_full:
            with self._reading.one_more():
                try:
                    await self._reply(client, team, event, text)
                except TROUBLE as error:
                    _no_card(error)

    async def unfold(self, client: AsyncWebClient, team: str, event: Mapping[str, Any]) -> None:
        """Put cards below the links of a message."""
        if text_at(event, "source") in ("", POSTED) and not self._reading.is_full:
            with self._reading.one_more():
                try:
                    await self._unfold(client, team, event)
                except TROUBLE as error:
                    _no_card(error)

    async def _reply(self, client: AsyncWebClient, team: str, event: Mapping[str, Any], text: str) -> None:
        channel, thread = text_at(event, "channel"), text_at(event, "thread_ts") or text_at(event, "ts")
        for card in await self._links.cards(channel_account(team, channel), address_of(team, channel), text):
            for payload in messages(card):
                await post(client, channel, payload, thread=thread)

    async def _unfold(self, client: AsyncWebClient, team: str, event: Mapping[str, Any]) -> None:
        channel = text_at(event, "channel")
        unfurls: dict[str, dict[str, Any]] = {}
        for url in dict.fromkeys(text_at(link, "url") for link in event.get("links") or ()):
            for card in await self._links.unfolded(channel_account(team, channel), address_of(team, channel), url):
                unfurls[url] = {"blocks": without_feedback(messages(card)[0].blocks)}
        if unfurls:
            await client.chat_unfurl(unfurls=unfurls, **_where(event))


def _no_card(error: Exception) -> None:
    log.warning("no card for a link", reason=str(delivery_error(error)))


def answer_links(app: AsyncApp, reader: LinkReader) -> None:
    @app.event("link_shared")
    async def shared(event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await reader.unfold(client, context.team_id or "", event)


def _where(event: Mapping[str, Any]) -> dict[str, Any]:
    """How Slack calls the message, also where Paperboy is not in the channel."""
    unfurl_id = text_at(event, "unfurl_id")
    if unfurl_id:
        return {"unfurl_id": unfurl_id, "source": POSTED}
    return {"channel": text_at(event, "channel"), "ts": text_at(event, "message_ts")}
