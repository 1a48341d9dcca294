"""Import a person's library: what they have read teaches the profile and is not recommended again."""

import asyncio
from dataclasses import dataclass, replace

from bot.domain.feedback import Feedback, Reaction
from bot.domain.listing import Rejected
from bot.domain.paper import LOOKUP_SOURCE, Paper, PaperId, title_paper_id
from bot.feeds.library import parse_library
from bot.ports import FetchError
from bot.usecases.context import Context
from bot.usecases.fetch_papers import look_up
from bot.usecases.find_paper import Asker
from bot.usecases.ingest_papers import ingest_papers

MAX_ENTRIES = 5_000


@dataclass(frozen=True, slots=True)
class Imported:
    """`learned` papers became known; `had` were already marked; `missing` could not be found (ids and titles)."""

    learned: tuple[Paper, ...]
    had: int
    missing: tuple[str, ...]
    rejected: tuple[Rejected, ...]
    fetch_error: str = ""


async def import_library(context: Context, asker: Asker, name: str, data: bytes) -> Imported:
    """Read the file, find or fetch its papers, and mark them as known.

    A library is private: of its own records only those with a public id (arXiv, DOI) enter the store that everybody
    shares, and as new to nobody; the others are looked for by their titles alone.
    """
    library = await asyncio.to_thread(parse_library, name, data)
    wanted = list(dict.fromkeys(library.ids))[:MAX_ENTRIES]
    named = [*library.titles, *(paper.title for paper in library.papers)][:MAX_ENTRIES]
    titles = {title_paper_id(title): title for title in named}
    public = [
        replace(paper, source=LOOKUP_SOURCE) for paper in library.papers if paper.id.startswith(("arXiv:", "doi:"))
    ]
    if public:
        await ingest_papers(context, iter(public))
    error = await _fetch_missing(context, [paper_id for paper_id in wanted if paper_id.startswith("arXiv:")])
    known_ids = {title_paper_id(paper.title) for paper in public}
    asked = [*wanted, *(paper.id for paper in public), *(title for title in titles if title not in known_ids)]
    async with context.store.write() as uow:
        found = await uow.papers.find_many(asked)
        papers = {paper.stored_key: paper for paper in found.values()}
        active = await uow.feedback.active(asker.person_id, list(papers))
        learned = [paper for key, paper in papers.items() if Reaction.KNOWN not in active.get(key, frozenset())]
        now = context.clock.now()
        await uow.feedback.append(
            [Feedback(asker.person_id, p.stored_key, Reaction.KNOWN, True, now, asker.surface) for p in learned]
        )
        if learned:
            await uow.profiles.outdate(asker.person_id, context.clock.now())
    missing = [titles.get(paper_id, paper_id) for paper_id in dict.fromkeys(asked) if paper_id not in found]
    return Imported(
        tuple(learned), len(papers) - len(learned), tuple(str(item) for item in missing), library.rejected, error
    )


async def _fetch_missing(context: Context, ids: list[PaperId]) -> str:
    """Fetch what the store lacks; the error's text if that failed."""
    async with context.store.read() as uow:
        stored = await uow.papers.find_many(ids)
    missing = [paper_id for paper_id in ids if paper_id not in stored]
    if not missing:
        return ""
    try:
        await look_up(context, missing)
    except FetchError as error:
        return str(error)
    return ""
