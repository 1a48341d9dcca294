"""Where people talk to Paperboy besides the terminal: platform -> how its adapter is built."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.bootstrap.links import ContextLinks
from bot.bootstrap.slack import StoredShelf, way_to_slack
from bot.commands import COMMANDS
from bot.ports import ChatAdapter, Store
from bot.settings import Settings, SettingsError
from bot.usecases.context import Context
from bot.usecases.home import show_home
from bot.usecases.suggest import suggest

Builder = Callable[[Settings, Context], ChatAdapter]
Surfaces = Mapping[str, Builder]


def configured_surfaces(settings: Settings) -> Surfaces:
    """The builders of the chats that are set up. Raises SettingsError where what is set does not do."""
    if "slack" in settings.platforms:
        way_to_slack(settings)
    return {platform: SURFACES[platform] for platform in settings.platforms}


@dataclass(frozen=True, slots=True)
class StoredMemory:
    """Small things that a surface remembers, in the store that all processes share."""

    store: Store

    async def get(self, key: str) -> str | None:
        async with self.store.read() as uow:
            return await uow.state.get_value(key)

    async def put(self, key: str, value: str) -> None:
        async with self.store.write() as uow:
            await uow.state.put_value(key, value)


def build_discord(settings: Settings, context: Context) -> ChatAdapter:
    """Raises SettingsError where discord.py is not installed."""
    try:
        from adapters.discord import DiscordAdapter, Endpoints, Inside
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"PAPERBOY_DISCORD_TOKEN is set, but {error.name} is not installed: pip install 'paperboy-bot[discord]'"
        ) from None
    return DiscordAdapter(
        settings.chat_tokens["discord"],
        Inside(
            COMMANDS,
            StoredMemory(context.store),
            partial(suggest, context),
            ContextLinks(context) if settings.discord_link_cards else None,
        ),
        endpoints=Endpoints(settings.discord_api_url, settings.discord_gateway_url, settings.discord_cdn_url),
        shards=settings.discord_shard_count,
    )


def build_slack(settings: Settings, context: Context) -> ChatAdapter:
    """Raises SettingsError where slack-bolt is not installed."""
    try:
        from adapters.slack import Access, Inside, Publisher, SlackAdapter
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"Slack is set up, but {error.name} is not installed: pip install 'paperboy-bot[slack]'"
        ) from None
    secrets = settings.slack
    publisher = None
    if secrets.client_id:
        publisher = Publisher(secrets.client_id, secrets.client_secret, settings.key, StoredShelf(context))
    return SlackAdapter(
        Access(secrets.bot_token, secrets.app_token, secrets.signing_secret, settings.slack_api_url, publisher),
        Inside(
            COMMANDS,
            ContextLinks(context),
            settings.slack_link_cards,
            partial(show_home, context),
        ),
    )


SURFACES: dict[str, Builder] = {"discord": build_discord, "slack": build_slack}
"""Every platform that this version speaks; its SDK is imported by its builder alone."""
