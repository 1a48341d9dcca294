"""Which papers a message of ours shows, told from its own buttons."""

from collections.abc import Iterable, Iterator

import discord

from adapters.chat.papers import LIKE, REACTIONS
from adapters.discord.custom_ids import Press, read_custom_id

_LIKES = f"{REACTIONS[LIKE]} "


def papers_shown(message: discord.Message) -> list[str]:
    """The names of the papers on its cards."""
    presses = presses_of(message.components)
    liked = [press.argument for press in presses if press.kind == "do" and press.argument.startswith(_LIKES)]
    return [argument.removeprefix(_LIKES) for argument in liked]


def single_paper(message: discord.Message) -> str:
    """The paper of a message that is about one paper; empty for lists and everything else."""
    shown = papers_shown(message)
    is_list = any(press.kind == "pick" for press in presses_of(message.components))
    return shown[0] if len(shown) == 1 and not is_list else ""


def presses_of(components: Iterable[object]) -> Iterator[Press]:
    """What the controls of a message mean, however deep they stand."""
    for component in components:
        press = read_custom_id(getattr(component, "custom_id", None) or "")
        if press is not None:
            yield press
        yield from presses_of(getattr(component, "children", ()))
