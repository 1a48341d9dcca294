"""`HttpFetcher`: one polite, bounded GET at a time, on httpx."""

import asyncio
import random
import ssl
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import httpx

from adapters.fetcher import rules
from adapters.fetcher.body import (
    ACCEPT_ENCODING,
    MAX_BODY_BYTES,
    BodyBrokenError,
    BodyEncodingError,
    BodyTooLargeError,
    read_body,
)
from adapters.fetcher.politeness import HostGroup, TooLongError
from bot.domain.listing import FeedRequest
from bot.ports import Clock, Fetched, FetchError, Validators

ARXIV_HOSTS = ("arxiv.org", "export.arxiv.org", "rss.arxiv.org", "oaipmh.arxiv.org")
MAX_ATTEMPTS = 3
MAX_REDIRECTS = 5
LONGEST_WAIT_S = 60.0
REQUEST_TIMEOUT_S = 300.0


@dataclass(frozen=True, slots=True)
class _Answer:
    url: str
    status: int
    headers: httpx.Headers
    body: bytes


class _AgainError(Exception):
    """This attempt failed in a way that may pass; `wait_s` is what the server asked for."""

    def __init__(self, error: FetchError, wait_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait_s = wait_s


class HttpFetcher:
    """Implements bot.ports.Fetcher.

    The hosts of `polite_hosts` (arXiv's) share one connection and one request per `interval_s`; any other host gets
    one request at a time. With `timeout_s` a fetch takes no longer than that, waits and retries included.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        user_agent: str,
        polite_hosts: Sequence[str] = ARXIV_HOSTS,
        interval_s: float = 3.0,
        connect_timeout_s: float = 10.0,
        read_timeout_s: float = 30.0,
        max_body_bytes: int = MAX_BODY_BYTES,
        jitter: Callable[[], float] = random.random,
        trust_env: bool = True,
    ) -> None:
        self._clock = clock
        self._polite = HostGroup(frozenset(host.lower() for host in polite_hosts), interval_s)
        self._others: dict[str, HostGroup] = {}
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s
        self._max_body_bytes = max_body_bytes
        self._jitter = jitter
        self._new_client = partial(
            httpx.AsyncClient,
            headers={"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING},
            follow_redirects=False,
            trust_env=trust_env,
        )
        self._clients: dict[bool, httpx.AsyncClient] = {}

    async def fetch(
        self, request: FeedRequest, *, validators: Validators | None = None, timeout_s: float | None = None
    ) -> Fetched:
        """See bot.ports.Fetcher. Raises FetchError alone; its text names the host and never the rest of the URL."""
        _check_url(request.url)
        deadline = None if timeout_s is None else self._clock.monotonic() + timeout_s
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                return await self._attempt(request, validators, deadline)
            except _AgainError as again:
                wait_s = again.wait_s if again.wait_s is not None else rules.backoff_s(attempt, self._jitter())
                out_of_time = deadline is not None and self._clock.monotonic() + wait_s >= deadline
                if attempt == MAX_ATTEMPTS or wait_s > LONGEST_WAIT_S or out_of_time:
                    raise again.error from again.__cause__
                await self._clock.sleep(wait_s)
        raise AssertionError

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    async def _attempt(self, request: FeedRequest, validators: Validators | None, deadline: float | None) -> Fetched:
        headers = {"Accept": request.accept} | _conditions(validators)
        url = request.url
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._ask(url, headers, deadline)
            if answer.status not in (301, 302, 303, 307, 308):
                return self._judge(answer, validators)
            target = rules.redirect_target(url, answer.headers.get("location", ""))
            if target is None:
                elsewhere = rules.host_of(answer.headers.get("location", "")) or "an address I do not trust"
                raise FetchError(f"{rules.host_of(url)} sends me on to {elsewhere}, and I do not follow that.")
            url = target
        raise FetchError(f"{rules.host_of(url)} sends me round in circles.")

    async def _ask(self, url: str, headers: dict[str, str], deadline: float | None) -> _Answer:
        """One request in its turn, whole body included."""
        host = rules.host_of(url)
        group = self._group(host)
        try:
            left_s = None if deadline is None else self._left_s(deadline)
            async with group.turn(self._clock, left_s, LONGEST_WAIT_S):
                left_s = REQUEST_TIMEOUT_S if deadline is None else self._left_s(deadline)
                return await self._send(self._client(group), url, headers, left_s)
        except TooLongError as error:
            raise FetchError(
                f"{host} wants {error.wait_s:.0f} s more between two requests.", retry_after_s=error.wait_s
            ) from None

    async def _send(self, client: httpx.AsyncClient, url: str, headers: dict[str, str], left_s: float) -> _Answer:
        host = rules.host_of(url)
        if left_s <= 0:
            raise FetchError(f"{host} did not answer in time.")
        connected = False

        async def trace(event: str, _info: object) -> None:
            nonlocal connected
            connected = connected or event.endswith("send_request_headers.started")

        limits = httpx.Timeout(
            min(self._read_timeout_s, left_s), connect=min(self._connect_timeout_s, left_s), pool=left_s
        )
        request = client.build_request("GET", url, headers=headers, timeout=limits, extensions={"trace": trace})
        try:
            async with asyncio.timeout(left_s):
                response = await client.send(request, stream=True)
                try:
                    return _Answer(url, response.status_code, response.headers, await self._read(response))
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise _no_connection(host, error) from error
        except TimeoutError as error:
            if not connected:
                raise _no_connection(host, error) from error
            raise FetchError(f"{host} did not answer in time.") from error
        except httpx.TimeoutException as error:
            raise _AgainError(FetchError(f"{host} did not answer in time.")) from error
        except (httpx.NetworkError, httpx.RemoteProtocolError, BodyBrokenError) as error:
            raise _AgainError(FetchError(f"{host} broke off in the middle of its answer.")) from error
        except BodyTooLargeError as error:
            megabytes = self._max_body_bytes // (1024 * 1024)
            raise FetchError(f"{host} sent more than the {megabytes} MiB I read at most.") from error
        except (httpx.HTTPError, BodyEncodingError) as error:
            raise FetchError(f"{host} sent an answer I cannot read.") from error

    async def _read(self, response: httpx.Response) -> bytes:
        if response.status_code == 304 or response.is_redirect:
            return b""
        length = response.headers.get("content-length", "")
        if length.isdigit() and int(length) > self._max_body_bytes:
            raise BodyTooLargeError
        chunks = response.aiter_raw()
        try:
            return await read_body(chunks, response.headers.get("content-encoding", ""), self._max_body_bytes)
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    def _judge(self, answer: _Answer, sent: Validators | None) -> Fetched:
        """What a final answer is worth: a body, "nothing changed", a wait or an error."""
        host = rules.host_of(answer.url)
        status = answer.status
        content_type = answer.headers.get("content-type", "")
        if status in (429, 503):
            wait_s = rules.retry_after_s(answer.headers.get("retry-after", ""), self._clock.now())
            if wait_s is not None:
                self._group(host).hold_off(self._clock, wait_s)
            text = f"{host} is busy and asks me to come back later (HTTP {status})."
            raise _AgainError(FetchError(text, retry_after_s=wait_s), wait_s)
        if status >= 500:
            raise _AgainError(FetchError(f"{host} has a problem of its own (HTTP {status})."))
        if status == 304 and sent is not None and _conditions(sent):
            fresh = _validators(answer.headers)
            kept = Validators(fresh.etag or sent.etag, fresh.last_modified or sent.last_modified)
            return Fetched(rules.without_credentials(answer.url), None, content_type, kept)
        if 200 <= status < 300 or (400 <= status < 500 and rules.is_feed_error(content_type, answer.body)):
            validators = _validators(answer.headers) if status < 300 else Validators()
            return Fetched(rules.without_credentials(answer.url), answer.body, content_type, validators)
        raise FetchError(_in_plain_words(host, status))

    def _group(self, host: str) -> HostGroup:
        if host in self._polite.hosts:
            return self._polite
        return self._others.setdefault(host, HostGroup(frozenset({host})))

    def _client(self, group: HostGroup) -> httpx.AsyncClient:
        polite = group is self._polite
        if polite not in self._clients:
            # An idle connection counts too, so the polite group has a pool of its own that holds a single one.
            limits = httpx.Limits(max_connections=1 if polite else 10, max_keepalive_connections=1 if polite else 4)
            self._clients[polite] = self._new_client(limits=limits)
        return self._clients[polite]

    def _left_s(self, deadline: float) -> float:
        return max(0.0, deadline - self._clock.monotonic())


def _check_url(url: str) -> None:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise FetchError("That is not an address I can read.") from None
    if parsed.scheme not in ("http", "https") or not parsed.host or not rules.host_of(url):
        raise FetchError("I only read http and https addresses.")


def _conditions(validators: Validators | None) -> dict[str, str]:
    if validators is None:
        return {}
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in headers.items() if value and value.isascii() and value.isprintable()}


def _validators(headers: httpx.Headers) -> Validators:
    return Validators(headers.get("etag", ""), headers.get("last-modified", ""))


def _no_connection(host: str, error: BaseException) -> FetchError:
    reason: BaseException | None = error
    while reason is not None:
        if isinstance(reason, ssl.SSLError):
            return FetchError(f"I cannot make a secure connection to {host} (its certificate?).", offline=True)
        reason = reason.__cause__ or reason.__context__
    return FetchError(f"I cannot reach {host}: is this machine online?", offline=True)


def _in_plain_words(host: str, status: int) -> str:
    reasons = {
        400: "did not understand the request",
        401: "wants a login",
        403: "does not let me in",
        404: "has nothing at that address",
        410: "has nothing at that address any more",
    }
    return f"{host} {reasons.get(status, 'refused the request')} (HTTP {status})."
