"""Stated interests: add, remove, mute, follow, categories, reset; each change counts at the very next list."""

import re
from dataclasses import dataclass

from bot.domain.category import normalise_category
from bot.domain.person import PersonId
from bot.domain.profile import Interest, InterestKind
from bot.ranking.terms import words
from bot.usecases.context import Context

MAX_INTERESTS = 100
MAX_LENGTH = 200


@dataclass(frozen=True, slots=True)
class InterestsChanged:
    """What a change did: `added`, `had` already, `removed`, or `refused` with a reason kind (text -> kind)."""

    interests: tuple[Interest, ...]
    added: tuple[Interest, ...] = ()
    had: tuple[str, ...] = ()
    removed: tuple[Interest, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


async def list_interests(context: Context, person_id: PersonId) -> tuple[Interest, ...]:
    async with context.store.read() as uow:
        return tuple(await uow.interests.all(person_id))


async def add_interests(context: Context, person_id: PersonId, kind: InterestKind, text: str) -> InterestsChanged:
    """Add what `text` lists (commas or semicolons between; categories also by spaces)."""
    separator = r"[,;\s]+" if kind is InterestKind.CATEGORY else r"[,;\n]+"
    texts = list(dict.fromkeys(" ".join(piece.split()) for piece in re.split(separator, text) if piece.strip()))
    added: list[Interest] = []
    had: list[str] = []
    refused: list[tuple[str, str]] = []
    async with context.store.write() as uow:
        count = len(await uow.interests.all(person_id))
        for piece in texts:
            cleaned, problem = _clean(kind, piece)
            if problem or count >= MAX_INTERESTS:
                refused.append((piece[:60], problem or "too many"))
                continue
            interest = Interest(kind, cleaned, context.clock.now())
            if await uow.interests.add(person_id, interest):
                added.append(interest)
                count += 1
            else:
                had.append(cleaned)
        if added:
            await uow.profiles.outdate(person_id, context.clock.now())
        return InterestsChanged(
            tuple(await uow.interests.all(person_id)), tuple(added), tuple(had), refused=tuple(refused)
        )


async def remove_interest(context: Context, person_id: PersonId, text: str) -> InterestsChanged:
    """Remove by number (as `interests` lists them, from 1) or by words; every kind of that text goes."""
    wanted = " ".join(text.split()).casefold()
    async with context.store.write() as uow:
        interests = await uow.interests.all(person_id)
        if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:6]) <= len(interests):
            going = [interests[int(wanted) - 1]]
        else:
            going = [interest for interest in interests if interest.text.casefold() == wanted]
        for interest in going:
            await uow.interests.remove(person_id, interest)
        if going:
            await uow.profiles.outdate(person_id, context.clock.now())
        return InterestsChanged(tuple(await uow.interests.all(person_id)), removed=tuple(going))


async def reset_interests(context: Context, person_id: PersonId) -> tuple[int, int]:
    """Forget interests and feedback; how many of each. Papers that were shown stay shown."""
    async with context.store.write() as uow:
        interests = await uow.interests.clear(person_id)
        events = await uow.feedback.reset(person_id)
        await uow.profiles.drop(person_id)
        return interests, events


def _clean(kind: InterestKind, text: str) -> tuple[str, str]:
    """The text as it is kept, and a refusal kind (empty if it is fine)."""
    if len(text) > MAX_LENGTH:
        return "", "too long"
    if kind is InterestKind.CATEGORY:
        category = normalise_category(text)
        return category, "" if category else "no category"
    if kind in (InterestKind.TEXT, InterestKind.MUTE) and not words(text):
        return "", "no words"
    if kind is InterestKind.AUTHOR and not any(char.isalpha() for char in text):
        return "", "no words"
    return text, ""
