"""Whose token a request needs: that of the workspace that it is for."""

from dataclasses import dataclass
from typing import Protocol

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import Web, told
from bot.ports import DeliveryError

ELSEWHERE = "Paperboy is in another workspace of Slack than this address: install it there, or correct the address."


@dataclass(frozen=True, slots=True)
class Workspace:
    """A client for one workspace, and who Paperboy is there."""

    client: AsyncWebClient
    team: str
    bot_user: str


class Workspaces(Protocol):
    async def find(self, team: str) -> Workspace:
        """Raises DeliveryError where Paperboy is not there, and what a request to Slack raises (errors.TROUBLE)."""
        ...

    async def asking(self, team: str) -> Workspace:
        """The workspace in which a request was made that says it comes from this one. Raises as `find` does."""
        ...


class OneWorkspace:
    """The one that a token belongs to; an address that names none is there."""

    def __init__(self, web: Web, token: str) -> None:
        self._web = web
        self._token = token
        self._known: Workspace | None = None

    async def login(self) -> Workspace:
        """Ask Slack whose the token is. Raises what a request to Slack raises."""
        client = self._web.client(self._token)
        answer = await client.auth_test()
        self._known = Workspace(client, told(answer, "team_id"), told(answer, "user_id"))
        return self._known

    async def find(self, team: str) -> Workspace:
        known = self._known or await self.login()
        if team not in ("", known.team):
            raise DeliveryError(ELSEWHERE, permanent=True)
        return Workspace(self._web.client(self._token), known.team, known.bot_user)

    async def asking(self, team: str) -> Workspace:
        """What Slack tells the app of one workspace is of that one, wherever the person belongs."""
        return await self.find("")
