"""Asking Slack whether a message arrived: Paperboy's own messages of late are searched for its token."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import NO_SUCH_THREAD, TROUBLE, code_of, delivery_error
from adapters.slack.sending import PART, channel_of, workspace_of
from adapters.slack.workspaces import Workspace, Workspaces
from bot.domain.chat import Address, Receipt, is_direct
from bot.domain.latest import Latest
from bot.ports import LookUpUnsupportedError

ASKED_FOR = 200
"""Messages of a page. Slack gives an app that is sold outside its Marketplace 15, once a minute."""

MOST_WAITING = 1_000

SEARCHED = 2_000
"""Messages that are looked at in one place; where more were written since, nobody can tell."""


@dataclass(slots=True)
class Search:
    """How far one place has been searched: the page to ask for next, how many messages were looked at, and those with
    the token, by their number."""

    cursor: str = ""
    looked_at: int = 0
    seen: dict[int, str] = field(default_factory=dict)
    of: int = 1

    @property
    def is_whole(self) -> bool:
        return 0 in self.seen and self.of - 1 in self.seen

    @property
    def receipt(self) -> Receipt | None:
        """Of the first message, if the last one arrived."""
        last = self.seen.get(self.of - 1)
        return Receipt(self.seen.get(0, last)) if last else None


@dataclass(slots=True)
class Finder:
    """Looks messages up. A search that Slack makes wait goes on, when it is tried again, where it stood."""

    workspaces: Workspaces
    _waiting: Latest[tuple[Address, str, str], Search] = field(default_factory=lambda: Latest(MOST_WAITING))

    async def find(self, address: Address, token: str, since: datetime, thread: str) -> Receipt | None:
        """The receipt of the message with this token. Raises DeliveryError and LookUpUnsupportedError."""
        try:
            workspace = await workspace_of(self.workspaces, address)
            channel = await channel_of(workspace.client, address)
        except TROUBLE as error:
            raise delivery_error(error) from error
        for below in [thread, ""] if thread and not is_direct(address) else [""]:
            search = self._waiting.pop((address, token, below), Search())
            try:
                await _look_through(workspace, channel, token, since, below, search)
            except TROUBLE as error:
                trouble = delivery_error(error)
                if trouble.retry_after_s is not None:
                    self._waiting[address, token, below] = search
                raise trouble from error
            if search.receipt is not None:
                return search.receipt
        return None


async def _look_through(
    workspace: Workspace, channel: str, token: str, since: datetime, below: str, search: Search
) -> None:
    while not search.is_whole:
        page = await _page(workspace.client, channel, since, below, search.cursor)
        for message in page.get("messages") or ():
            carried = carried_by(message) if message.get("user") == workspace.bot_user else {}
            if carried.get("token") == token:
                search.of = int(carried["of"])
                search.seen[int(carried["number"])] = str(message["ts"])
        search.looked_at += len(page.get("messages") or ())
        search.cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not search.cursor:
            return
        if search.looked_at >= SEARCHED:
            raise LookUpUnsupportedError


async def _page(client: AsyncWebClient, channel: str, since: datetime, below: str, cursor: str) -> Mapping[str, Any]:
    asked: dict[str, Any] = {
        "channel": channel,
        "oldest": f"{since.timestamp():.6f}",
        "limit": ASKED_FOR,
        "include_all_metadata": True,
        **({"cursor": cursor} if cursor else {}),
    }
    if not below:
        return cast(Mapping[str, Any], (await client.conversations_history(**asked)).data)
    try:
        return cast(Mapping[str, Any], (await client.conversations_replies(ts=below, **asked)).data)
    except SlackApiError as error:
        if code_of(error) not in NO_SUCH_THREAD:
            raise
    return {}


def carried_by(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """What `sending` wrote into a message's metadata; empty for any other message."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") if metadata.get("event_type") == PART else None
    return payload if isinstance(payload, Mapping) else {}
