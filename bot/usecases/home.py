"""A person's own page: their interests, their digest, what they saved."""

from bot.domain.chat import direct
from bot.domain.home import Home
from bot.domain.person import Account
from bot.messages.home import home
from bot.usecases.context import Context
from bot.usecases.show_digest import digest_status
from bot.usecases.show_profile import saved_by


async def show_home(context: Context, account: Account) -> Home:
    """As it stands now. Looking at it changes nothing: who was never here before is nobody afterwards, too."""
    async with context.store.read() as uow:
        person = await uow.people.find(account)
        if person is None:
            return home((), None, (), direct(account))
        interests = await uow.interests.all(person.id)
        status = await digest_status(context, uow, person.id)
        return home(interests, status, await saved_by(uow, person.id), direct(account))
