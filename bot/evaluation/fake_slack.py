"""Slack's side of the Web API, as far as Paperboy uses it: what it takes, refuses, remembers and forgets.

Tokens are strict: each belongs to one workspace, sees nothing of another, and needs the scope of every method. A second
message is never told from the first. History leaves metadata out unless it is asked for, threads' messages in any case,
and comes in pages. Payloads are held against Slack's models and limits (bot.evaluation.slack_validity).
"""

import itertools
import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.manifest import SCOPES
from bot.evaluation.fake_platform import FakePlatform, Faults, Kept
from bot.evaluation.fake_reply import Fields, Reply
from bot.evaluation.payload_texts import papers_in, strings_in
from bot.evaluation.slack_validity import METADATA_CHARS, TEXT_CHARS, message_faults, view_faults

TEAM = "T1"
TOKEN = "xoxb-a-token-of-the-fake-for-T1"
APP_TOKEN = "xapp-a-token-of-the-fake"
SIGNING_SECRET = "a-signing-secret-of-the-fake"
CLIENT_ID = "1.2"
CLIENT_SECRET = "a-client-secret-of-the-fake"
APP_ID = "A1"

TRIGGER_S = 3.0
"""How long what somebody does lets an app open a form; once."""

METHOD_SCOPES: Mapping[str, str] = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.unfurl": "links:write",
    "conversations.open": "im:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "users.info": "users:read",
    "reactions.get": "reactions:read",
}
KIND_SCOPES: Mapping[str, str] = {
    "conversations.history": "history",
    "conversations.replies": "history",
    "conversations.info": "read",
}
"""Methods whose scope is that of the kind of channel they are asked about."""

KINDS = {"C": "channels", "G": "groups", "D": "im"}


def refusal(error: str, **more: object) -> Reply:
    return Reply(body={"ok": False, "error": error, **more})


def accepted(**fields: object) -> Reply:
    return Reply(body={"ok": True, **fields})


@dataclass(slots=True)
class Workspace:
    """A workspace in which the app is installed. `zones` are people's time zones, where they are not UTC."""

    team: str = TEAM
    token: str = TOKEN
    scopes: frozenset[str] = frozenset(SCOPES)
    name: str = "Reading group"
    zones: dict[str, str] = field(default_factory=dict)
    guests: set[str] = field(default_factory=set)
    others: dict[str, str] = field(default_factory=dict)
    """People of other workspaces who are in its channels (Slack Connect), and their own workspaces."""
    refused: str = ""
    """What Slack says of the token instead of taking it: account_inactive, token_revoked."""
    organisation: str = ""
    """The Enterprise Grid organisation that installed the app for all its workspaces, if one did."""

    @property
    def bot_user(self) -> str:
        return f"U{self.team}BOT"

    @property
    def bot_id(self) -> str:
        return f"B{self.team}"


