"""Files that come with a command."""

import discord

MAX_FILE_BYTES = 20 * 1024 * 1024


class FileRefusedError(Exception):
    """A file cannot be taken; the text says why."""


async def read_attachment(attachment: discord.Attachment) -> bytes:
    """Its content. Raises FileRefusedError."""
    if attachment.size > MAX_FILE_BYTES:
        raise FileRefusedError("This file is larger than 20 MiB; split it or send the part that counts.")
    try:
        return await attachment.read()
    except discord.HTTPException:
        raise FileRefusedError("Discord does not give me this file; send it once more.") from None
