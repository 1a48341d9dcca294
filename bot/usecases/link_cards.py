"""Links to papers that are posted in a channel: a card for each, once a day, where the channel wants them."""

import json
from datetime import date

from bot.domain.chat import Address
from bot.domain.feedback import Reaction
from bot.domain.paper import Paper, PaperId, find_paper_ids
from bot.domain.person import Account
from bot.ports import UnitOfWork
from bot.usecases.context import Context
from bot.usecases.find_paper import Asker, PaperNotFoundError
from bot.usecases.record_feedback import record_feedback

MOST = 3
"""Papers of one message that get a card."""

SURFACE = "link"


async def switch_cards(context: Context, channel: Address, on: bool) -> None:
    """Whether links that are posted in this channel get cards."""
    async with context.store.write() as uow:
        await uow.state.put_value(_switch(channel), "on" if on else "off")


async def linked_papers(
    context: Context, channel: Account, address: Address, text: str, *, always: bool = False
) -> list[Paper]:
    """The papers that a posted text links and that had no card in this channel today (by UTC); none where cards are
    not switched on, unless they are wanted `always`.

    Each counts as saved by the channel, which is a reader of its own: it trends a little, and the channel's digest
    learns from it and does not bring it again. Papers that are not known and cannot be fetched are left out.
    """
    named = links_in(text)[:MOST]
    if not named:
        return []
    async with context.store.read() as uow:
        if not always and await uow.state.get_value(_switch(address)) != "on":
            return []
    async with context.store.write() as uow:
        person = await uow.people.ensure(channel, context.clock.now())
    asker = Asker(person.id, address, SURFACE)
    found: list[Paper] = []
    for paper_id in named:
        try:
            recorded = await record_feedback(context, asker, paper_id, Reaction.SAVE, wanted=True)
        except PaperNotFoundError:
            continue
        async with context.store.write() as uow:
            if await _is_first_today(uow, address, recorded.paper.id, context.clock.now().date()):
                found.append(recorded.paper)
    return found


def links_in(text: str) -> list[PaperId]:
    """The papers that links in the text lead to, in order, each once; a bare number or name is no link."""
    return find_paper_ids(" ".join(word for word in text.split() if "://" in word))


async def _is_first_today(uow: UnitOfWork, address: Address, paper: PaperId, today: date) -> bool:
    """Note that a card was shown; False if it was today already. Only the latest day is remembered."""
    key = f"link cards shown {_place(address)}"
    noted = json.loads(await uow.state.get_value(key) or "{}")
    shown = noted.get("papers", []) if noted.get("day") == today.isoformat() else []
    if paper in shown:
        return False
    await uow.state.put_value(key, json.dumps({"day": today.isoformat(), "papers": [*shown, paper]}))
    return True


def _switch(address: Address) -> str:
    return f"link cards {_place(address)}"


def _place(address: Address) -> str:
    return f"{address.platform}:{address.workspace}:{address.channel}"
