"""One message as Discord takes it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import discord


@dataclass(frozen=True, slots=True)
class Payload:
    """Either a Components V2 layout, or `content` with `embeds` and a classic view; with files to attach."""

    view: discord.ui.LayoutView | discord.ui.View | None = None
    content: str = ""
    embeds: Sequence[discord.Embed] = ()
    files: Sequence[discord.File] = field(default=())
