"""Which papers a message of ours shows, told from its own buttons."""

from collections.abc import Iterator

_LIKE = "like "


def papers_shown(blocks: object) -> list[str]:
    """The names of the papers on its cards, in order."""
    named = [value.removeprefix(_LIKE) for value in values_in(blocks) if value.startswith(_LIKE)]
    return list(dict.fromkeys(named))


def single_paper(blocks: object) -> str:
    """The paper of a message that is about one paper; empty for lists and everything else."""
    shown = papers_shown(blocks)
    return shown[0] if len(shown) == 1 else ""


def values_in(node: object) -> Iterator[str]:
    """What the controls of a message carry, however deep they stand."""
    if isinstance(node, list | tuple):
        for each in node:
            yield from values_in(each)
    elif isinstance(node, dict):
        if isinstance(node.get("value"), str):
            yield node["value"]
        for key in ("elements", "positive_button", "negative_button", "accessory", "blocks"):
            yield from values_in(node.get(key))
