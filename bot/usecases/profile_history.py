"""How a learned profile moved over the last weeks: learned anew from the log, as it was known on each of some days."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.feedback import Feedback, Reaction
from bot.domain.paper import Paper, PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import Interest, KnownPaper
from bot.ports import UnitOfWork
from bot.ranking.explanation import surface_forms
from bot.ranking.profile_query import build_profile
from bot.ranking.strengths import Strengths, strengths
from bot.usecases.context import Context

DAYS_AGO = (28, 21, 14, 7, 0)
KNOWN = 200
"""Reactions that each day's profile is learned from, the latest so many: a profile is built five times for this."""
SHOWN = 24


@dataclass(frozen=True, slots=True)
class Movement:
    """A learned word and its strength on each of `DAYS_AGO`; 1 is the greatest of all words and days."""

    words: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ProfileHistory:
    """The strongest words now, strongest first: those learned from likes, and those that count against a paper."""

    learned: tuple[Movement, ...]
    less: tuple[Movement, ...]
    stated: tuple[Movement, ...]
    """The interests in their order: 1 on the days on which they were there."""


async def profile_history(
    context: Context, uow: UnitOfWork, person_id: PersonId, interests: Sequence[Interest]
) -> ProfileHistory:
    now = context.clock.now()
    log = await uow.feedback.log(person_id)
    moments = [now - timedelta(days=days) for days in DAYS_AGO]
    reacted = [known_at(log, moment) for moment in moments]
    papers = await uow.papers.by_keys(list(dict.fromkeys(key for some in reacted for key in some)))
    index = await context.terms.current(uow)

    def learn() -> ProfileHistory:
        sides: list[tuple[Strengths, Strengths]] = []
        for moment, some in zip(moments, reacted, strict=True):
            stated = [interest for interest in interests if interest.added_at <= moment]
            known = [_known(papers[key], some[key]) for key in some if key in papers]
            sides.append(strengths(build_profile(person_id, stated, known, index, moment, context.ranking).queries))
        text = "\n\n".join(f"{papers[key].abstract}\n\n{papers[key].title}" for key in reacted[-1] if key in papers)
        learned, less = [towards for towards, _ in sides], [away for _, away in sides]
        there = [Movement(one.text, tuple(float(one.added_at <= moment) for moment in moments)) for one in interests]
        return ProfileHistory(_movements(learned, text), _movements(less, text), tuple(there))

    return await asyncio.to_thread(learn)


def known_at(log: Sequence[Feedback], moment: datetime) -> dict[PaperKey, dict[Reaction, datetime]]:
    """What a person thought of papers then, by the log (oldest first): the latest `KNOWN` of them, latest first."""
    active: dict[PaperKey, dict[Reaction, datetime]] = {}
    for event in log:
        if event.at > moment or event.reaction is Reaction.CLICK:
            continue
        reactions = active.setdefault(event.paper, {})
        reactions.pop(event.reaction, None)
        if event.active:
            reactions[event.reaction] = event.at
    held = {key: reactions for key, reactions in active.items() if reactions}
    latest = sorted(held, key=lambda key: (max(held[key].values()), key), reverse=True)[:KNOWN]
    return {key: held[key] for key in latest}


def _known(paper: Paper, reactions: dict[Reaction, datetime]) -> KnownPaper:
    return KnownPaper(
        key=paper.stored_key,
        id=paper.id,
        title=paper.title,
        abstract=paper.abstract,
        authors=paper.authors,
        categories=paper.categories,
        reactions=frozenset(reaction.value for reaction in reactions),
        reacted_at=max(reactions.values()),
    )


def _movements(by_day: Sequence[Strengths], text: str) -> tuple[Movement, ...]:
    now = by_day[-1]
    best = sorted(now, key=lambda term: (-now[term], term))[:SHOWN]
    words = surface_forms(best, text)
    most = max((day.get(term, 0.0) for day in by_day for term in best), default=0.0)
    return tuple(Movement(words.get(term, term), tuple(day.get(term, 0.0) / most for day in by_day)) for term in best)
