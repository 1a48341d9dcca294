"""Ingest what a person names: categories, an arXiv id, a date of daily papers, an OAI set, an address, a file."""

import re
from datetime import date, timedelta
from typing import BinaryIO

from bot.domain.category import normalise_category
from bot.domain.paper import parse_paper_id
from bot.feeds import detect
from bot.ports import Progress
from bot.usecases.context import Context
from bot.usecases.fetch_papers import fetch_announced, fetch_by_id, fetch_daily, fetch_oai, fetch_recent, fetch_url
from bot.usecases.ingest_papers import IngestReport, ingest_papers


class UnknownSourceError(Exception):
    """That is no file that is here, no address, no arXiv id, no category list, no date."""


async def ingest_stream(
    context: Context, name: str, stream: BinaryIO, *, day: date | None = None, progress: Progress | None = None
) -> IngestReport:
    """Ingest an open file; what it is shows in its name and its first bytes. `day` dates a page that names none."""
    head = stream.read(4096)
    stream.seek(0)
    kind = detect.detect(name, head)
    today = context.clock.now().date()
    items = detect.parse_any(kind, stream, today=today, day=day, calendar=context.sources.calendar)
    return await ingest_papers(context, items, progress=progress)


async def ingest_source(
    context: Context, source: str, *, day: date | None = None, progress: Progress | None = None
) -> IngestReport:
    """Ingest from the network. Raises UnknownSourceError and FetchError.

    `cs.LG,cs.CL` fetches the recent announcements of these categories, `oai:cs` (from `day` on) all that arXiv's
    OAI-PMH has, `2026-03-14` Hugging Face's daily papers, an id or its link one paper, another address its feed.
    """
    paper_id = parse_paper_id(source)
    if paper_id is not None and paper_id.startswith("arXiv:"):
        return await fetch_by_id(context, [paper_id])
    if source.startswith(("http://", "https://")):
        return await fetch_url(context, source, day)
    if source.startswith("oai:"):
        return await fetch_oai(context, source.removeprefix("oai:"), day, progress)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", source):
        return await _fetch_day(context, source)
    categories = [normalise_category(piece) for piece in re.split(r"[,\s]+", source.strip()) if piece]
    if not categories or not all(categories):
        raise UnknownSourceError(source)
    report = await fetch_announced(context, categories)
    since = context.clock.now() - timedelta(days=context.sources.recent_days)
    await fetch_recent(context, categories, since, report, progress)
    return report


async def _fetch_day(context: Context, text: str) -> IngestReport:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UnknownSourceError(text) from None
    return await fetch_daily(context, day)
