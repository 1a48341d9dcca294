"""Incoming text -> Command -> use case -> Message."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.commands import COMMANDS, command_of, find_spec, parse_command, specs_named
from bot.domain.chart import Theme
from bot.domain.chat import Incoming, Message
from bot.domain.command import Command, CommandProblem
from bot.domain.feedback import Reaction
from bot.domain.person import Account, Person
from bot.domain.profile import InterestKind
from bot.domain.schedule import find_zone
from bot.domain.schedule_words import ScheduleWordsError
from bot.domain.search_query import SearchQueryError
from bot.domain.trouble import without_words
from bot.domain.zone_words import UnknownZoneError
from bot.feeds.citation import to_bibtex, to_csv, to_json, to_ris
from bot.messages import digests, lists, people, system
from bot.messages import why as why_message
from bot.messages.profile_chart import history_data, profile_chart, profile_image
from bot.pictures.profile_picture import draw_profile
from bot.ports import StoreError
from bot.usecases import manage_interests, manage_subscription
from bot.usecases.compose_digest import preview_digest
from bot.usecases.context import Context
from bot.usecases.explain_paper import explain_paper, words_of
from bot.usecases.find_paper import Asker, PaperNotFoundError, find_paper
from bot.usecases.first_papers import show_first_papers
from bot.usecases.import_library import import_library
from bot.usecases.link_accounts import link_account, make_link_code, unlink_account
from bot.usecases.privacy import export_person, forget_person
from bot.usecases.profile_history import DAYS_AGO
from bot.usecases.recommend import Asked, EmptyReason, Recommendation, asked_last, recommend
from bot.usecases.record_feedback import record_feedback, undo_feedback
from bot.usecases.search_papers import find_similar, latest_page, list_trending, search_papers
from bot.usecases.show_digest import show_digest
from bot.usecases.show_profile import saved_papers, show_profile
from bot.usecases.show_status import show_status

log = structlog.get_logger()

FIRST_PAPERS = 5

WRITERS = {"bibtex": to_bibtex, "ris": to_ris, "csv": to_csv, "json": to_json}


class Dispatcher:
    """Answers what people type. `ready` is awaited before commands that need papers (the first fetch).

    `timed` is told the name of every command and the seconds that it took.
    """

    def __init__(
        self,
        context: Context,
        ready: Callable[[], Awaitable[object]] | None = None,
        timed: Callable[[str, float], None] | None = None,
    ) -> None:
        self._context = context
        self._ready = ready
        self._timed = timed

    async def handle(self, incoming: Incoming) -> Message:
        """The answer to one message; never raises. The log names the command, never what was said."""
        form = incoming.options
        command = parse_command(incoming.text) if form is None else command_of(incoming.text, form)
        if isinstance(command, CommandProblem):
            return system.not_understood(command)
        began = self._context.clock.monotonic()
        try:
            spec = find_spec(command.name)
            if self._ready and spec and spec.needs_papers:
                await self._ready()
            return await self._answer(command, incoming)
        except PaperNotFoundError as error:
            return system.paper_not_found(error.kind, error.text, error.detail)
        except ScheduleWordsError as error:
            return digests.bad_words(str(error))
        except UnknownZoneError as error:
            return digests.unknown_zone(error.text, error.suggestions)
        except StoreError as error:
            log.error("store unusable", command=command.name, reason=str(error))
            return system.store_trouble(str(error))
        except Exception as error:
            log.error("command failed", command=command.name, errors=without_words(error))
            return system.crashed()
        finally:
            if self._timed:
                self._timed(command.name, self._context.clock.monotonic() - began)

    async def _answer(self, command: Command, incoming: Incoming) -> Message:
        if command.name == "help":
            wanted = command.text("command")
            return system.help_for(wanted, specs_named(wanted)) if wanted else system.help_page(COMMANDS)
        person = await self._person(incoming.account)
        asker = Asker(person.id, incoming.address, incoming.account.platform)
        if command.name in REACTIONS:
            state = command.text("state")
            recorded = await record_feedback(
                self._context, asker, command.text("paper"), REACTIONS[command.name], wanted=STATES.get(state)
            )
            return people.feedback(recorded.paper, recorded.changed, recorded.active, asked=state)
        if command.name in INTEREST_KINDS:
            option, kind = INTEREST_KINDS[command.name]
            changed = await manage_interests.add_interests(self._context, person.id, kind, command.text(option))
            return people.interests_changed(changed.interests, changed.added, changed.had, changed.refused)
        return await HANDLERS[command.name](self._context, command, incoming, person, asker)

    async def _person(self, account: Account) -> Person:
        async with self._context.store.read() as uow:
            person = await uow.people.find(account)
        if person is not None:
            return person
        async with self._context.store.write() as uow:
            return await uow.people.ensure(account, self._context.clock.now())


REACTIONS = {reaction.value: reaction for reaction in Reaction if reaction is not Reaction.CLICK}
STATES = {"on": True, "off": False}
INTEREST_KINDS = {
    "interests add": ("text", InterestKind.TEXT),
    "interests mute": ("text", InterestKind.MUTE),
    "interests follow": ("author", InterestKind.AUTHOR),
    "interests category": ("categories", InterestKind.CATEGORY),
}


def _ranked(recommendation: Recommendation, heading: str = "") -> Message:
    asked = recommendation.asked
    if recommendation.empty_reason is not None:
        return lists.nothing(recommendation.empty_reason.value, days=asked.days, topic=asked.topic)
    ranking = recommendation.ranking
    entries = [(entry, words_of(entry.paper, entry.parts)) for entry in ranking.entries]
    return lists.recommendation(entries, ranking.candidates, days=asked.days, topic=asked.topic, heading=heading)


async def _recommend(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    again = command.flag("again")
    # What is repeated is what was asked for last, unless something else is said now.
    last = await asked_last(context, person.id, incoming.address) if again else None
    asked = Asked(
        n=command.number("n", last.n if last else 5),
        days=command.number("days", last.days if last else context.fresh_days),
        topic=command.text("topic", last.topic if last else ""),
        again=again,
    )
    found = await recommend(context, person.id, incoming.address, asked, surface=asker.surface)
    if found.empty_reason is EmptyReason.NO_PROFILE:
        return await _first_papers(context, asker, replace(asked, start=True), asked_for=False)
    return _ranked(found)


async def _start(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    asked = Asked(n=command.number("n", FIRST_PAPERS), days=context.fresh_days, start=True)
    return await _first_papers(context, asker, asked, asked_for=True)


async def _first_papers(context: Context, asker: Asker, asked: Asked, *, asked_for: bool) -> Message:
    found = await show_first_papers(context, asker.person_id, asker.address, asked, surface=asker.surface)
    if found.empty_reason is not None:
        return lists.nothing(found.empty_reason.value, days=asked.days, topic="")
    papers = [entry.paper for entry in found.ranking.entries]
    return lists.first_papers(papers, found.ranking.candidates, days=asked.days, asked=asked_for)


async def _preview(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    size = command.number("n", 0) or None
    return _ranked(await preview_digest(context, person.id, incoming.address, size), "Your digest, if it came now")


async def _subscribe(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    typed_zone = command.text("zone")
    wish = manage_subscription.Wish(
        days=command.text("days"),
        time=command.text("time"),
        zone=typed_zone,
        size=command.number("n", 0) or None,
        threshold=command.text("threshold"),
        tell_empty=command.text("empty") == "tell" if command.text("empty") else None,
    )
    zone = incoming.zone if find_zone(incoming.zone) else context.zone
    before = await manage_subscription.subscribe(context, person.id, incoming.address, wish, zone)
    status = await show_digest(context, person.id)
    return digests.subscribed(status, before, typed_zone) if status else digests.show(None, incoming.address)


async def _digest(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    return digests.show(await show_digest(context, person.id), incoming.address)


async def _pause(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    before = await manage_subscription.pause(context, person.id, command.text("until"))
    return digests.paused(await show_digest(context, person.id), before)


async def _resume(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    before = await manage_subscription.resume(context, person.id)
    return digests.resumed(await show_digest(context, person.id), before)


async def _stop(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    return digests.stopped(await manage_subscription.stop(context, person.id))


async def _search(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    text = command.text("query")
    try:
        found = await search_papers(context, asker, text)
    except SearchQueryError as error:
        return lists.bad_query(str(error))
    return lists.empty_query() if found.query.is_empty else lists.found(text, found.papers)


async def _similar(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    similar = await find_similar(context, asker, command.text("paper"))
    return lists.similar(similar.paper, similar.papers, similar.scores)


async def _trending(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    span = command.text("span", "week")
    trending = await list_trending(context, asker, span)
    page = None if trending else await latest_page(context, asker)
    return lists.page(*page) if page else lists.trending(trending, span)


async def _paper(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    return lists.one_paper(await find_paper(context, asker, command.text("paper")))


async def _why(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    why = await explain_paper(context, asker, command.text("paper"))
    asked = why.asked
    return why_message.why(
        why.explanation,
        why.words,
        days=asked.days,
        topic=asked.topic,
        again=asked.again,
        n=asked.n,
        listed=why.listed,
    )


async def _undo(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    recorded = await undo_feedback(context, asker, command.text("paper"))
    return people.feedback(recorded.paper, recorded.changed, recorded.active)


async def _interests(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    return people.interests(await manage_interests.list_interests(context, person.id))


async def _remove(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    changed = await manage_interests.remove_interest(context, person.id, command.text("text"))
    return people.interest_removed(changed.interests, changed.removed, command.text("text"))


async def _reset(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    if not command.flag("yes"):
        return people.confirm_reset("interests reset", "forgets your interests and all your feedback")
    return people.was_reset(*await manage_interests.reset_interests(context, person.id))


async def _import(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    if not incoming.files:
        return people.no_file(command.text("file"))
    name, data = next(iter(incoming.files.items()))
    done = await import_library(context, asker, name, data)
    rejected = [f"{item.where}: {item.reason}" for item in done.rejected]
    return people.imported(len(done.learned), done.had, done.missing, rejected, done.fetch_error)


async def _profile(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    view = await show_profile(context, person)
    theme: Theme = "dark" if command.text("theme") == "dark" else "light"
    stated, learned, less = (
        [(one.words, one.values) for one in some]
        for some in (view.history.stated, view.history.learned, view.history.less)
    )
    png = await asyncio.to_thread(draw_profile, profile_chart(view.interests, stated, learned, less), theme)
    return people.profile(
        view.interests,
        view.learned,
        view.disliked,
        view.reactions,
        view.shown,
        picture=profile_image(png, theme),
        history=history_data(DAYS_AGO, learned, less),
    )


async def _saved(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    papers = await saved_papers(context, asker)
    style = command.text("format")
    return lists.saved_file(style, WRITERS[style](papers)) if style and papers else lists.saved(papers)


async def _link(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    code = command.text("code")
    if not code:
        return people.link_code(await make_link_code(context, person))
    linked = await link_account(context, person, code)
    return people.linked(linked.outcome.value, linked.person)


async def _unlink(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    return people.unlinked(await unlink_account(context, person, incoming.account))


async def _status(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    return system.status(await show_status(context, person.id))


async def _export(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    return people.exported(await export_person(context, person))


async def _forget(context: Context, command: Command, incoming: Incoming, person: Person, asker: Asker) -> Message:
    if not command.flag("yes"):
        return people.confirm_reset("privacy forget", "erases everything I know about you, on every account")
    await forget_person(context, person.id)
    return people.forgotten()


Answer = Callable[[Context, Command, Incoming, Person, Asker], Awaitable[Message]]

HANDLERS: dict[str, Answer] = {
    "recommend": _recommend,
    "start": _start,
    "search": _search,
    "similar": _similar,
    "trending": _trending,
    "paper": _paper,
    "why": _why,
    "undo": _undo,
    "interests": _interests,
    "interests remove": _remove,
    "interests import": _import,
    "interests reset": _reset,
    "profile": _profile,
    "saved": _saved,
    "digest subscribe": _subscribe,
    "digest show": _digest,
    "digest preview": _preview,
    "digest pause": _pause,
    "digest resume": _resume,
    "digest stop": _stop,
    "link": _link,
    "unlink": _unlink,
    "status": _status,
    "privacy export": _export,
    "privacy forget": _forget,
}
