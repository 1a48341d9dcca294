"""What Slack knows of a person that Paperboy goes by."""

from dataclasses import dataclass

import structlog

from adapters.slack.errors import TROUBLE, delivery_error
from adapters.slack.scene import Scene

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Profile:
    """`zone` is an IANA time zone, empty where Slack does not tell; a guest is somebody from outside the workspace."""

    zone: str = ""
    is_guest: bool = False


async def profile_of(scene: Scene) -> Profile:
    """An empty one where Slack gives none: it is only for defaults."""
    try:
        user = (await scene.client.users_info(user=scene.user))["user"]
        return Profile(str(user.get("tz") or ""), bool(user.get("is_restricted") or user.get("is_ultra_restricted")))
    except TROUBLE as error:
        log.warning("slack tells nothing of a person", reason=str(delivery_error(error, asked=False)))
        return Profile()
