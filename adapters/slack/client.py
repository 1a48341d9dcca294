"""Clients of Slack's Web API."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

CONNECT_S = 10.0
ANSWER_S = 30.0
LONGEST_WAIT_S = 10


class ShortWaits(AsyncRateLimitErrorRetryHandler):
    """Asks once more after a wait that people have the patience for."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        told = next((value for name, value in response.headers.items() if name.lower() == "retry-after"), [""])
        return str(told[0]).isdigit() and int(told[0]) <= LONGEST_WAIT_S


class Web:
    """Clients over one pool of connections, which opens with the first of them and may be closed and opened again."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url
        self._session: aiohttp.ClientSession | None = None

    def client(self, token: str = "", *, patient: bool = False) -> AsyncWebClient:
        """A client that asks once; a patient one waits and asks again where Slack says that it was too often.

        The SDK's own handlers ask again after a broken connection, too: then a message may come twice.
        """
        again: list[AsyncRetryHandler] = [ShortWaits(max_retry_count=1)] if patient else []
        return AsyncWebClient(token=token or None, base_url=self._api_url, session=self._opened(), retry_handlers=again)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(total=ANSWER_S, sock_connect=CONNECT_S)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session


def told(answer: Any, *keys: str) -> str:
    """What an answer of Slack's says there. Raises KeyError where it does not."""
    found = answer.data
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    if not isinstance(found, str) or not found:
        raise KeyError(keys[-1])
    return found
