"""Sleep that a stop ends."""

import asyncio
from contextlib import suppress


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Sleep, unless the stop comes first."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
