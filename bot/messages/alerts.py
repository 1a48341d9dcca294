"""What the operator's channel is told."""

from bot.domain.alert import Alert, AlertKind
from bot.domain.chat import Json, Message, Text

_TITLES = {
    AlertKind.FEED: "No papers come in",
    AlertKind.DELIVERIES: "No digests go out",
}
_OVER = {
    AlertKind.FEED: "Papers come in again.",
    AlertKind.DELIVERIES: "Digests go out again.",
}
_ADVICE = {
    AlertKind.FEED: "`paperboy admin doctor` looks for the cause; `docs/operations.md` says what each one means.",
    AlertKind.DELIVERIES: "See that a process with the platform's token runs; `paperboy admin doctor` looks further.",
}


def alert_message(alert: Alert) -> Message:
    data: Json = {
        "alert": alert.kind.value,
        "since": alert.since.isoformat(),
        "detail": alert.detail,
        "cleared": alert.cleared,
    }
    if alert.cleared:
        return Message((Text(_OVER[alert.kind]),), data)
    since = f"{alert.since:%Y-%m-%d %H:%M} UTC"
    what = {
        AlertKind.FEED: f"arXiv was last read at {since}, and it has been time for long.",
        AlertKind.DELIVERIES: f"Digests were due, and none was brought since {since}.",
    }[alert.kind]
    blocks = [Text(_TITLES[alert.kind], "heading"), Text(what)]
    if alert.detail:
        blocks.append(Text(alert.detail))
    blocks.append(Text(_ADVICE[alert.kind], "note"))
    return Message(tuple(blocks), data)
