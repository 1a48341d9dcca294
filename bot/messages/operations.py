"""What the operator's commands print."""

from collections.abc import Mapping
from datetime import date

from bot.domain.chat import Json
from bot.domain.ledger_state import LedgerState
from bot.messages.wording import plural


def ledger_data(state: LedgerState) -> dict[str, Json]:
    """The ledger for machines."""
    return {
        "subscriptions": state.active,
        "disabled": state.disabled,
        "deliveries": {each.value: count for each, count in sorted(state.deliveries.items())},
        "oldest_open": state.oldest_open.isoformat() if state.oldest_open else None,
        "last_sent_at": state.last_sent_at.isoformat() if state.last_sent_at else None,
    }


def plain(value: Json) -> str:
    """A value of the data on one line."""
    if value is None:
        return "-"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {plain(each)}" for name, each in value.items()) or "-"
    if isinstance(value, list):
        return ", ".join(map(plain, value))
    return str(value)


def pruned(deliveries: int, versions: int, before: date, *, dry_run: bool) -> str:
    ended = "1 delivery" if deliveries == 1 else f"{deliveries:,} deliveries"
    what = f"{ended} and {plural(versions, 'replaced text')} from before {before.isoformat()}"
    return f"{what} {'would go' if dry_run else 'are gone'}."
