"""Join two accounts into one person by a one-time code, and give an account its own profile again."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.person import Account, LinkCode, Person
from bot.usecases.context import Context

CODE_LIVES = timedelta(minutes=15)
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class LinkOutcome(StrEnum):
    JOINED = "joined"
    SAME = "same"
    BAD_CODE = "bad code"


@dataclass(frozen=True, slots=True)
class Linked:
    outcome: LinkOutcome
    person: Person


async def make_link_code(context: Context, person: Person) -> LinkCode:
    """A code of eight characters without look-alikes (40 bits), good once and for 15 minutes."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    link = LinkCode(code, person.id, context.clock.now() + CODE_LIVES)
    async with context.store.write() as uow:
        await uow.people.put_link_code(link)
    return link


async def link_account(context: Context, person: Person, code: str) -> Linked:
    """Join `person` into the one who made the code: union of interests and feedback, profile learned anew."""
    async with context.store.write() as uow:
        taken = await uow.people.take_link_code("".join(code.upper().split()), context.clock.now())
        if taken is None:
            return Linked(LinkOutcome.BAD_CODE, person)
        if taken.person_id == person.id:
            # It was meant for the other account, where it must still work.
            await uow.people.put_link_code(taken)
            return Linked(LinkOutcome.SAME, person)
        await uow.people.join(taken.person_id, person.id)
        await uow.profiles.outdate(taken.person_id, context.clock.now())
        return Linked(LinkOutcome.JOINED, await uow.people.get(taken.person_id))


async def unlink_account(context: Context, person: Person, account: Account) -> bool:
    """Give the account a person of its own. False if it is the person's only one."""
    if len(person.accounts) < 2:
        return False
    async with context.store.write() as uow:
        await uow.people.split(account, context.clock.now())
    return True
