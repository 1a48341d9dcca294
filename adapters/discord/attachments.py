"""Pictures and files of a message, attached to it and shown in it."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import discord

from adapters.chat.wording import cut
from bot.domain.chat import Block, File, Image
from bot.domain.plain_text import clean_line

MOST_FILES = 10
_DESCRIPTION = 256

Shown = discord.ui.MediaGallery[discord.ui.LayoutView] | discord.ui.File[discord.ui.LayoutView]


@dataclass(frozen=True, slots=True)
class Attached:
    """`items` show what `files` carry."""

    files: tuple[discord.File, ...]
    items: tuple[Shown, ...]


def attach_all(blocks: Sequence[Block]) -> Attached:
    files: list[discord.File] = []
    items: list[Shown] = []
    for block in [block for block in blocks if isinstance(block, Image | File)][:MOST_FILES]:
        name = _file_name(block.name, len(files))
        if isinstance(block, Image):
            description = cut(clean_line(block.alt), _DESCRIPTION) or None
            files.append(discord.File(io.BytesIO(block.png), name, description=description))
            picture = discord.MediaGalleryItem(f"attachment://{name}", description=description)
            items.append(discord.ui.MediaGallery(picture))
        else:
            files.append(discord.File(io.BytesIO(block.content.encode("utf-8", "replace")), name))
            items.append(discord.ui.File(f"attachment://{name}"))
    return Attached(tuple(files), tuple(items))


def _file_name(name: str, number: int) -> str:
    """A name that Discord keeps as it is (it changes others, and then nothing points to the file any more)."""
    kept = re.sub(r"[^A-Za-z0-9_.-]+", "-", name)[-80:].strip(".-") or "file"
    return f"{number}-{kept}" if number else kept
