"""The workspaces that installed the app: bolt's store of installations, over one that knows nothing of Slack."""

import logging
import secrets

import structlog
from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.access import Shelf
from adapters.slack.app_log import SDK_LOG
from adapters.slack.errors import WRONG_KEY
from adapters.slack.once import Once
from adapters.slack.sealing import Seal, WrongKeyError

log = structlog.get_logger()

STATE_S = 600
"""How long somebody may take to allow the installation."""

KEPT = ("app_id", "team_id", "team_name", "bot_token", "bot_id", "bot_user_id", "bot_scopes", "installed_at")


class Installations(AsyncInstallationStore):
    """One bot for each workspace; nobody's own token is asked for, nor kept."""

    def __init__(self, shelf: Shelf, key: str) -> None:
        self._shelf = shelf
        self._seal = Seal(key, "slack installations")

    @property
    def logger(self) -> logging.Logger:
        return SDK_LOG

    async def async_save(self, installation: Installation) -> None:
        """Raises BoltError where it is for a whole organisation, which the manifest does not offer."""
        if installation.is_enterprise_install or not installation.team_id:
            raise BoltError("Paperboy is installed into workspaces, not into a whole organisation")
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        await self._shelf.put(str(bot.team_id), self._seal.close({name: getattr(bot, name) for name in KEPT}))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Raises WrongKeyError."""
        sealed = await self._shelf.find(team_id or "")
        if sealed is None:
            log.warning("paperboy is not in this workspace of slack", workspace=team_id)
            return None
        try:
            return Bot(**self._seal.open(sealed))
        except WrongKeyError:
            log.error("what lets paperboy into a workspace cannot be read", reason=WRONG_KEY)
            raise

    async def forget(self, team: str, *, left_at: int) -> None:
        """A workspace took the app out, or its token back, then (in whole seconds since 1970). Slack may tell it
        late: who installed it again since keeps it."""
        try:
            bot = await self.async_find_bot(enterprise_id=None, team_id=team)
        except WrongKeyError:
            bot = None
        if bot is None or int(bot.installed_at) <= left_at:
            await self._shelf.remove(team)


class States(AsyncOAuthStateStore):
    """What an installation that was begun comes back with: of ours, lately, and once."""

    def __init__(self, key: str) -> None:
        self._seal = Seal(key, "slack states")
        self._once = Once()

    @property
    def logger(self) -> logging.Logger:
        return SDK_LOG

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        return self._seal.close({"state": secrets.token_urlsafe(16)}).decode()

    async def async_consume(self, state: str) -> bool:
        try:
            self._seal.open(state.encode(), ttl_s=STATE_S)
        except WrongKeyError:
            return False
        return self._once.is_first(state)
