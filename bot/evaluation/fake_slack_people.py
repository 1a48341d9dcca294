"""What people do on the fake Slack, as Slack tells an app of it."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.evaluation.fake_reply import Fields
from bot.evaluation.fake_slack import APP_ID, TEAM, FakeSlack

EVENT_SCOPES: Mapping[str, str] = {
    "app_mention": "app_mentions:read",
    "link_shared": "links:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}
"""The scope without which Slack does not tell of an event."""

CHANNEL_TYPES = {"C": "channel", "G": "group", "D": "im"}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to tell an app. `kind` is that of a Socket Mode envelope: events_api, slash_commands, interactive;
    `name` says which of them it is."""

    kind: str
    name: str
    payload: Fields

    @property
    def team(self) -> str:
        return str(self.payload.get("team_id") or (self.payload.get("team") or {}).get("id") or "")


@dataclass(slots=True)
class People:
    """Makes what is told; `response_url` is where an app may answer an interaction of that number."""

    fake: FakeSlack
    url: str = ""
    _count: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def command(self, user: str, channel: str, text: str, *, command: str = "/papers", team: str = TEAM) -> Told:
        """Somebody sends a slash command."""
        number = next(self._count)
        return Told(
            "slash_commands",
            command,
            {
                "token": "legacy",
                "team_id": team,
                "team_domain": "reading",
                "channel_id": channel,
                "channel_name": "directmessage" if channel.startswith("D") else channel.lower(),
                "user_id": user,
                "user_name": user.lower(),
                "command": command,
                "text": text,
                "api_app_id": APP_ID,
                "is_enterprise_install": "false",
                "response_url": f"{self.url}/respond/{number}",
                "trigger_id": self.fake.new_trigger(),
            },
        )

    def message(self, user: str, channel: str, text: str, *, team: str = TEAM, **more: object) -> Told:
        """Somebody writes in a channel, or to Paperboy alone (channel D...)."""
        written = self.fake.write(channel, user, text, team, **more)
        kind = CHANNEL_TYPES[channel[0]]
        told = {**written, "channel": channel, "channel_type": kind, "event_ts": written["ts"]}
        return self.event("message", told, team=team, name=f"message.{kind if kind == 'im' else kind + 's'}")

    def file(self, name: str, content: bytes, **more: object) -> Fields:
        """A file that somebody puts to a message."""
        made = f"F{next(self._count)}"
        self.fake.uploads[made] = (name, content)
        said = {"id": made, "name": name, "size": len(content), "url_private_download": f"{self.url}/files/{made}"}
        return {**said, **more}

    def mention(
        self, user: str, channel: str, text: str, *, team: str = TEAM, thread: str = "", **more: object
    ) -> Told:
        """Somebody writes `@Paperboy text`."""
        said = f"<@{self.fake.workspace(team).bot_user}> {text}"
        below = {"thread_ts": thread} if thread else {}
        written = self.fake.write(channel, user, said, team, **below, **more)
        told = {**written, "type": "app_mention", "channel": channel, "event_ts": written["ts"]}
        return self.event("app_mention", told, team=team)

    def reaction(
        self, user: str, channel: str, ts: str, name: str, *, added: bool = True, team: str = TEAM, by: str = ""
    ) -> Told:
        """Somebody puts an emoji under a message, or takes it away; `by` is who wrote that, else Paperboy."""
        self.fake.react(channel, ts, user, name, added=added, team=team)
        kind = "reaction_added" if added else "reaction_removed"
        told = {
            "type": kind,
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": channel, "ts": ts},
            "item_user": by or self.fake.workspace(team).bot_user,
            "event_ts": self.fake.new_ts(),
        }
        return self.event(kind, told, team=team)

    def home_opened(self, user: str, *, tab: str = "home", team: str = TEAM) -> Told:
        told = {"type": "app_home_opened", "user": user, "channel": f"D{user[1:]}", "tab": tab}
        return self.event("app_home_opened", {**told, "event_ts": self.fake.new_ts()}, team=team)

    def links(self, user: str, channel: str, ts: str, addresses: Sequence[str], *, team: str = TEAM) -> Told:
        """Somebody posted a message with links to domains that the app asked to hear of."""
        told = {
            "type": "link_shared",
            "user": user,
            "channel": channel,
            "message_ts": ts,
            "unfurl_id": f"unfurl-{next(self._count)}",
            "source": "conversations_history",
            "links": [{"url": each, "domain": each.split("/")[2]} for each in addresses],
            "event_ts": ts,
        }
        return self.event("link_shared", told, team=team)

    def press(
        self, user: str, channel: str, message: Fields, action: Fields, *, team: str = TEAM, state: Fields | None = None
    ) -> Told:
        """Somebody uses a control of a message: the element as it stands in its blocks, and what was chosen."""
        number = next(self._count)
        private = bool(message.get("is_ephemeral"))
        container = {"type": "message", "message_ts": message["ts"], "channel_id": channel, "is_ephemeral": private}
        told = {
            "type": "block_actions",
            **self._who(user, team),
            "container": container,
            "channel": {"id": channel, "name": "directmessage" if channel.startswith("D") else channel.lower()},
            "message": message,
            "response_url": f"{self.url}/respond/{number}",
            "trigger_id": self.fake.new_trigger(),
            "state": state or {"values": {}},
            "actions": [self._action(action)],
        }
        return Told("interactive", "block_actions", told)

    def press_in_view(self, user: str, view: Fields, action: Fields, *, team: str = TEAM) -> Told:
        """Somebody uses a control of the Home tab or of a modal."""
        told = {
            "type": "block_actions",
            **self._who(user, team),
            "container": {"type": "view", "view_id": view["id"]},
            "view": {**view, "hash": "1", "app_id": APP_ID},
            "trigger_id": self.fake.new_trigger(),
            "actions": [self._action(action)],
        }
        return Told("interactive", "block_actions", told)

    def submit(self, user: str, view: Fields, values: Mapping[str, Mapping[str, Fields]], *, team: str = TEAM) -> Told:
        """Somebody sends a modal off, filled with these values: block_id -> action_id -> the element's state."""
        told = {
            "type": "view_submission",
            **self._who(user, team),
            "trigger_id": self.fake.new_trigger(),
            "view": {**view, "hash": "1", "app_id": APP_ID, "state": {"values": values}},
            "response_urls": [],
        }
        return Told("interactive", "view_submission", told)

    def shortcut(self, user: str, channel: str, message: Fields, callback: str, *, team: str = TEAM) -> Told:
        """Somebody chooses one of the app's entries in the menu of a message."""
        number = next(self._count)
        told = {
            "type": "message_action",
            **self._who(user, team),
            "callback_id": callback,
            "channel": {"id": channel, "name": channel.lower()},
            "message": message,
            "message_ts": message["ts"],
            "response_url": f"{self.url}/respond/{number}",
            "trigger_id": self.fake.new_trigger(),
            "action_ts": self.fake.new_ts(),
        }
        return Told("interactive", "message_action", told)

    def uninstalled(self, team: str = TEAM) -> Told:
        return self.event("app_uninstalled", {"type": "app_uninstalled"}, team=team)

    def revoked(self, team: str = TEAM) -> Told:
        tokens = {"oauth": [], "bot": [f"U{team}BOT"]}
        return self.event("tokens_revoked", {"type": "tokens_revoked", "tokens": tokens}, team=team)

    def event(self, kind: str, event: Mapping[str, Any], *, team: str = TEAM, name: str = "") -> Told:
        number = next(self._count)
        told = {
            "token": "legacy",
            "team_id": team,
            "api_app_id": APP_ID,
            "event": dict(event),
            "type": "event_callback",
            "event_id": f"Ev{number}",
            "event_time": int(self.fake.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team,
                    "user_id": f"U{team}BOT",
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
        return Told("events_api", name or kind, told)

    def _who(self, user: str, team: str) -> Fields:
        return {
            "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": team},
            "team": {"id": team, "domain": "reading"},
            "api_app_id": APP_ID,
            "token": "legacy",
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _action(self, action: Fields) -> Fields:
        return {"block_id": "b", "action_ts": self.fake.new_ts(), **action}
