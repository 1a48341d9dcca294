"""What time it is at the other end of a connection."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx


async def http_date(url: str, user_agent: str, timeout_s: float) -> datetime | None:
    """The moment in the Date header of the host of `url`, None where it cannot be reached or says none."""
    address = httpx.URL(url).copy_with(path="/", query=None)
    try:
        async with httpx.AsyncClient(timeout=timeout_s, headers={"User-Agent": user_agent}) as client:
            said = (await client.head(address)).headers.get("date", "")
        return parsedate_to_datetime(said).astimezone(UTC)
    except (httpx.HTTPError, ValueError):
        return None
