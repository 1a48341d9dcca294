"""What Discord's refusals mean, in words for the person or the operator who can do something about it."""

import aiohttp
import discord

from bot.ports import DeliveryError, SurfaceError

NOT_KNOWN = (
    "PAPERBOY_DISCORD_TOKEN: Discord does not know this token; in the developer portal (discord.com/developers/"
    "applications) open your application, choose Bot, press Reset Token, and set what it shows"
)
INTENTS_REFUSED = (
    "Discord does not let Paperboy read messages: in the developer portal (discord.com/developers/applications) open "
    "your application, choose Bot, switch on Message Content Intent; or set PAPERBOY_DISCORD_LINK_CARDS=false"
)
SHARDS_NEEDED = "PAPERBOY_DISCORD_SHARDS: Discord wants more connections for so many servers; set it to auto"

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
MISSING_ACCESS = 50001
CANNOT_MESSAGE_USER = 50007
MISSING_PERMISSIONS = 50013
WRONG_CHANNEL_TYPE = 50024
NO_MUTUAL_SERVER = 50278
THREAD_EXISTS = 160004

LASTING = {
    UNKNOWN_CHANNEL: "The channel is not there any more.",
    UNKNOWN_USER: "Discord does not know this account any more.",
    MISSING_ACCESS: "I cannot see that channel: give Paperboy View Channel there, or invite it again.",
    MISSING_PERMISSIONS: (
        "I may not write there: give Paperboy Send Messages, Create Public Threads and Send Messages in Threads in "
        "that channel."
    ),
    CANNOT_MESSAGE_USER: (
        "Discord does not let me write to you: allow direct messages from a server that we share (its name, Privacy "
        "Settings, Direct Messages), or add Paperboy to your own apps."
    ),
    NO_MUTUAL_SERVER: (
        "Discord does not let me write to you, since we share no server: join one where Paperboy is, or add it to "
        "your own apps."
    ),
}

_CONNECTION_REFUSED = {
    4004: NOT_KNOWN,
    4011: SHARDS_NEEDED,
    4014: INTENTS_REFUSED,
}
"""Gateway close codes after which connecting again is no use."""


def delivery_error(error: Exception, *, asked: bool = True) -> DeliveryError:
    """What an error of a request means for the delivery that it was made for.

    An error of Discord's own, or a connection that broke, leaves open whether a message was taken, if one was `asked`
    for already.
    """
    match error:
        case discord.LoginFailure():
            return DeliveryError(NOT_KNOWN)
        case discord.RateLimited():
            return DeliveryError("Discord asks to wait", retry_after_s=error.retry_after)
        case discord.HTTPException() if error.status == 429:
            return DeliveryError("Discord asks to wait", retry_after_s=_retry_after(error))
        case discord.HTTPException() if error.status == 401:
            return DeliveryError(NOT_KNOWN)
        case discord.HTTPException() if error.code in LASTING:
            return DeliveryError(LASTING[error.code], permanent=True)
        case discord.HTTPException() if error.status < 500:
            return DeliveryError(f"Discord refused the message (status {error.status}, code {error.code})")
        case discord.HTTPException():
            return DeliveryError(f"Discord has trouble of its own (status {error.status})", unknown=asked)
        case aiohttp.ClientConnectorError():
            return DeliveryError("Discord cannot be reached")
        case ValueError() | TypeError() | KeyError():
            return DeliveryError("Discord's answer cannot be read", unknown=asked)
        case _:
            return DeliveryError("the connection to Discord broke", unknown=asked)


def surface_error(error: Exception) -> SurfaceError | None:
    """Why Discord does not let us in at all, where somebody has to change something; None where it may do later."""
    match error:
        case discord.LoginFailure():
            return SurfaceError(NOT_KNOWN)
        case discord.PrivilegedIntentsRequired():
            return SurfaceError(INTENTS_REFUSED)
        case discord.ConnectionClosed() if error.code in _CONNECTION_REFUSED:
            return SurfaceError(_CONNECTION_REFUSED[error.code])
    return None


def _retry_after(error: discord.HTTPException) -> float | None:
    """Seconds, where the answer says so."""
    try:
        return float(error.response.headers.get("Retry-After", ""))
    except ValueError:
        return None
