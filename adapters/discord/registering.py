"""Registering the application commands: only when they are others than Discord was told last."""

import hashlib
import json

import discord
import structlog
from discord import app_commands

from adapters.chat.inside import Memory

log = structlog.get_logger()


async def register(tree: app_commands.CommandTree[discord.Client], application_id: int, memory: Memory) -> bool:
    """Register the commands of the tree for all servers and conversations; False if Discord has them already."""
    key, now = f"discord commands {application_id}", await content_hash(tree)
    if await memory.get(key) == now:
        return False
    registered = await tree.sync()
    await memory.put(key, now)
    log.info("discord commands registered", commands=len(registered))
    return True


async def content_hash(tree: app_commands.CommandTree[discord.Client]) -> str:
    """Of everything that people see of the commands, whatever order they were added in."""
    payloads = [
        await command.get_translated_payload(tree, tree.translator) if tree.translator else command.to_dict(tree)
        for command in tree.get_commands()
    ]
    texts = sorted(json.dumps(payload, sort_keys=True) for payload in payloads)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
