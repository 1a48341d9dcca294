"""One message as Discord takes it."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord


@dataclass(frozen=True, slots=True)
class Payload:
    """A Components V2 layout, and the files that it refers to."""

    view: discord.ui.LayoutView
    files: Sequence[discord.File] = ()
