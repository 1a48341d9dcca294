"""Before the connection is closed, what people wait for is answered."""

import asyncio

ANSWERING = ("discord.py: on_", "CommandTree-invoker", "discord-ui-")
"""How discord.py names the tasks in which it lets people be answered."""

LONGEST_S = 1.0


async def finish_answers() -> None:
    """Give the answers that are under way a moment to end."""
    tasks = [task for task in asyncio.all_tasks() if task.get_name().startswith(ANSWERING)]
    if tasks:
        await asyncio.wait(tasks, timeout=LONGEST_S)
