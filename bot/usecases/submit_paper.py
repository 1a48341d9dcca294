"""Papers that readers put on the page for everybody, and take back."""

from datetime import timedelta

from bot.domain.chat import Address, direct
from bot.domain.feedback import Reaction
from bot.domain.paper import Paper, PaperId, PaperKey, find_paper_ids, parse_paper_id
from bot.domain.person import Account, PersonId
from bot.domain.submission import OwnSubmission, Refused, Submission, Submitted, Submitter
from bot.ports import UnitOfWork
from bot.usecases.context import Context
from bot.usecases.find_paper import Asker, PaperNotFoundError, find_paper
from bot.usecases.record_feedback import press_on

PER_DAY = 5
"""Papers of one reader within any day."""

DAY = timedelta(days=1)
SURFACE = "submit"

OPERATOR = Address("operator", "")
"""Where an operator speaks from: nowhere that a list was shown."""


async def find_submitter(context: Context, account: Account) -> Submitter | None:
    """What its owner submitted; None for an account that nobody has."""
    async with context.store.read() as uow:
        person = await uow.people.find(account)
        if person is None:
            return None
        submissions = await uow.submissions.of_person(person.id)
        papers = await uow.papers.by_keys([one.paper for one in submissions])
    return Submitter([OwnSubmission(papers[one.paper], one) for one in submissions if one.paper in papers])


async def submit_paper(context: Context, account: Account, text: str, name: str) -> Submitted | None:
    """Put the paper that an id or a link names on the page of today; one of arXiv that is not stored yet is fetched.

    It trends a little, as what is posted in a channel does: whoever submits a paper has saved it. `name` is what
    everybody may read of them (bot.domain.submission.read_name), empty for nothing. None for an account that nobody
    has.
    """
    async with context.store.read() as uow:
        person = await uow.people.find(account)
        if person is None:
            return None
        if await _has_enough(context, uow, person.id):
            return Submitted(refused=Refused.TOO_MANY)
    paper_id = _named(text)
    if paper_id is None:
        return Submitted(refused=Refused.NO_ID)
    asker = Asker(person.id, direct(account), SURFACE)
    try:
        paper = await find_paper(context, asker, paper_id)
    except PaperNotFoundError as error:
        return Submitted(refused=_why_not_found(error.kind, paper_id))
    now = context.clock.now()
    async with context.store.write() as uow:
        # One after the other, however many forms they send at once.
        if not await uow.people.hold(person.id):
            return None
        if await _has_enough(context, uow, person.id):
            return Submitted(refused=Refused.TOO_MANY)
        listed = await uow.listings.day_of(paper.stored_key) is not None
        if listed or not await uow.submissions.put(Submission(person.id, paper.stored_key, now, name)):
            return Submitted(paper, Refused.LISTED)
        await press_on(context, uow, asker, paper, Reaction.SAVE, wanted=True)
    return Submitted(paper)


async def withdraw_paper(context: Context, account: Account, paper_id: PaperId) -> Paper | None:
    """Take a paper back that the account's owner submitted; None where there is none."""
    async with context.store.write() as uow:
        person = await uow.people.find(account)
        paper = await uow.papers.find(paper_id)
        if person is None or paper is None:
            return None
        return paper if await _withdraw(context, uow, Asker(person.id, direct(account), SURFACE), paper) else None


async def withdraw_for_operator(context: Context, text: str) -> Paper | None:
    """Take back the paper that an id or a link names, whoever submitted it; None where nobody did."""
    paper_id = _named(text)
    if paper_id is None:
        return None
    async with context.store.write() as uow:
        paper = await uow.papers.find(paper_id)
        submission = await uow.submissions.find(paper.stored_key) if paper else None
        if paper is None or submission is None:
            return None
        return paper if await _withdraw(context, uow, Asker(submission.person_id, OPERATOR, SURFACE), paper) else None


async def _withdraw(context: Context, uow: UnitOfWork, submitter: Asker, paper: Paper) -> bool:
    """Whether the paper was theirs and is gone."""
    if not await uow.submissions.remove(submitter.person_id, paper.stored_key):
        return False
    if await _saved_by_submitting(uow, submitter.person_id, paper.stored_key):
        await press_on(context, uow, submitter, paper, Reaction.SAVE, wanted=False)
    return True


def _named(text: str) -> PaperId | None:
    inside = find_paper_ids(text)
    return parse_paper_id(text) or (inside[0] if len(inside) == 1 else None)


def _why_not_found(kind: str, paper_id: PaperId) -> Refused:
    if kind == "not fetched":
        return Refused.NOT_REACHED
    return Refused.UNKNOWN if paper_id.startswith("arXiv:") else Refused.ELSEWHERE


async def _has_enough(context: Context, uow: UnitOfWork, person_id: PersonId) -> bool:
    since = context.clock.now() - DAY
    return sum(one.at > since for one in await uow.submissions.of_person(person_id)) >= PER_DAY


async def _saved_by_submitting(uow: UnitOfWork, person_id: PersonId, paper: PaperKey) -> bool:
    """Whether that alone is why the paper counts as saved."""
    said = [one for one in await uow.feedback.log(person_id) if (one.paper, one.reaction) == (paper, Reaction.SAVE)]
    return bool(said) and said[-1].active and said[-1].surface == SURFACE