@dataclass(slots=True)
class FakeSlack:
    """`now` gives seconds. A channel's name says what it is: C a public one, G a private one, D a conversation.

    `known` are the channels that there are, None for any; `outside` those that Paperboy is not in, `archived` and
    `closed` (people who are gone) as they say; `threadless` channels have no threads, and `locked` are messages whose
    threads take no more replies. Without `feedback` Slack knows no feedback_buttons. `page` is the most
    messages that a page of history holds, `pages` how many are given before Slack asks to wait, None for any number.
    `script` answers the next requests of a method itself. `hasty` are methods that were asked again before the time was
    up that such an answer said to wait.
    """

    now: Callable[[], float]
    faults: Faults = field(default_factory=Faults)
    seed: int = 0
    keep: Callable[[Kept], None] = lambda kept: None
    app_token: str = APP_TOKEN
    socket_mode: bool = True
    signing_secret: str = SIGNING_SECRET
    known: set[str] | None = None
    outside: set[str] = field(default_factory=set)
    archived: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    threadless: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)
    feedback: bool = True
    page: int = 1_000
    pages: int | None = None
    script: dict[str, deque[Reply]] = field(default_factory=lambda: defaultdict(deque))
    workspaces: list[Workspace] = field(default_factory=lambda: [Workspace()])
    codes: dict[str, Workspace] = field(default_factory=dict)
    """OAuth codes that may be changed for a workspace's token, once."""
    hasty: list[str] = field(default_factory=list)
    requests: list[tuple[str, Fields]] = field(default_factory=list)
    faulty: list[tuple[str, list[str]]] = field(default_factory=list)
    """Payloads that Slack would refuse: method, and what is wrong with them."""
    whispers: list[Fields] = field(default_factory=list)
    """Ephemeral messages: what one person saw."""
    opened: list[Fields] = field(default_factory=list)
    """Modals, in the order in which they were opened or changed."""
    triggers: dict[str, float | None] = field(default_factory=dict)
    """When each was given out; None for one that opened a form already."""
    homes: dict[tuple[str, str], Fields] = field(default_factory=dict)
    unfurled: list[Fields] = field(default_factory=list)
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    platform: FakePlatform = field(init=False)
    _closed_until: dict[str, float] = field(default_factory=dict, init=False)
    _channels: dict[tuple[str, str], list[Fields]] = field(default_factory=lambda: defaultdict(list), init=False)
    _count: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1), init=False)

    def __post_init__(self) -> None:
        self.platform = FakePlatform(
            "slack", self.now, self.faults, seed=self.seed, keep=self.keep, name=lambda number: self.new_ts()
        )

    def new_ts(self) -> str:
        """A timestamp of this moment that no other message has."""
        return f"{int(self.now())}.{next(self._count) % 1_000_000:06}"

    def new_trigger(self) -> str:
        """The leave to open a form that goes with what somebody does."""
        made = f"trigger-{next(self._count)}"
        self.triggers[made] = self.now()
        return made

    def workspace(self, team: str = TEAM) -> Workspace:
        return next(one for one in self.workspaces if one.team == team)

    def in_channel(self, channel: str, team: str = TEAM) -> list[Fields]:
        """What people see there, threads too, oldest first."""
        return list(self._channels[team, self._place(channel)])

    def shown_in(self, channel: str, team: str = TEAM) -> str:
        """Every text of it, and the words for its files; where there are blocks, `text` is only for notifications."""
        seen = [
            [
                each.get("blocks") or each["text"],
                each.get("attachments"),
                [file["title"] for file in each.get("files", ())],
            ]
            for each in self.in_channel(channel, team)
        ]
        return "\n".join(strings_in(seen))

    def files_in(self, channel: str, team: str = TEAM) -> str:
        """What is in the files that hang on it."""
        names = [file["id"] for message in self.in_channel(channel, team) for file in message.get("files", ())]
        return "\n".join(self.uploads[name][1].decode("utf-8", "replace") for name in names)

    def write(self, channel: str, user: str, text: str, team: str = TEAM, **more: object) -> Fields:
        """A message of a person's, as events tell it."""
        made: Fields = {"type": "message", "user": user, "text": text, "ts": self.new_ts(), "team": team, **more}
        self._channels[team, channel].append(made)
        return made

    def answer(self, method: str, body: Fields, token: str) -> Reply:
        """Answer a request of the Web API."""
        self.requests.append((method, body))
        if self.now() < self._closed_until.get(method, 0):
            self.hasty.append(method)
        if self.script[method]:
            reply = self.script[method].popleft()
            self._closed_until[method] = self.now() + float(reply.headers.get("Retry-After", 0))
            return reply
        if method == "apps.connections.open":
            return self._connection(token)
        if method == "oauth.v2.access":
            return self._install(body)
        workspace = next((one for one in self.workspaces if one.token == token), None)
        if workspace is None:
            return refusal("invalid_auth" if token else "not_authed")
        if workspace.refused:
            return refusal(workspace.refused)
        needed = _needed_scope(method, self._place(str(body.get("channel") or "")))
        if needed and needed not in workspace.scopes:
            return refusal("missing_scope", needed=needed, provided=",".join(sorted(workspace.scopes)))
        return self._asked(method, body, workspace)

    def _asked(self, method: str, body: Fields, workspace: Workspace) -> Reply:
        match method:
            case "auth.test":
                return accepted(
                    url="https://reading.slack.invalid/",
                    team=workspace.name,
                    team_id=workspace.team,
                    user="paperboy",
                    user_id=workspace.bot_user,
                    bot_id=workspace.bot_id,
                )
            case "chat.postMessage":
                return self._post(body, workspace)
            case "chat.postEphemeral":
                return self._whisper(body, workspace)
            case "chat.update" | "chat.delete":
                return self._change(method, body, workspace)
            case "chat.unfurl":
                self.unfurled.append(body)
                return self.checked(method, {"blocks": _unfurled_blocks(body)}) or accepted()
            case "conversations.history" | "conversations.replies":
                return self._history(method, body, workspace)
            case "reactions.get":
                return self._reacted(body, workspace)
            case "conversations.open":
                return self._conversation(str(body.get("users") or ""))
            case "conversations.info":
                return self._refused(body, workspace) or accepted(channel=self._channel_fields(str(body["channel"])))
            case "users.info":
                return self._person(str(body["user"]), workspace)
            case "views.open" | "views.update" | "views.publish" | "views.push":
                return self._view(method, body, workspace)
            case "files.getUploadURLExternal":
                name = f"F{next(self._count)}"
                self.uploads[name] = (str(body["filename"]), b"")
                return accepted(upload_url=f"upload:{name}", file_id=name)
            case "files.completeUploadExternal":
                return self._share(body, workspace)
        return refusal("unknown_method", method=method)

    def uninstall(self, team: str) -> None:
        """The app is removed: its token there is good for nothing any more."""
        self.workspaces = [one for one in self.workspaces if one.team != team]

    def _connection(self, token: str) -> Reply:
        if token != self.app_token:
            return refusal("invalid_auth" if token else "not_authed")
        return accepted(url="socket") if self.socket_mode else refusal("socket_mode_not_enabled")

    def _install(self, body: Fields) -> Reply:
        if (body.get("client_id"), body.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return refusal("bad_client_secret" if body.get("client_id") == CLIENT_ID else "invalid_client_id")
        workspace = self.codes.pop(str(body.get("code")), None)
        if workspace is None:
            return refusal("invalid_code")
        self.workspaces = [*(one for one in self.workspaces if one.team != workspace.team), workspace]
        return accepted(
            access_token=workspace.token,
            token_type="bot",
            scope=",".join(sorted(workspace.scopes)),
            bot_user_id=workspace.bot_user,
            app_id=APP_ID,
            team=None if workspace.organisation else {"id": workspace.team, "name": workspace.name},
            enterprise={"id": workspace.organisation, "name": workspace.name} if workspace.organisation else None,
            is_enterprise_install=bool(workspace.organisation),
            authed_user={"id": "UADMIN"},
        )

    def _post(self, body: Fields, workspace: Workspace) -> Reply:
        refused = self._refused(body, workspace) or self.checked("chat.postMessage", body)
        if refused is not None:
            return refused
        channel = self._place(str(body["channel"]))
        thread = str(body.get("thread_ts") or "")
        if thread and channel in self.threadless:
            return refusal("restricted_action_non_threadable_channel")
        if thread and not self._is_there(workspace.team, channel, thread):
            return refusal("thread_not_found")
        if thread in self.locked:
            return refusal("restricted_action_thread_locked")
        carried = ((body.get("metadata") or {}).get("event_payload") or {}).get("token") or ""
        before = len(self.platform.kept)
        answer = self.platform.post(channel, str(carried) or f"none-{next(self._count)}", papers_in(body), thread)
        if len(self.platform.kept) > before:
            made = _message(self.platform.kept[-1].message_id, body, workspace)
            self._channels[workspace.team, channel].append(made)
        return _of(
            answer.status,
            answer.retry_after_s,
            lambda: accepted(
                channel=channel, ts=answer.message_id, message=self._channels[workspace.team, channel][-1]
            ),
        )

    def _whisper(self, body: Fields, workspace: Workspace) -> Reply:
        refused = self._refused(body, workspace) or self.checked("chat.postEphemeral", body)
        if refused is not None:
            return refused
        self.whispers.append({**body, "team": workspace.team})
        return accepted(message_ts=self.new_ts())

    def _change(self, method: str, body: Fields, workspace: Workspace) -> Reply:
        kept = self._channels[workspace.team, self._place(str(body.get("channel")))]
        at = next((at for at, each in enumerate(kept) if each["ts"] == body.get("ts")), None)
        if at is None:
            return refusal("message_not_found")
        if kept[at].get("user") != workspace.bot_user:
            return refusal("cant_update_message" if method == "chat.update" else "cant_delete_message")
        if method == "chat.delete":
            del kept[at]
            return accepted()
        refused = self.checked(method, body)
        if refused is None:
            changed: Fields = {key: body[key] for key in ("text", "blocks", "metadata") if key in body}
            kept[at] = {**kept[at], **changed}
        return refused or accepted(channel=body["channel"], ts=body["ts"], message=kept[at])

    def _history(self, method: str, body: Fields, workspace: Workspace) -> Reply:
        channel = self._place(str(body["channel"]))
        if self.pages == 0:
            return _of(429, 60, accepted)
        if self.pages is not None:
            self.pages -= 1
        refused = self._refused(body, workspace, reading=True)
        trouble = self.platform.trouble(channel)
        if refused is not None or trouble is not None:
            return refused or _of(trouble.status if trouble else 0, trouble.retry_after_s if trouble else 0, accepted)
        thread = str(body.get("ts") or "") if method == "conversations.replies" else ""
        if thread and not self._is_there(workspace.team, channel, thread):
            return refusal("thread_not_found")
        oldest = float(body.get("oldest") or 0)
        kept = self._channels[workspace.team, channel]
        if thread:
            found = [each for each in kept if thread in (each["ts"], each.get("thread_ts"))]
        else:
            found = [each for each in reversed(kept) if each.get("thread_ts") in (None, each["ts"])]
        found = [each for each in found if float(each["ts"]) > oldest or each["ts"] == thread]
        start, limit = int(body.get("cursor") or 0), min(int(body.get("limit") or 100), self.page)
        page = found[start : start + limit]
        if str(body.get("include_all_metadata")) not in ("1", "True", "true"):
            page = [{key: value for key, value in each.items() if key != "metadata"} for each in page]
        more = start + limit < len(found)
        cursor = str(start + limit) if more else ""
        return accepted(messages=page, has_more=more, response_metadata={"next_cursor": cursor})

    def react(self, channel: str, ts: str, user: str, name: str, *, added: bool = True, team: str = TEAM) -> None:
        """Put an emoji under a message, if it is there, or take it away."""
        message = next((one for one in self._channels[team, channel] if one["ts"] == ts), None)
        if message is None:
            return
        kept = [one for one in message.get("reactions", ()) if one["name"] != name]
        users = {user for one in message.get("reactions", ()) if one["name"] == name for user in one["users"]}
        users = users | {user} if added else users - {user}
        message["reactions"] = kept + ([{"name": name, "users": sorted(users), "count": len(users)}] if users else [])

    def _reacted(self, body: Fields, workspace: Workspace) -> Reply:
        """A message with what was put under it; like any message without metadata, unless it is asked for."""
        channel = self._place(str(body.get("channel") or ""))
        refused = self._refused(body, workspace, reading=True)
        message = next((one for one in self._channels[workspace.team, channel] if one["ts"] == body["timestamp"]), None)
        if refused is not None or message is None:
            return refused or refusal("message_not_found")
        shown = {key: value for key, value in message.items() if key != "metadata"}
        return accepted(type="message", channel=channel, message=shown)

    def _conversation(self, user: str) -> Reply:
        if user in self.closed or not user.startswith("U"):
            return refusal("user_not_found")
        return accepted(channel={"id": self._place(user)})

    def _person(self, user: str, workspace: Workspace) -> Reply:
        if user in self.closed or not user.startswith("U"):
            return refusal("user_not_found")
        zone = workspace.zones.get(user, "UTC")
        told: Fields = {"id": user, "name": user.lower(), "tz": zone, "is_bot": False, "deleted": False}
        told["team_id"] = workspace.others.get(user, workspace.team)
        return accepted(user={**told, "is_restricted": user in workspace.guests})

    def _view(self, method: str, body: Fields, workspace: Workspace) -> Reply:
        view = dict(body.get("view") or {})
        faults = view_faults(view)
        if faults:
            self.faulty.append((method, faults))
            return refusal("invalid_arguments", response_metadata={"messages": faults})
        if method in ("views.open", "views.push"):
            refused = self._pulled(str(body.get("trigger_id") or ""))
            if refused is not None:
                return refused
        view = {"id": body.get("view_id") or f"V{next(self._count)}", "team_id": workspace.team, "state": {}, **view}
        if method == "views.publish":
            self.homes[workspace.team, str(body["user_id"])] = view
        else:
            self.opened.append(view)
        return accepted(view=view)

    def _pulled(self, trigger: str) -> Reply | None:
        """Why a trigger opens nothing; from here on this one does not."""
        if trigger not in self.triggers:
            return refusal("invalid_trigger_id")
        given_at, self.triggers[trigger] = self.triggers[trigger], None
        if given_at is None:
            return refusal("exchanged_trigger_id")
        return refusal("expired_trigger_id") if self.now() - given_at > TRIGGER_S else None

    def _share(self, body: Fields, workspace: Workspace) -> Reply:
        files = json.loads(body["files"]) if isinstance(body["files"], str) else body["files"]
        if any(each["id"] not in self.uploads for each in files):
            return refusal("file_not_found")
        made = [
            {"id": each["id"], "title": each.get("title", ""), "name": self.uploads[each["id"]][0]} for each in files
        ]
        if body.get("channel_id"):
            refused = self._refused({"channel": body["channel_id"]}, workspace)
            if refused is not None:
                return refused
            message = _message(self.new_ts(), {"text": body.get("initial_comment") or ""}, workspace)
            message |= {"files": made, **({"thread_ts": body["thread_ts"]} if body.get("thread_ts") else {})}
            self._channels[workspace.team, self._place(str(body["channel_id"]))].append(message)
        return accepted(files=made)

    def _refused(self, body: Fields, workspace: Workspace, *, reading: bool = False) -> Reply | None:
        """Why nothing may be done in a channel."""
        channel = str(body.get("channel") or "")
        if channel[:1] not in ("C", "G", "D", "U") or channel.removeprefix("D").removeprefix("U") in self.closed:
            return refusal("channel_not_found")
        public = channel[0] in "CG"
        if channel in self.closed or (public and self.known is not None and channel not in self.known):
            return refusal("channel_not_found")
        if channel in self.outside:
            return refusal("channel_not_found" if channel[0] == "G" else "not_in_channel")
        return refusal("is_archived") if channel in self.archived and not reading else None

    def checked(self, method: str, body: Fields) -> Reply | None:
        """Why the content of a message is not taken."""
        faults = message_faults(body)
        if faults:
            self.faulty.append((method, faults))
            return refusal("invalid_blocks", response_metadata={"messages": faults})
        if not self.feedback and any(each["type"] == "context_actions" for each in body.get("blocks") or ()):
            return refusal("invalid_blocks", response_metadata={"messages": ["unsupported type: context_actions"]})
        if len(str(body.get("text") or "")) > TEXT_CHARS:
            return refusal("msg_too_long")
        if len(json.dumps(body.get("metadata") or {})) > METADATA_CHARS:
            return refusal("metadata_too_large")
        is_message = method in ("chat.postMessage", "chat.postEphemeral")
        return refusal("no_text") if is_message and not (body.get("text") or body.get("blocks")) else None

    def _is_there(self, team: str, channel: str, ts: str) -> bool:
        return any(each["ts"] == ts for each in self._channels[team, channel])

    def _place(self, channel: str) -> str:
        """A conversation with a person is a channel of its own."""
        return f"D{channel[1:]}" if channel.startswith("U") else channel

    def _channel_fields(self, channel: str) -> Fields:
        return {
            "id": channel,
            "name": channel.lower(),
            "is_im": channel.startswith("D"),
            "is_private": channel.startswith("G"),
            "is_member": channel not in self.outside,
            "is_archived": channel in self.archived,
        }


def _needed_scope(method: str, channel: str) -> str:
    if method in KIND_SCOPES:
        return f"{KINDS.get(channel[:1], 'channels')}:{KIND_SCOPES[method]}"
    return METHOD_SCOPES.get(method, "")


def _message(ts: str, body: Fields, workspace: Workspace) -> Fields:
    """A message of Paperboy's as Slack tells it."""
    kept = {key: body[key] for key in ("blocks", "metadata", "attachments", "thread_ts") if body.get(key)}
    return {
        "type": "message",
        "user": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "app_id": APP_ID,
        "team": workspace.team,
        "ts": ts,
        "text": body.get("text") or "",
        **kept,
    }


def _unfurled_blocks(body: Fields) -> Sequence[Fields]:
    unfurls: Any = body.get("unfurls") or {}
    unfurls = json.loads(unfurls) if isinstance(unfurls, str) else unfurls
    return [block for one in unfurls.values() for block in one.get("blocks", ())]


def _of(status: int, retry_after_s: float, done: Callable[[], Reply]) -> Reply:
    match status:
        case 200:
            return done()
        case 404:
            return refusal("channel_not_found")
        case 429:
            # Whole seconds, as Slack says them.
            return Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(max(1, round(retry_after_s)))})
        case 500:
            return Reply(500, {"ok": False, "error": "internal_error"})
        case 503:
            return Reply(503, {"ok": False, "error": "service_unavailable"})
    return Reply(status)
