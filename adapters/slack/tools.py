"""What the listeners share."""

from dataclasses import dataclass, field

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.turns import Turns
from adapters.slack.answering import Answering
from adapters.slack.asking import Asking
from adapters.slack.errors import TROUBLE, delivery_error
from adapters.slack.home import HomeTab
from adapters.slack.inside import Inside
from adapters.slack.linking import LinkReader
from adapters.slack.scene import Conversations, Scene

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tools:
    inside: Inside
    asking: Asking
    answering: Answering
    conversations: Conversations
    home: HomeTab | None = None
    links: LinkReader | None = None
    turns: Turns = field(default_factory=Turns)

    async def scene(
        self,
        client: AsyncWebClient,
        context: AsyncBoltContext,
        user: str,
        channel: str,
        *,
        thread: str = "",
        response_url: str = "",
    ) -> Scene:
        """Where somebody acts. Where Slack does not say whether they are alone there, they are not taken to be."""
        team = context.team_id or ""
        try:
            return await self.conversations.scene(client, team, user, channel, thread=thread, response_url=response_url)
        except TROUBLE as error:
            log.warning("slack does not tell who is there", reason=str(delivery_error(error, asked=False)))
            return Scene(client, team, user, channel, thread=thread, response_url=response_url)
