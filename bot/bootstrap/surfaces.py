"""Where people talk to Paperboy besides the terminal: platform -> how its adapter is built."""

from collections.abc import Callable, Mapping

from bot.ports import ChatAdapter
from bot.settings import Settings, SettingsError
from bot.usecases.context import Context

Builder = Callable[[Settings, Context], ChatAdapter]
Surfaces = Mapping[str, Builder]

SURFACES: dict[str, Builder] = {}
"""Every platform that this version speaks; its SDK is imported by its builder alone."""

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
