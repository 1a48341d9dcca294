"""Who does something on Slack, where, and by which client they are answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.places import account_of, address_of
from bot.domain.chat import Address, direct
from bot.domain.latest import Latest
from bot.domain.person import Account

REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Scene:
    """`channel` is empty in the Home tab, which is theirs alone as the conversation with Paperboy is (`is_alone`).

    `thread` is the message below which an answer belongs; `response_url` takes answers for half an hour, five at most.
    """

    client: AsyncWebClient
    team: str
    user: str
    channel: str = ""
    is_alone: bool = False
    thread: str = ""
    response_url: str = ""

    @property
    def account(self) -> Account:
        return account_of(self.team, self.user)

    @property
    def address(self) -> Address:
        return direct(self.account) if self.is_alone else address_of(self.team, self.channel)


class Conversations:
    """The conversations of people with Paperboy alone; each is asked for once."""

    def __init__(self) -> None:
        self._known: Latest[tuple[str, str], str] = Latest(REMEMBERED)

    async def of(self, client: AsyncWebClient, team: str, user: str) -> str:
        """The channel; opened if need be. Raises what a request to Slack raises."""
        if (team, user) not in self._known:
            answer = await client.conversations_open(users=user)
            self._known[team, user] = str(answer["channel"]["id"])
        self._known.move_to_end((team, user))
        return self._known[team, user]

    async def scene(
        self, client: AsyncWebClient, team: str, user: str, channel: str, *, thread: str = "", response_url: str = ""
    ) -> Scene:
        """A channel whose id begins with a D is between two; whether one of them is Paperboy, Slack has to be asked."""
        is_alone = channel.startswith("D") and await self.of(client, team, user) == channel
        return Scene(client, team, user, channel, is_alone, thread, response_url)


def text_at(body: Mapping[str, Any], *path: str) -> str:
    """A text deep in what Slack sent; empty where it is not there."""
    found: Any = body
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""
