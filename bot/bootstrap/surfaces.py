"""Where people talk to Paperboy besides the terminal: platform -> how its adapter is built."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.bootstrap.links import ContextLinks
from bot.commands import COMMANDS
from bot.ports import ChatAdapter, Store
from bot.settings import Settings, SettingsError
from bot.usecases.context import Context
from bot.usecases.suggest import suggest

Builder = Callable[[Settings, Context], ChatAdapter]
Surfaces = Mapping[str, Builder]

VARIABLES = {"discord": "PAPERBOY_DISCORD_TOKEN", "slack": "PAPERBOY_SLACK_BOT_TOKEN"}


def configured_surfaces(settings: Settings) -> Surfaces:
    """The builders of what has a token. Raises SettingsError for a token that this version has no use for."""
    for platform in settings.chat_tokens:
        if platform not in SURFACES:
            raise SettingsError(
                f"{VARIABLES[platform]} is set, but this version of Paperboy does not speak "
                f"{platform.capitalize()} yet: unset it, or update Paperboy"
            )
    return {platform: SURFACES[platform] for platform in settings.chat_tokens}


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


SURFACES: dict[str, Builder] = {"discord": build_discord}
"""Every platform that this version speaks; its SDK is imported by its builder alone."""
