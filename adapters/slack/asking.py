"""Every command goes through `Asking.ask`: who speaks, for whom, and what the handler has to know of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adapters.chat.commands import BROUGHT_DIRECTLY, name_in
from adapters.slack.errors import TROUBLE, delivery_error
from adapters.slack.inside import Inside
from adapters.slack.places import address_of, channel_account
from adapters.slack.profile import Profile, profile_of
from adapters.slack.scene import Scene
from adapters.slack.speaking import CHANNELS_OWN, LOOKING, NotAllowedError, allow, said_for
from bot.domain.chat import Handler, Incoming, Message, Text, direct
from bot.domain.command import OptionValue

LONE = "help"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody typed, read: the command without `here`, its name, whether it is for the channel (`here`), and
    whether the answer says nothing of a person, so that others may see it."""

    text: str
    name: str
    for_channel: bool
    is_public: bool


class Asking:
    def __init__(self, inside: Inside, handle: Handler) -> None:
        self._handle = handle
        self.specs = {spec.name: spec for spec in inside.commands}

    def read(self, text: str) -> Said:
        """Who says nothing but Paperboy's name asks for help."""
        said, for_channel = said_for(text or LONE, self.specs)
        name = name_in(said, self.specs)
        spec = self.specs.get(name)
        return Said(said, name, for_channel, for_channel or (spec is not None and spec.public))

    async def ask(
        self,
        scene: Scene,
        text: str,
        *,
        for_channel: bool = False,
        options: Mapping[str, OptionValue] | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Message:
        """The answer to a command, written as a whole, or its name with `options`. It never raises."""
        name = name_in(text, self.specs)
        # Only a digest has a use for the time zone; asking for it takes a moment.
        knows = for_channel or name in BROUGHT_DIRECTLY
        profile = await profile_of(scene) if knows else Profile()
        given = Incoming(scene.account, scene.address, text, dict(files or {}), profile.zone, options)
        if not for_channel:
            address = direct(scene.account) if name in BROUGHT_DIRECTLY else scene.address
            return await self._handle(replace(given, address=address))
        try:
            await allow(scene, profile, name)
        except NotAllowedError as error:
            return refusal(str(error))
        except TROUBLE as error:
            return refusal(str(delivery_error(error, asked=False)))
        account = channel_account(scene.team, scene.channel)
        answer = await self._handle(replace(given, account=account, address=address_of(scene.team, scene.channel)))
        # Buttons are pressed by people for themselves.
        blocks = (Text(CHANNELS_OWN, "note"), *answer.blocks)
        return replace(answer, blocks=blocks, buttons=(), private=name in LOOKING or not answer.ok)


def refusal(text: str) -> Message:
    return Message((Text(text, "error"),), private=True, ok=False)
