"""Whose a request of Slack's is: which workspace it is for, and with whose token it is answered."""

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack.workspaces import Workspaces
from bot.ports import DeliveryError


class Authorize(AsyncAuthorize):
    """Nobody's where Paperboy is not. Where that cannot be told just now, the store or Slack being away, the error goes
    on: what failed is told again, and nobody is asked to install what is installed."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        """From here on the context's team is the workspace that Paperboy is in, also where somebody from another one
        acts in a channel that both share."""
        try:
            found = await self._workspaces.asking(team_id or "")
        except DeliveryError as error:
            if not error.permanent:
                raise
            return None
        context["team_id"] = found.team
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=found.team, bot_user_id=found.bot_user, bot_token=found.client.token
        )
