"""What somebody said of a paper, written below its buttons where nobody else sees the message."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.blocks import MOST_BLOCKS, Block, small
from adapters.slack.payload import Payload
from adapters.slack.showing import values_in

_BEGINS = "state"
_SAID = {"like": "liked", "dislike": "disliked", "save": "saved", "hide": "not for you", "known": "known"}


def with_state(message: Mapping[str, Any], paper: str, data: object, stamp: str) -> Payload | None:
    """The message with a line on what holds of the paper, as the answer's `data` says; None for other answers, and
    where there is no room. `stamp` tells this line from the one before it, as Slack asks for."""
    active = data.get("active") if isinstance(data, Mapping) else None
    blocks = message.get("blocks") or []
    row = next((at for at, block in enumerate(blocks) if f"save {paper}" in values_in(block)), None)
    if not isinstance(active, list) or row is None or len(blocks) >= MOST_BLOCKS:
        return None
    line: Block = {**small(_words([str(each) for each in active])), "block_id": f"{_BEGINS}:{stamp}"}
    after = blocks[row + 1 :]
    if after and str(after[0].get("block_id", "")).startswith(f"{_BEGINS}:"):
        after = after[1:]
    kept = [[_without_id(block) for block in part] for part in (blocks[: row + 1], after)]
    return Payload(str(message.get("text") or "…"), [*kept[0], line, *kept[1]])


def _words(active: list[str]) -> str:
    said = ", ".join(_SAID.get(each, each) for each in active)
    return f"{said[:1].upper()}{said[1:]} · press again to take it back" if said else "Taken back"


def _without_id(block: Mapping[str, Any]) -> Block:
    """Slack gives blocks without a name of ours one of its own, and wants another for what is written anew."""
    own = str(block.get("block_id", "")).startswith(f"{_BEGINS}:")
    return {key: value for key, value in block.items() if key != "block_id" or own}
