"""What Slack's refusals mean, in words for the person or the operator who can do something about it."""

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.ports import DeliveryError, SurfaceError

UNKNOWN_BOT_LOGIN = (
    "PAPERBOY_SLACK_BOT_TOKEN: Slack does not know this token; at api.slack.com/apps open your app, choose Install "
    "App, install it once more, and set the Bot User OAuth Token"
)
UNKNOWN_APP_LOGIN = (
    "PAPERBOY_SLACK_APP_TOKEN: Slack does not know this token; at api.slack.com/apps open your app, choose Basic "
    "Information, and make an App-Level Token with the scope connections:write"
)
SOCKET_MODE_OFF = (
    "PAPERBOY_SLACK_APP_TOKEN: Socket Mode is off for this app; at api.slack.com/apps open your app, choose Socket "
    "Mode, and switch it on"
)
SCOPE_MISSING = (
    "Slack says that the app lacks the scope {}: put the manifest of docs/slack.md into the app, and install it once "
    "more"
)

NO_SUCH_LOGIN = frozenset({"invalid_auth", "not_authed", "token_expired", "not_allowed_token_type", "no_permission"})
LOGIN_IS_GONE = frozenset({"account_inactive", "token_revoked", "team_access_not_granted"})
OWN_TROUBLE = frozenset(
    {"fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
TOO_OFTEN = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
NO_SUCH_THREAD = frozenset({"thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts"})

WRONG_KEY = (
    "PAPERBOY_SECRET_KEY is another one than that with which Slack's tokens were kept: set the old one again, or let "
    "the workspaces install Paperboy once more"
)

NOT_IN_CHANNEL = "I am not in that channel: write /invite @Paperboy there."
NOT_FOR_APPS = "The workspace does not let me write there: ask its admins."
GONE = "Paperboy was removed from this workspace, or its token revoked: install it once more."
LASTING = {
    "not_in_channel": NOT_IN_CHANNEL,
    "channel_not_found": (
        "The channel is not there any more, or it is private and I am not in it: then write /invite @Paperboy there."
    ),
    "is_archived": "The channel is archived: bring the digest to another one, or take it out of the archive.",
    "user_not_found": "Slack does not know this account any more.",
    "user_disabled": "This account of Slack's is switched off.",
    "cannot_dm_bot": "This account of Slack's is a bot, which takes no messages.",
    "messages_tab_disabled": (
        "Slack does not let me write to people: at api.slack.com/apps, under App Home, switch on the Messages Tab."
    ),
    **dict.fromkeys(
        ("restricted_action", "access_denied", "app_access_restricted", "enterprise_is_restricted"), NOT_FOR_APPS
    ),
    "restricted_action_read_only_channel": "Nobody but admins may write in that channel: bring the digest to another.",
    "restricted_action_thread_only_channel": (
        "That channel takes nothing but replies, and a digest begins with a message: bring the digest to another."
    ),
    "restricted_action_non_threadable_channel": (
        "That channel has no threads, into which the papers go: bring the digest to another."
    ),
    "ekm_access_denied": "The workspace's admins have closed this channel to apps.",
    **dict.fromkeys(LOGIN_IS_GONE, GONE),
}

THREAD_LOCKED = "Admins locked the thread that the papers go into: ask them to open it. The next digest has its own."

TROUBLE = (SlackApiError, aiohttp.ClientError, OSError, ValueError, TypeError, KeyError)
"""What a request to Slack may end with; the last three where its answer cannot be read. (No answer in time is an
OSError.)"""


def code_of(error: SlackApiError) -> str:
    """What Slack calls it; empty where its answer does not say."""
    read = getattr(error.response, "get", None)
    return str(read("error", "") or "") if read else ""


def delivery_error(error: Exception, *, asked: bool = True) -> DeliveryError:
    """What an error of a request means for the delivery that it was made for.

    An error of Slack's own, or a connection that broke, leaves open whether a message was taken, if one was `asked` for
    already.
    """
    match error:
        case SlackApiError():
            return _refused(error, asked)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return DeliveryError("Slack cannot be reached")
        case ValueError() | TypeError() | KeyError():
            return DeliveryError("Slack's answer cannot be read", unknown=asked)
        case _:
            return DeliveryError("the connection to Slack broke", unknown=asked)


def surface_error(error: Exception, not_known: str) -> SurfaceError | None:
    """Why Slack does not let us in at all, where somebody has to change something; None where it may do later.

    `not_known` says what to do about a token that Slack does not know.
    """
    if not isinstance(error, SlackApiError):
        return None
    code = code_of(error)
    if code in NO_SUCH_LOGIN | LOGIN_IS_GONE:
        return SurfaceError(not_known)
    if code == "missing_scope":
        return SurfaceError(SCOPE_MISSING.format(_needed(error)))
    return SurfaceError(SOCKET_MODE_OFF) if code == "socket_mode_not_enabled" else None


def _refused(error: SlackApiError, asked: bool) -> DeliveryError:
    code, status = code_of(error), _status(error)
    if status == 429 or code in TOO_OFTEN:
        return DeliveryError("Slack asks to wait", retry_after_s=_retry_after(error))
    if code in LASTING:
        return DeliveryError(LASTING[code], permanent=True)
    if code == "restricted_action_thread_locked":
        return DeliveryError(THREAD_LOCKED)
    if code in NO_SUCH_LOGIN:
        return DeliveryError(UNKNOWN_BOT_LOGIN)
    if code == "missing_scope":
        return DeliveryError(SCOPE_MISSING.format(_needed(error)))
    if status >= 500 or code in OWN_TROUBLE:
        return DeliveryError(f"Slack has trouble of its own (status {status}, {code or 'no reason'})", unknown=asked)
    if not code:
        return DeliveryError("Slack's answer cannot be read", unknown=asked)
    return DeliveryError(f"Slack refused the message ({code})")


def _status(error: SlackApiError) -> int:
    """The SDK gives its own answer or, where that was no JSON, that of aiohttp."""
    response: Any = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)


def _needed(error: SlackApiError) -> str:
    return str(error.response.get("needed") or "that is needed")


def _retry_after(error: SlackApiError) -> float | None:
    """Seconds, where the answer says so."""
    headers: Any = getattr(error.response, "headers", {})
    try:
        return float(headers.get("Retry-After", ""))
    except ValueError:
        return None
