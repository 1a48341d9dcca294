"""Discord's side of the HTTP API, as far as Paperboy uses it: what it takes, refuses, remembers and forgets.

A message with the nonce of an earlier one is that earlier one for some minutes. Who may not read a channel's history is
shown an empty one. A thread has the id of the message that it hangs on. A conversation that its person closed to bots
takes nothing (50007).
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.evaluation.fake_platform import NONCE_S, FakePlatform, Faults, Kept
from bot.evaluation.fake_reply import Fields, Reply
from bot.evaluation.payload_texts import papers_in, strings_in

TOKEN = "a-token-of-the-fake"
BOT_ID = 900_000_000_000_000_001
APPLICATION_ID = 900_000_000_000_000_002
GUILD_ID = 900_000_000_000_000_003
EPOCH_MS = 1_420_070_400_000
DM_BASE = 700_000_000_000_000_000
ALL_PERMISSIONS = str((1 << 50) - 1)
LONGEST_NONCE = 25

Files = Mapping[str, bytes]
"""What was attached: name -> content."""

NOTHING: Files = {}


def refusal(status: int, code: int, message: str = "no") -> Reply:
    return Reply(status, {"code": code, "message": message})


@dataclass(slots=True)
class Interaction:
    """What somebody pressed or typed, and what they were shown for it. `final` is set once that is more than a
    deferral; times are those of the fake's clock."""

    id: int
    token: str
    began_at: float
    responses: list[Fields] = field(default_factory=list)
    acknowledged_at: float | None = None
    final_at: float | None = None
    final: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class FakeDiscord:
    """One server (a guild), its channels, and a conversation with everybody. `now` gives seconds.

    `known` are the channels that there are, None for any; `unreadable` those whose history Paperboy may not read;
    `silent` those where it may not write; `closed` the people who take no messages from bots; `threadless` channels in
    which no thread can be opened. `script` answers the next requests for messages itself.
    """

    now: Callable[[], float]
    faults: Faults = field(default_factory=Faults)
    nonce_s: float = NONCE_S
    seed: int = 0
    keep: Callable[[Kept], None] = lambda kept: None
    known: set[int] | None = None
    unreadable: set[int] = field(default_factory=set)
    silent: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    threadless: set[int] = field(default_factory=set)
    script: deque[Reply] = field(default_factory=deque)
    token: str = TOKEN
    approved_intents: int = ~(1 << 15)
    requests: list[tuple[str, str]] = field(default_factory=list)
    bodies: deque[Fields] = field(default_factory=lambda: deque(maxlen=20))
    commands: list[Fields] = field(default_factory=list)
    messages: dict[int, Fields] = field(default_factory=dict)
    attached: dict[int, Files] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    platform: FakePlatform = field(init=False)
    _threads: set[int] = field(default_factory=set, init=False)
    _channels: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list), init=False)
    _count: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.platform = FakePlatform(
            "discord",
            self.now,
            self.faults,
            self.nonce_s,
            self.seed,
            keep=self.keep,
            name=lambda number: str(self.new_id()),
        )

    def new_id(self) -> int:
        """A snowflake of this moment."""
        self._count += 1
        return ((int(self.now() * 1000) - EPOCH_MS) << 22) + self._count % (1 << 22)

    def shown_in(self, channel: int) -> str:
        """Every text of what people see there."""
        parts = ("content", "embeds", "components")
        return "\n".join(strings_in([[message[part] for part in parts] for message in self.in_channel(channel)]))

    def files_in(self, channel: int) -> str:
        """What is in the files that hang on it."""
        contents = [content for one in self._channels[channel] for content in self.attached[one].values()]
        return "\n".join(content.decode("utf-8", "replace") for content in contents)

    def in_channel(self, channel: int) -> list[Fields]:
        """What people see there, oldest first."""
        return [self.messages[one] for one in self._channels[channel]]

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Fields, files: Files = NOTHING) -> Reply:
        """Answer a request to the API; `path` is what comes after the version."""
        self.requests.append((method, path))
        self.bodies.append(body)
        match (method, *path.strip("/").split("/")):
            case ("GET", "users", "@me"):
                return Reply(body=user_fields(BOT_ID, "Paperboy", bot=True))
            case ("GET", "oauth2", "applications", "@me"):
                return Reply(body=_application())
            case ("POST", "users", "@me", "channels"):
                return Reply(body=self._conversation(int(body["recipient_id"])))
            case ("PUT", "applications", _, "commands"):
                self.commands = [
                    {
                        "description": "",
                        "id": str(self.new_id()),
                        "application_id": str(APPLICATION_ID),
                        "version": "1",
                        **command,
                    }
                    for command in json.loads(json.dumps(body))
                ]
                return Reply(body=self.commands)
            case ("GET", "channels", channel):
                last = str(self._channels[int(channel)][-1]) if self._channels[int(channel)] else None
                return Reply(body={**channel_fields(int(channel)), "last_message_id": last})
            case ("POST", "channels", channel, "messages"):
                return self._post(int(channel), body, files)
            case ("GET", "channels", channel, "messages"):
                return self._history(int(channel), query)
            case ("GET", "channels", channel, "messages", message):
                return self._message(int(channel), int(message))
            case ("POST", "channels", channel, "messages", message, "threads"):
                return self._thread(int(channel), int(message), body)
            case ("POST", "interactions", number, token, "callback"):
                return self._respond(int(number), token, body, files)
            case ("POST", "webhooks", _, token):
                return self._shown(token, body, files)
            case ("DELETE", "webhooks", _, _, "messages", _):
                return Reply(204)
            case ("PATCH" | "GET", "webhooks", _, token, "messages", "@original"):
                return self._shown(token, body, files)
        return refusal(404, 0, f"the fake does not know {method} {path}")

    def interact(self) -> Interaction:
        """The record of an interaction that is about to be told to Paperboy."""
        number = self.new_id()
        made = Interaction(number, f"interaction-{number}", self.now())
        self.interactions[made.token] = made
        return made

    def _conversation(self, user: int) -> Fields:
        person = user_fields(user, f"reader-{user}")
        return {"id": str(DM_BASE + user), "type": 1, "last_message_id": None, "recipients": [person]}

    def _post(self, channel: int, body: Fields, files: Files) -> Reply:
        refused = self._refused(channel)
        if refused is not None:
            return refused
        nonce = str(body.get("nonce") or "")
        if len(nonce) > LONGEST_NONCE or (nonce and not body.get("enforce_nonce")):
            return refusal(400, 50035, "Invalid Form Body")
        before = len(self.platform.kept)
        answer = self.platform.post(str(channel), nonce or str(self.new_id()), papers_in(body))
        if len(self.platform.kept) > before:
            made = message_fields(int(self.platform.kept[-1].message_id), channel, body, files)
            self.messages[int(made["id"])] = made
            self.attached[int(made["id"])] = files
            self._channels[channel].append(int(made["id"]))
        return self._of(answer.status, answer.retry_after_s, lambda: self.messages[int(answer.message_id)])

    def _history(self, channel: int, query: Mapping[str, str]) -> Reply:
        trouble = self.platform.trouble(str(channel))
        if trouble is not None:
            return self._of(trouble.status, trouble.retry_after_s, dict)
        if self._is_unknown(channel):
            return refusal(404, 10003, "Unknown Channel")
        if channel in self.unreadable:
            return Reply(body=[])
        after, before, limit = int(query.get("after", 0)), int(query.get("before", 1 << 63)), int(query["limit"])
        found = [one for one in self._channels[channel] if after < one < before]
        # After a message come the next ones, without it the latest; the newest stands first in any case.
        page = found[:limit] if after else found[-limit:]
        return Reply(body=[self.messages[one] for one in reversed(page)])

    def _message(self, channel: int, message: int) -> Reply:
        if message not in self._channels[channel]:
            return refusal(404, 10008, "Unknown Message")
        return Reply(body=self.messages[message])

    def _thread(self, channel: int, message: int, body: Fields) -> Reply:
        refused = self._refused(channel)
        if refused is not None:
            return refused
        trouble = self.platform.trouble(str(channel))
        if trouble is not None:
            return self._of(trouble.status, trouble.retry_after_s, dict)
        if channel in self.threadless:
            return refusal(400, 50024, "Cannot execute action on this channel type")
        if message not in self._channels[channel]:
            return refusal(404, 10008, "Unknown Message")
        if message in self._threads:
            return refusal(400, 160004, "A thread has already been created for this message")
        self._threads.add(message)
        return Reply(201, {"id": str(message), "type": 11, "name": body["name"], "parent_id": str(channel)})

    def _refused(self, channel: int) -> Reply | None:
        if self.script:
            return self.script.popleft()
        if self._is_unknown(channel):
            return refusal(404, 10003, "Unknown Channel")
        if channel in self.silent:
            return refusal(403, 50013, "Missing Permissions")
        if channel - DM_BASE in self.closed:
            return refusal(403, 50007, "Cannot send messages to this user")
        return None

    def _is_unknown(self, channel: int) -> bool:
        if channel in self.messages and channel not in self._threads:
            return True
        conversation = DM_BASE <= channel < BOT_ID
        return self.known is not None and channel not in self.known | self._threads and not conversation

    def _respond(self, number: int, token: str, body: Fields, files: Files) -> Reply:
        asked = self.interactions[token]
        if asked.acknowledged_at is not None:
            return refusal(400, 40060, "Interaction has already been acknowledged.")
        asked.acknowledged_at = self.now()
        kind = int(body["type"])
        made = message_fields(self.new_id(), 0, body.get("data") or {}, files)
        if kind in (4, 7, 8, 9):
            self._show(asked, body)
        callback = {"id": str(number), "type": 2, "response_message_id": made["id"], "response_message_loading": False}
        return Reply(body={"interaction": callback, "resource": {"type": kind, "message": made}})

    def _shown(self, token: str, body: Fields, files: Files) -> Reply:
        asked = self.interactions[token]
        if body:
            self._show(asked, {"type": 0, "data": body})
        return Reply(body=message_fields(self.new_id(), 0, body, files))

    def _show(self, asked: Interaction, response: Fields) -> None:
        asked.responses.append(response)
        if asked.final_at is None:
            asked.final_at = self.now()
            asked.final.set()

    def _of(self, status: int, retry_after_s: float, body: Callable[[], object]) -> Reply:
        match status:
            case 200:
                return Reply(body=body())
            case 429:
                # Without Via discord.py takes it for a ban by Cloudflare.
                headers = {"Via": "1.1 fake", "Retry-After": str(retry_after_s)}
                return Reply(429, {"message": "limited", "retry_after": retry_after_s, "global": False}, headers)
        return Reply(status, {"code": 0, "message": "trouble"} if status else None)


