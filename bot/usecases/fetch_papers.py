"""Fetch from the network: arXiv's announcements, its API and OAI-PMH, Hugging Face's daily papers, any feed's URL."""

import asyncio
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.domain.listing import FeedItem, FeedRequest
from bot.domain.paper import LOOKUP_SOURCE, Paper, PaperId
from bot.feeds import arxiv_api, arxiv_feed, detect, huggingface, oai_pmh
from bot.ports import Progress, Validators
from bot.usecases.context import Context
from bot.usecases.ingest_papers import IngestReport, ingest_papers

Parse = Callable[[io.BytesIO], Iterator[FeedItem]]

MAX_PAGES = 50
"""Pages of one backfill; arXiv's API gives 2,000 papers a page."""


async def look_up(context: Context, ids: Sequence[PaperId]) -> IngestReport:
    """Fetch arXiv papers that one person named; they count as new to nobody. Raises FetchError."""

    def looked_up(stream: io.BytesIO) -> Iterator[FeedItem]:
        for item in arxiv_api.parse(stream, context.sources.calendar):
            yield replace(item, source=LOOKUP_SOURCE) if isinstance(item, Paper) else item

    return await fetch_by_id(context, ids, looked_up)


async def fetch_by_id(context: Context, ids: Sequence[PaperId], parse: Parse | None = None) -> IngestReport:
    """Fetch arXiv papers by id (at most 200 a request). Raises FetchError."""
    parse = parse or partial(arxiv_api.parse, calendar=context.sources.calendar)
    report = IngestReport()
    for start in range(0, len(ids), 200):
        request = arxiv_api.request_by_ids(context.sources.arxiv_api_url, ids[start : start + 200])
        report.add(await fetch_one(context, request, parse))
    return report


async def fetch_announced(context: Context, categories: Sequence[str]) -> IngestReport:
    """Today's announcement feed of the categories; nothing where it has not changed. Raises FetchError."""
    request = arxiv_feed.request(context.sources.arxiv_feed_url, categories)
    return await fetch_one(context, request, arxiv_feed.parse, conditional=True)


async def fetch_recent(
    context: Context,
    categories: Sequence[str],
    since: datetime,
    report: IngestReport,
    progress: Progress | None = None,
) -> None:
    """The categories' papers back to the announcements of `since`, newest first, page by page. Raises FetchError.

    What is stored is counted into `report`, also where a later page fails. Submission order is what the API can sort
    by; announcements follow submissions within five days.
    """
    oldest_submission = since - timedelta(days=5)
    start = stored = 0
    for _ in range(MAX_PAGES):
        request = arxiv_api.request_newest(context.sources.arxiv_api_url, categories, start=start)
        page = await fetch_one(context, request, partial(arxiv_api.parse, calendar=context.sources.calendar))
        report.add(page)
        stored += page.stored
        submitted = page.oldest.submitted_at if page.oldest else None
        if progress:
            progress(stored, _total(stored, context.clock.now(), submitted, oldest_submission))
        if page.next_page is None or submitted is None or submitted < oldest_submission:
            return
        start = int(page.next_page.token)


def _total(stored: int, now: datetime, reached: datetime | None, goal: datetime) -> int | None:
    """How many papers it will be, were there as many on every day: the API does not say."""
    if reached is None or not goal < reached < now:
        return stored if reached else None
    return round(stored * ((now - goal) / (now - reached)))


async def fetch_oai(
    context: Context, set_spec: str, since: date | None, progress: Progress | None = None
) -> IngestReport:
    """Backfill by OAI-PMH, following resumption tokens to the end. Raises FetchError."""
    report = IngestReport()
    token = ""
    while True:
        request = oai_pmh.request(context.sources.arxiv_oai_url, set_spec=set_spec, since=since, token=token)
        page = await fetch_one(context, request, partial(oai_pmh.parse, calendar=context.sources.calendar))
        report.add(page)
        if progress:
            progress(report.stored, page.next_page.total if page.next_page else None)
        if page.next_page is None:
            return report
        token = page.next_page.token


async def fetch_daily(context: Context, day: date) -> IngestReport:
    """Hugging Face's daily papers of a day. Raises FetchError."""
    request = huggingface.request(context.sources.hf_url, day)
    return await fetch_one(context, request, lambda stream: huggingface.parse(stream, day=day))


async def fetch_url(context: Context, url: str, day: date | None = None) -> IngestReport:
    """Any feed by its address; what it is shows in its first bytes. Raises FetchError."""

    def parse(stream: io.BytesIO) -> Iterator[FeedItem]:
        kind = detect.detect(url, stream.getvalue()[:4096])
        return detect.parse_any(
            kind, stream, today=context.clock.now().date(), day=day, calendar=context.sources.calendar
        )

    return await fetch_one(context, FeedRequest(url), parse)


async def fetch_one(context: Context, request: FeedRequest, parse: Parse, *, conditional: bool = False) -> IngestReport:
    """Fetch one document and store what it holds. Raises FetchError.

    A conditional request gives an empty report where the document has not changed since it was last stored whole.
    """
    key = f"validators:{request.url}"
    known = await _validators(context, key) if conditional else None
    fetched = await context.fetcher.fetch(request, validators=known)
    if fetched.body is None:
        return IngestReport()
    report = await ingest_papers(context, await asyncio.to_thread(parse, io.BytesIO(fetched.body)))
    if conditional and not report.rejected:
        async with context.store.write() as uow:
            await uow.state.put_value(key, json.dumps(asdict(fetched.validators)))
    return report


async def _validators(context: Context, key: str) -> Validators | None:
    async with context.store.read() as uow:
        text = await uow.state.get_value(key)
    return Validators(**json.loads(text)) if text else None
