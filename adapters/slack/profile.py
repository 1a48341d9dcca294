"""What Slack knows of a person that Paperboy goes by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.slack.errors import TROUBLE, delivery_error
from adapters.slack.scene import Scene

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Profile:
    """`zone` is an IANA time zone, empty where Slack does not tell. A member is of this workspace: no guest, and nobody
    who is in its channels from another one (Slack Connect); `is_member` is None where Slack does not tell."""

    zone: str = ""
    is_member: bool | None = None


async def profile_of(scene: Scene) -> Profile:
    """An empty one where Slack gives none."""
    try:
        user = (await scene.client.users_info(user=scene.user))["user"]
        return Profile(str(user.get("tz") or ""), is_member(user, scene.team))
    except TROUBLE as error:
        log.warning("slack tells nothing of a person", reason=str(delivery_error(error, asked=False)))
        return Profile()


def is_member(user: Mapping[str, Any], team: str) -> bool:
    """Who is in several workspaces of one organisation has all of them under enterprise_user."""
    teams = [user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())]
    return team in teams and not (user.get("is_restricted") or user.get("is_ultra_restricted"))