def user_fields(number: int, name: str, *, bot: bool = False) -> Fields:
    return {
        "id": str(number),
        "username": name,
        "discriminator": "0",
        "global_name": name,
        "avatar": None,
        "bot": bot,
        "flags": 0,
        "public_flags": 0,
    }


def message_fields(number: int, channel: int, body: Fields, files: Files = NOTHING) -> Fields:
    """A message of Paperboy's as Discord tells it."""
    attachments = [
        {
            "id": str(number + at),
            "filename": name,
            "size": len(content),
            "url": f"https://cdn.invalid/{name}",
            "proxy_url": f"https://cdn.invalid/{name}",
        }
        for at, (name, content) in enumerate(files.items(), start=1)
    ]
    return {
        "id": str(number),
        "channel_id": str(channel),
        "type": 0,
        "author": user_fields(BOT_ID, "Paperboy", bot=True),
        "content": body.get("content") or "",
        "timestamp": datetime.fromtimestamp(((number >> 22) + EPOCH_MS) / 1000, UTC).isoformat(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": attachments,
        "embeds": body.get("embeds") or [],
        "pinned": False,
        "flags": body.get("flags") or 0,
        "components": _numbered(body.get("components") or []),
    }


def guild_fields(channels: Sequence[int]) -> Fields:
    """The server, with its channels, as GUILD_CREATE tells it."""
    everybody = {
        "id": str(GUILD_ID),
        "name": "@everyone",
        "permissions": ALL_PERMISSIONS,
        "position": 0,
        "color": 0,
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    me: Fields = {
        "user": user_fields(BOT_ID, "Paperboy", bot=True),
        "roles": [],
        "joined_at": None,
        "deaf": False,
        "flags": 0,
    }
    return {
        "id": str(GUILD_ID),
        "name": "Reading group",
        "owner_id": "1",
        "member_count": 2,
        "large": False,
        "unavailable": False,
        "features": [],
        "roles": [everybody],
        "emojis": [],
        "stickers": [],
        "members": [{**me, "mute": False}],
        "presences": [],
        "voice_states": [],
        "threads": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "channels": [channel_fields(number) for number in channels],
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "system_channel_flags": 0,
    }


def channel_fields(number: int) -> Fields:
    return {
        "id": str(number),
        "guild_id": str(GUILD_ID),
        "type": 0,
        "name": f"channel-{number}",
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": None,
    }


def _application() -> Fields:
    return {
        "id": str(APPLICATION_ID),
        "name": "Paperboy",
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "",
        "flags": 0,
        "owner": user_fields(1, "owner"),
        "team": None,
    }


def _numbered(components: Sequence[Fields]) -> list[Fields]:
    """Discord gives every component a number."""
    count = 0

    def number(component: Any) -> Any:
        nonlocal count
        if isinstance(component, list):
            return [number(one) for one in component]
        if not isinstance(component, dict):
            return component
        inside = {key: number(value) for key, value in component.items()}
        if "type" in component:
            count += 1
            inside.setdefault("id", count)
        return inside

    return [number(one) for one in components]
