"""Chat platforms as deliveries meet them: they refuse, fail, do not answer, and forget what real ones forget.

- discord: a message with the nonce of an earlier one is that earlier one, as long as the nonce is remembered (some
  minutes); a channel's history can be searched.
- slack: never tells a second message from the first; a channel's history can be searched.
- mail: takes everything, and nobody can be asked what arrived.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.chat import Address, Handler, Message, PaperCard, Receipt, Text
from bot.ports import DeliveryError, LookUpUnsupportedError

Kind = Literal["discord", "slack", "mail"]
KINDS: tuple[Kind, ...] = ("discord", "slack", "mail")

NONCE_S = 180.0


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of requests. `refused` is told and done nothing for (503); `failed` is an error of the platform's, half of
    them after the message was taken (500); `mute` are taken and never answered. A storm answers everything with 429: it
    lasts `storm_s` of every `storm_every_s` seconds, none for 0.
    """

    refused: float = 0.0
    failed: float = 0.0
    mute: float = 0.0
    storm_s: float = 0.0
    storm_every_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that a person can see."""

    message_id: str
    channel: str
    token: str
    text: str
    at: float
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status; 0 is no answer at all."""

    status: int
    message_id: str = ""
    retry_after_s: float = 0.0


@dataclass(slots=True)
class FakePlatform:
    """One platform. `now` gives seconds; `gone` are channels that are no more. `kept` is what people see, in order."""

    kind: Kind
    now: Callable[[], float]
    faults: Faults = Faults()
    nonce_s: float = NONCE_S
    seed: int = 0
    gone: set[str] = field(default_factory=set)
    keep: Callable[[Kept], None] = lambda kept: None
    name: Callable[[int], str] | None = None
    """Gives the ids of messages from their number, where `kind-number` will not do."""
    kept: list[Kept] = field(default_factory=list)
    requests: int = 0
    _draw: random.Random = field(init=False)
    _channels: dict[str, list[Kept]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)

    def post(self, channel: str, token: str, text: str, thread: str = "") -> Answer:
        trouble = self.trouble(channel)
        if trouble is not None:
            return trouble
        fails = self._happens(self.faults.failed)
        if fails and self._happens(0.5):
            return Answer(500)
        message = self._same(channel, token) or self._take(channel, token, text, thread)
        if fails:
            return Answer(500)
        return Answer(0) if self._happens(self.faults.mute) else Answer(200, message.message_id)

    def search(self, channel: str, token: str, since: float) -> Answer:
        """The message with this token in the channel's history: 204 where there is none, 405 where nobody can ask."""
        if self.kind == "mail":
            return Answer(405)
        trouble = self.trouble(channel)
        if trouble is not None:
            return trouble
        history = self._channels.get(channel, [])
        found = next((kept for kept in history if kept.token == token and kept.at >= since), None)
        return Answer(200, found.message_id) if found else Answer(204)

    def forget_all(self) -> list[Kept]:
        """What was taken is lost on its way to the people after all."""
        lost = list(self.kept)
        self.kept.clear()
        self._channels.clear()
        return lost

    def trouble(self, channel: str) -> Answer | None:
        """What a request for a channel meets before it is looked at, if anything."""
        self.requests += 1
        if channel in self.gone:
            return Answer(404)
        every = self.faults.storm_every_s
        into = self.now() % every if every else 0.0
        if every and into < self.faults.storm_s:
            return Answer(429, retry_after_s=round(self.faults.storm_s - into, 3))
        return Answer(503) if self._happens(self.faults.refused) else None

    def _same(self, channel: str, token: str) -> Kept | None:
        if self.kind != "discord":
            return None
        since = self.now() - self.nonce_s
        history = self._channels.get(channel, [])
        return next((kept for kept in history if kept.token == token and kept.at > since), None)

    def _take(self, channel: str, token: str, text: str, thread: str) -> Kept:
        number = len(self.kept) + 1
        name = self.name(number) if self.name else f"{self.kind}-{number}"
        message = Kept(name, channel, token, text, self.now(), thread)
        self.kept.append(message)
        self._channels.setdefault(channel, []).append(message)
        self.keep(message)
        return message

    def _happens(self, share: float) -> bool:
        return share > 0 and self._draw.random() < share


class FakePlatformAdapter:
    """Implements bot.ports.ChatAdapter on a platform in the same process."""

    def __init__(self, platform: FakePlatform, form: Literal["one", "cards"] = "one") -> None:
        self._platform = platform
        self._form = form

    @property
    def platform(self) -> str:
        return self._platform.kind

    @property
    def digest_form(self) -> Literal["one", "cards"]:
        return self._form

    async def run(self, handle: Handler) -> None:
        """Nobody types here."""

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        return receipt_of(self._platform.post(address.channel, token, text_of(message), thread))

    async def look_up(self, address: Address, token: str, since: datetime, *, thread: str = "") -> Receipt | None:
        return found_of(self._platform.search(address.channel, token, since.timestamp()))

    async def close(self) -> None:
        """Nothing is open."""


def receipt_of(answer: Answer) -> Receipt:
    """What an adapter makes of the answer to a message. Raises DeliveryError."""
    match answer.status:
        case 200:
            return Receipt(answer.message_id)
        case 404:
            raise DeliveryError("the channel is gone", permanent=True)
        case 429:
            raise DeliveryError("too many requests", retry_after_s=answer.retry_after_s)
        case 503:
            raise DeliveryError("the platform is busy")
    # An error while it was at it, or no answer: the message may be there.
    raise DeliveryError("the platform failed" if answer.status else "no answer", unknown=True)


def found_of(answer: Answer) -> Receipt | None:
    """What an adapter makes of the answer to a search. Raises DeliveryError and LookUpUnsupportedError."""
    if answer.status == 405:
        raise LookUpUnsupportedError
    if answer.status == 204:
        return None
    return receipt_of(answer)


def text_of(message: Message) -> str:
    """The message as one who counts papers needs it: its headings and the ids of its papers."""
    words: list[str] = []
    for block in message.blocks:
        match block:
            case Text(text):
                words.append(text)
            case PaperCard():
                words.append(block.paper)
    return "\n".join(words)
