"""For whom somebody speaks: for themselves, or with `here` for the channel, which has interests and a digest too."""

from collections.abc import Collection

from slack_sdk.errors import SlackApiError

from adapters.chat.commands import FOR_CHANNEL, name_in
from adapters.slack.profile import Profile
from adapters.slack.scene import Scene

HERE = "here"

NO_CHANNEL = "Only a channel has interests and a digest of its own; here we are alone. Leave out `here`."
NOT_FOR_GUESTS = "That is for members of this workspace, not for its guests. For yourself, leave out `here`."
WHO_ARE_YOU = (
    "That is for members of this workspace, and Slack does not tell me just now who you are: try it once more."
)
NOT_THERE = "I am not in this channel, so I cannot bring anything here. Write /invite @Paperboy, then say it again."
CHANNELS_OWN = "For this channel, not for you: `here` says so, also after other commands of `interests` and `digest`."

LOOKING = frozenset({"interests", "digest show", "digest preview"})
"""What changes nothing is answered to who asked alone; changes to what belongs to a channel are seen there."""


class NotAllowedError(Exception):
    """Somebody may not speak for this channel; the text says why, for them."""


def said_for(text: str, names: Collection[str]) -> tuple[str, bool]:
    """The command without `here`, and whether it is for the channel: `here` follows the command's name, or ends it."""
    words = text.split()
    name = name_in(text, names)
    begins = len(name.split())
    if name in FOR_CHANNEL and len(words) > begins:
        if words[begins].casefold() == HERE:
            return " ".join([*words[:begins], *words[begins + 1 :]]), True
        if name.startswith("digest ") and words[-1].casefold() == HERE:
            return " ".join(words[:-1]), True
    return text, False


async def allow(scene: Scene, profile: Profile, name: str) -> None:
    """Raises NotAllowedError, and what a request to Slack raises."""
    if scene.is_alone or not scene.channel:
        raise NotAllowedError(NO_CHANNEL)
    if name not in LOOKING:
        refuse_others(profile)
    if name == "digest subscribe" and not await _is_there(scene):
        raise NotAllowedError(NOT_THERE)


def refuse_others(profile: Profile, guests: str = NOT_FOR_GUESTS) -> None:
    """Raises NotAllowedError for who is no member of the workspace: what a channel has is its members' affair."""
    if not profile.is_member:
        raise NotAllowedError(WHO_ARE_YOU if profile.is_member is None else guests)


async def _is_there(scene: Scene) -> bool:
    try:
        return bool((await scene.client.conversations_info(channel=scene.channel))["channel"].get("is_member"))
    except SlackApiError as error:
        if error.response.get("error") != "channel_not_found":
            raise
    return False
