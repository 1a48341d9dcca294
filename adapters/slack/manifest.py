"""What the app asks of Slack, as its manifest says it (docs/slack.md): no scope more than what is done needs."""

from collections.abc import Mapping
from typing import Any

from adapters.chat.papers import MENUS
from adapters.slack.http import EVENTS as EVENTS_PATH
from adapters.slack.wording import SLASH

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "hear who says @Paperboy in a channel",
    "channels:history": "find its own messages again where Slack did not answer, in public channels",
    "channels:read": "see whether it is in a channel that wants a digest",
    "chat:write": "answer, and bring digests",
    "commands": "the slash command, and the entries in the menu of a message",
    "files:read": "read a library that somebody sends it",
    "files:write": "send BibTeX, exports and the picture of a profile",
    "groups:history": "the same as channels:history, in private channels that it was invited to",
    "groups:read": "the same as channels:read, for private channels that it was invited to",
    "im:history": "read what somebody writes to it alone",
    "im:write": "open a conversation with somebody",
    "links:read": "hear of links to papers",
    "links:write": "unfold them into cards",
    "reactions:read": "take a reaction to one of its papers for feedback",
    "users:read": "know the time zone of who asks for a digest, and who is a guest",
}
"""Scope -> what Paperboy does with it."""

BOT_EVENTS = (
    "app_home_opened",
    "app_mention",
    "link_shared",
    "message.im",
    "reaction_added",
    "reaction_removed",
)

CHANNEL_EVENTS = ("message.channels", "message.groups")
"""Besides, where PAPERBOY_SLACK_LINK_CARDS lets it read what is posted."""

UNINSTALL_EVENTS = ("app_uninstalled", "tokens_revoked")
"""Besides, where it is installed in many workspaces."""

UNFURL_DOMAINS = ("arxiv.org", "alphaxiv.org", "doi.org", "hf.co", "huggingface.co")

_MENUS = {"similar": "Papers like the one that this message names", "save": "Keep the paper that this message names"}
HINT = "recommend 5 state space models"


def manifest(address: str = "", redirect: str = "") -> dict[str, Any]:
    """The manifest of an app that opens a socket to Slack, or with `address` is called there (https://...). With
    `redirect` other workspaces may install it, and come back there."""
    url = {"url": f"{address}{EVENTS_PATH}"} if address else {}
    request_url = {"request_url": f"{address}{EVENTS_PATH}"} if address else {}
    events = sorted([*BOT_EVENTS, *(UNINSTALL_EVENTS if redirect else ())])
    return {
        "display_information": {
            "name": "Paperboy",
            "description": "Reads every new paper and brings you the few that are for you",
            "background_color": "#2f6f8f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Paperboy", "always_online": True},
            "shortcuts": [
                {"name": label, "type": "message", "callback_id": command, "description": _MENUS[command]}
                for label, command in MENUS.items()
            ],
            "slash_commands": [
                {
                    "command": SLASH,
                    **url,
                    "description": "Papers for you, and everything about them",
                    "usage_hint": HINT,
                    "should_escape": False,
                }
            ],
            "unfurl_domains": [*UNFURL_DOMAINS],
        },
        "oauth_config": {**({"redirect_urls": [redirect]} if redirect else {}), "scopes": {"bot": [*SCOPES]}},
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": events},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not address,
            "token_rotation_enabled": False,
        },
    }
