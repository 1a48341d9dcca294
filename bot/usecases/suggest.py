"""What somebody may mean who is still typing an option: papers, their own interests, categories, time zones."""

from collections.abc import Iterable, Sequence

from bot.commands import COMMANDS
from bot.domain.category import CATEGORIES
from bot.domain.command import CommandSpec, Suggestion
from bot.domain.paper import Paper, parse_paper_id
from bot.domain.person import Account
from bot.domain.search_query import SearchQuery, SearchQueryError, parse_search_query
from bot.domain.zone_words import find_zones
from bot.ports import UnitOfWork
from bot.usecases.context import Context

MOST = 25
LOOKED_AT = 100
"""Papers of the search that are looked through for a title with the word that is not typed to its end."""


async def suggest(
    context: Context, account: Account, spec: CommandSpec, option: str, typed: str
) -> Sequence[Suggestion]:
    """At most 25, best first; none for an option that could be anything. Changes nothing."""
    kind = next((each.kind for each in spec.options if each.name == option), "text")
    typed = typed[:200].strip()
    if kind == "paper":
        return [Suggestion(paper.id, paper.title) for paper in await _papers(context, account, typed)]
    if kind == "zone":
        return [Suggestion(name, name.replace("_", " ")) for name in find_zones(typed)[:MOST]]
    if spec.name == "interests remove":
        return await _interests(context, account, typed)
    if spec.name == "interests category":
        return _categories(typed)
    if spec.name == "help":
        return _holding(typed, (each.name for each in COMMANDS))
    return ()


async def _papers(context: Context, account: Account, typed: str) -> Sequence[Paper]:
    """By an id or a link, by words of the title; without any, what the person reacted to last."""
    named = parse_paper_id(typed) if typed else None
    if typed and named is None:
        return await _titled(context, typed)
    async with context.store.read() as uow:
        if named is not None:
            paper = await uow.papers.find(named)
            return [paper] if paper else []
        person = await uow.people.find(account)
        known = await uow.feedback.reacted(person.id) if person else {}
        latest = sorted(known, key=lambda key: max(known[key].values()), reverse=True)[:MOST]
        papers = await uow.papers.by_keys(latest)
        return [papers[key] for key in latest if key in papers]


async def _titled(context: Context, typed: str) -> Sequence[Paper]:
    """Papers that have the words, those first whose titles have them all, the last one perhaps begun only."""
    try:
        query = parse_search_query(typed)
    except SearchQueryError:
        return ()
    async with context.store.read() as uow:
        papers = await _found(context, uow, query)
        if query.words:
            papers += await _found(context, uow, SearchQuery(words=query.words[:-1], begun=query.words[-1]))
    words = [word.casefold() for word in query.words]
    unique = list({paper.id: paper for paper in papers}.values())
    # Without a whole word there is no order but the newest first, and what was found may only begin nearly so.
    titled = [paper for paper in unique if all(word in paper.title.casefold() for word in words)]
    return [*titled, *(paper for paper in unique if paper not in titled)][:MOST]


async def _found(context: Context, uow: UnitOfWork, query: SearchQuery) -> list[Paper]:
    keys = await context.search.search(query, LOOKED_AT)
    papers = await uow.papers.by_keys(keys)
    return [papers[key] for key in keys if key in papers]


async def _interests(context: Context, account: Account, typed: str) -> Sequence[Suggestion]:
    async with context.store.read() as uow:
        person = await uow.people.find(account)
        items = await uow.interests.all(person.id) if person else []
    return _holding(typed, (item.text for item in items))


def _categories(typed: str) -> Sequence[Suggestion]:
    """The last of the categories typed, completed; the others stay as they are."""
    before, comma, last = typed.replace(" ", ",").rpartition(",")
    had = [piece for piece in before.split(",") if piece]
    found = _holding(last, sorted(CATEGORIES - set(had), key=lambda name: (not name.casefold().startswith("cs"), name)))
    values = [", ".join([*had, each.value]) if comma else each.value for each in found]
    return [Suggestion(value, value) for value in values]


def _holding(typed: str, texts: Iterable[str]) -> list[Suggestion]:
    """The texts in which what was typed stands, those first that begin with it."""
    wanted = typed.casefold()
    found = [text for text in texts if wanted in text.casefold()]
    found.sort(key=lambda text: not text.casefold().startswith(wanted))
    return [Suggestion(text, text) for text in found[:MOST]]
