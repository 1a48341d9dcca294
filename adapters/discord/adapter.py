"""`DiscordAdapter`: Paperboy on Discord."""

from typing import Literal

from adapters.discord.client import Client, Endpoints, make_client
from adapters.discord.inside import Inside
from adapters.discord.interactions import attach
from bot.domain.chat import Handler

PLATFORM = "discord"


class DiscordAdapter:
    """One Discord application."""

    def __init__(
        self,
        token: str,
        inside: Inside,
        *,
        endpoints: Endpoints = Endpoints(),  # noqa: B008
        shards: int | None = 1,
        link_cards: bool = False,
    ) -> None:
        self._token = token
        self._inside = inside
        self._endpoints = endpoints
        self._shards = shards
        self._link_cards = link_cards

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def digest_form(self) -> Literal["one", "cards"]:
        return "cards"

    def client_for(self, handle: Handler) -> Client:
        """A client that answers by `handle` and registers its commands when it logs in; `run` connects it."""
        client = make_client(self._endpoints, shards=self._shards, link_cards=self._link_cards)
        tree = attach(client, self._inside, handle)

        async def prepare() -> None:
            await tree.sync()

        client.prepare = prepare
        return client
