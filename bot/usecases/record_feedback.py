"""Feedback: a press is logged and taken back by a second press; the very next list has learned from it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.domain.feedback import Feedback, Reaction, press
from bot.domain.paper import Paper
from bot.ports import UnitOfWork
from bot.usecases.context import Context
from bot.usecases.find_paper import Asker, fetch_paper, find_stored

Events = list[tuple[Reaction, bool]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """`changed` are the reactions set (True) or taken back (False); `active` is what holds now."""

    paper: Paper
    changed: tuple[tuple[Reaction, bool], ...]
    active: frozenset[Reaction]


async def record_feedback(
    context: Context, asker: Asker, text: str, reaction: Reaction, *, wanted: bool | None = None
) -> Recorded:
    """Press `reaction` on the paper that `text` names; with `wanted` only if it does not stand so already.

    Raises PaperNotFoundError.
    """
    async with _found(context, asker, text) as (uow, paper):
        return await press_on(context, uow, asker, paper, reaction, wanted=wanted)


async def press_on(
    context: Context, uow: UnitOfWork, asker: Asker, paper: Paper, reaction: Reaction, *, wanted: bool | None = None
) -> Recorded:
    """The same on a stored paper, within a transaction that writes."""
    active = (await uow.feedback.active(asker.person_id, [paper.stored_key])).get(paper.stored_key, frozenset())
    stands = wanted is not None and (reaction in active) == wanted
    return await _apply(context, uow, asker, paper, active, [] if stands else press(reaction, active))


async def undo_feedback(context: Context, asker: Asker, text: str) -> Recorded:
    """Take back the latest reaction to a paper; `changed` is empty if there is none. Raises PaperNotFoundError."""
    async with _found(context, asker, text) as (uow, paper):
        reacted = (await uow.feedback.reacted(asker.person_id)).get(paper.stored_key, {})
        spoken = {reaction: at for reaction, at in reacted.items() if reaction is not Reaction.CLICK}
        events: Events = []
        if spoken:
            latest = max(spoken, key=lambda reaction: (spoken[reaction], reaction))
            events = [(latest, False)]
        return await _apply(context, uow, asker, paper, frozenset(reacted), events)


@asynccontextmanager
async def _found(context: Context, asker: Asker, text: str) -> AsyncIterator[tuple[UnitOfWork, Paper]]:
    """A transaction that writes, and the paper that `text` names. Raises PaperNotFoundError."""
    async with context.store.write() as uow:
        paper = await find_stored(uow, asker, text)
        if isinstance(paper, Paper):
            yield uow, paper
            return
    fetched = await fetch_paper(context, paper)
    async with context.store.write() as uow:
        yield uow, fetched


async def _apply(
    context: Context, uow: UnitOfWork, asker: Asker, paper: Paper, active: frozenset[Reaction], events: Events
) -> Recorded:
    now = context.clock.now()
    if events:
        await uow.feedback.append(
            [Feedback(asker.person_id, paper.stored_key, what, on, now, asker.surface) for what, on in events]
        )
        await uow.profiles.outdate(asker.person_id, context.clock.now())
    holds = (active | {what for what, on in events if on}) - {what for what, on in events if not on}
    return Recorded(paper, tuple(events), holds)
