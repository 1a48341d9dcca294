"""Long answers in words: one page at a time, with buttons that turn to the others."""

from collections.abc import Sequence

from adapters.discord.controls import turning_row
from adapters.discord.custom_ids import custom_id, fits
from adapters.discord.payload import Payload


def at_page(payloads: Sequence[Payload], at: int, command: str) -> Payload:
    """The page of an answer to `command`, the nearest there is; without buttons where the command is too long."""
    at = min(max(at, 0), len(payloads) - 1)
    payload = payloads[at]
    if fits("text", f"{len(payloads)}/{command}"):
        row = turning_row(at, len(payloads), lambda place: custom_id("text", f"{place}/{command}"))
        payload.view.add_item(row)
    return payload
