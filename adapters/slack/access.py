"""How Slack lets us in, and how it reaches us."""

from dataclasses import dataclass, field
from typing import Protocol

API_URL = "https://slack.com/api/"


class Shelf(Protocol):
    """Keeps sealed bytes by workspace."""

    async def find(self, workspace: str) -> bytes | None: ...

    async def put(self, workspace: str, sealed: bytes) -> None: ...

    async def remove(self, workspace: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who offers the app to many workspaces: their tokens are sealed with `key` and lie on the shelf."""

    client_id: str
    client_secret: str = field(repr=False)
    key: str = field(repr=False)
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class Access:
    """With `app_token` we open a socket to Slack; without it Slack calls us, and signs with `signing_secret`. Without a
    `bot_token`, which is that of one workspace, there is a `publisher`."""

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = API_URL
    publisher: Publisher | None = None
