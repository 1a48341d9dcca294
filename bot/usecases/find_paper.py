"""Which paper somebody means: a number of the last list shown, an id in any form, a link."""

from dataclasses import dataclass

from bot.domain.chat import Address
from bot.domain.paper import Paper, PaperId, find_paper_ids, parse_paper_id
from bot.domain.person import PersonId
from bot.ports import FetchError, UnitOfWork
from bot.usecases.context import Context
from bot.usecases.fetch_papers import look_up


class PaperNotFoundError(Exception):
    """No such paper. `kind` says what was tried, for the message."""

    def __init__(self, kind: str, text: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where: numbers refer to the last list shown to this person there."""

    person_id: PersonId
    address: Address
    surface: str


async def find_paper(context: Context, asker: Asker, text: str) -> Paper:
    """The stored paper that `text` names; one of arXiv that is not stored yet is fetched. Raises PaperNotFoundError."""
    async with context.store.read() as uow:
        paper = await find_stored(uow, asker, text)
    return paper if isinstance(paper, Paper) else await fetch_paper(context, paper)


async def find_stored(uow: UnitOfWork, asker: Asker, text: str) -> Paper | PaperId:
    """The paper that `text` names, the id alone of one that is not stored. Raises PaperNotFoundError."""
    paper_id = await _named(uow, asker, text.strip())
    return await uow.papers.find(paper_id) or paper_id


async def fetch_paper(context: Context, paper_id: PaperId) -> Paper:
    """A paper that is not stored yet, once it is. Raises PaperNotFoundError."""
    paper = None
    if paper_id.startswith("arXiv:"):
        try:
            await look_up(context, [paper_id])
        except FetchError as error:
            raise PaperNotFoundError("not fetched", paper_id, str(error)) from error
        async with context.store.read() as uow:
            paper = await uow.papers.find(paper_id)
    if paper is None:
        raise PaperNotFoundError("not stored", paper_id)
    return paper


async def _named(uow: UnitOfWork, asker: Asker, text: str) -> PaperId:
    number = text.rstrip(".").removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 4:
        shown = await uow.state.find_list(asker.address, asker.person_id)
        if not shown.papers:
            raise PaperNotFoundError("no list", text)
        if not 1 <= int(number) <= len(shown.papers):
            raise PaperNotFoundError("no such number", text, str(len(shown.papers)))
        return shown.papers[int(number) - 1]
    named = parse_paper_id(text)
    if named is not None:
        return named
    inside = find_paper_ids(text)
    if len(inside) == 1:
        return inside[0]
    raise PaperNotFoundError("no id", text)
