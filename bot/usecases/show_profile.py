"""What Paperboy has learned about a person, and the papers they saved."""

from dataclasses import dataclass

from bot.domain.feedback import Reaction
from bot.domain.paper import Paper
from bot.domain.person import Person, PersonId
from bot.domain.profile import Interest
from bot.ports import UnitOfWork
from bot.ranking.explanation import surface_forms
from bot.ranking.strengths import Strengths, strengths
from bot.usecases.context import Context
from bot.usecases.find_paper import Asker
from bot.usecases.profile_history import ProfileHistory, profile_history
from bot.usecases.profile_of import profile_of
from bot.usecases.search_papers import remember_list

STRONGEST = 40


@dataclass(frozen=True, slots=True)
class ProfileView:
    """`learned` and `disliked` are the strongest learned terms as words, with weights relative to the strongest."""

    interests: tuple[Interest, ...]
    learned: tuple[tuple[str, float], ...]
    disliked: tuple[tuple[str, float], ...]
    reactions: dict[Reaction, int]
    shown: int
    history: ProfileHistory


async def show_profile(context: Context, person: Person) -> ProfileView:
    async with context.store.read() as uow:
        profile = await profile_of(context, uow, person.id)
        reacted = await uow.feedback.reacted(person.id)
        known = await uow.feedback.known_papers(person.id, 50)
        shown = len(await uow.impressions.seen(person.id))
        interests = tuple(await uow.interests.all(person.id))
        history = await profile_history(context, uow, person.id, interests)
    text = "\n\n".join(f"{paper.abstract}\n\n{paper.title}" for paper in known)
    counts = {reaction: sum(reaction in active for active in reacted.values()) for reaction in Reaction}

    towards, away = strengths(profile.queries)
    return ProfileView(
        interests,
        _strongest(towards, text),
        _strongest(away, text),
        {reaction: count for reaction, count in counts.items() if count},
        shown,
        history,
    )


def _strongest(weights: Strengths, text: str) -> tuple[tuple[str, float], ...]:
    best = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:STRONGEST]
    words = surface_forms([term for term, _ in best], text)
    top = best[0][1] if best else 1.0
    return tuple((words.get(term, term), weight / top) for term, weight in best)


async def saved_papers(context: Context, asker: Asker) -> tuple[Paper, ...]:
    """The papers a person saved, latest first; they become the list that numbers refer to."""
    async with context.store.read() as uow:
        found = await saved_by(uow, asker.person_id)
    await remember_list(context, asker, found)
    return found


async def saved_by(uow: UnitOfWork, person_id: PersonId) -> tuple[Paper, ...]:
    """The papers a person saved, latest first."""
    reacted = await uow.feedback.reacted(person_id)
    saved = {key: active[Reaction.SAVE] for key, active in reacted.items() if Reaction.SAVE in active}
    papers = await uow.papers.by_keys(list(saved))
    latest_first = sorted(papers, key=lambda key: (saved[key], key), reverse=True)
    return tuple(papers[key] for key in latest_first)
