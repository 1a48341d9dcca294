"""The papers of a span, and the spans beside it, on both databases."""

from datetime import timedelta

from bot.domain.feedback import Feedback, Reaction
from bot.domain.page import PaperVersion
from bot.domain.paper import LOOKUP_SOURCE, Paper
from bot.domain.span import SpanKind, span_of
from bot.ports import Store
from tests.factories import NOON, make_account, make_listing_head, make_paper

DAY = timedelta(days=1)
TODAY = NOON.date()


async def keep(store: Store, *papers: Paper, seen: timedelta = timedelta()) -> list[Paper]:
    async with store.write() as uow:
        return [each.paper for each in await uow.papers.upsert(papers, NOON + seen)]


async def test_a_day_holds_what_was_listed_announced_or_first_seen_then(store: Store) -> None:
    announced, older = make_paper(upvotes=7), make_paper(announced_at=NOON - DAY)
    seen = make_paper(announced_at=None)
    asked_for = make_paper(announced_at=None, source=LOOKUP_SOURCE)
    named = make_paper(announced_at=NOON - 40 * DAY, categories=("math.GT",))
    await keep(store, announced, older, seen, asked_for)
    (listed,) = await keep(store, named)
    elsewhere = await keep(store, make_paper(announced_at=None))
    async with store.write() as uow:
        head = make_listing_head(day=TODAY)
        await uow.listings.put(head, [listed.stored_key])
        await uow.listings.put(make_listing_head(day=TODAY - 3 * DAY), [elsewhere[0].stored_key])
    async with store.read() as uow:
        shelf = await uow.listings.shelf(span_of(SpanKind.DAY, TODAY))
        week = await uow.listings.shelf(span_of(SpanKind.WEEK, TODAY))
        month = await uow.listings.shelf(span_of(SpanKind.MONTH, TODAY))
    assert [(one.id, one.place) for one in shelf.papers] == [(named.id, 0), (announced.id, None), (seen.id, None)]
    assert [one.upvotes for one in shelf.papers] == [0, 7, 0]
    assert (shelf.papers[0].categories, shelf.papers[0].at) == (("math.GT",), named.announced_at)
    assert shelf.heads == (head,)
    assert {one.id for one in week.papers} == {named.id, announced.id, seen.id}
    assert {one.id for one in month.papers} == {named.id, announced.id, seen.id, older.id, elsewhere[0].id}


async def test_a_paper_on_several_pages_stands_once_where_the_latest_has_it(store: Store) -> None:
    first, second, third = await keep(store, *(make_paper() for _ in range(3)))
    async with store.write() as uow:
        await uow.listings.put(make_listing_head(day=TODAY - DAY), [third.stored_key, first.stored_key])
        await uow.listings.put(make_listing_head(day=TODAY), [second.stored_key, first.stored_key])
    async with store.read() as uow:
        shelf = await uow.listings.shelf(span_of(SpanKind.MONTH, TODAY))
    assert [one.id for one in sorted(shelf.papers, key=lambda one: one.place or 0)] == [second.id, first.id, third.id]


async def test_the_days_beside_are_those_with_papers(store: Store) -> None:
    async with store.read() as uow:
        assert await uow.listings.days_beside(TODAY, TODAY) == (None, None)
    await keep(store, make_paper(announced_at=NOON - 9 * DAY), make_paper(announced_at=NOON + 9 * DAY))
    (listed,) = await keep(store, make_paper(announced_at=None), seen=20 * DAY)
    async with store.write() as uow:
        await uow.listings.put(make_listing_head(day=TODAY - 2 * DAY), [listed.stored_key])
        await uow.listings.put(make_listing_head(day=TODAY + DAY), [])
    async with store.read() as uow:
        beside = uow.listings.days_beside
        assert await beside(TODAY, TODAY) == (TODAY - 2 * DAY, TODAY + 9 * DAY)
        assert await beside(TODAY - 2 * DAY, TODAY) == (TODAY - 9 * DAY, TODAY + 9 * DAY)
        assert await beside(TODAY - 9 * DAY, TODAY + 9 * DAY) == (None, None)
    await keep(store, make_paper(announced_at=None), seen=3 * DAY)
    async with store.read() as uow:
        assert await uow.listings.days_beside(TODAY, TODAY) == (TODAY - 2 * DAY, TODAY + 3 * DAY)


async def test_likes_are_counted_since_a_moment_and_older_texts_come_oldest_first(store: Store) -> None:
    (paper,) = await keep(store, make_paper(version=1, title="First words", updated_at=NOON))
    async with store.write() as uow:
        people = [await uow.people.ensure(make_account(), NOON) for _ in range(3)]
        words = [Reaction.LIKE, Reaction.SAVE, Reaction.DISLIKE]
        events = [
            Feedback(person.id, paper.stored_key, word, True, NOON, "test")
            for person, word in zip(people, words, strict=True)
        ]
        await uow.feedback.append(events)
        assert await uow.papers.likes(NOON, 10) == {paper.stored_key: (2, 1)}
        assert await uow.papers.likes(NOON + DAY, 10) == {}
        assert await uow.papers.versions(paper.stored_key) == []
        for number in (2, 3):
            newer = make_paper(id=paper.id, version=number, title=f"Words, version {number}", abstract=f"{number}.")
            await uow.papers.upsert([newer], NOON + number * DAY)
        assert await uow.papers.versions(paper.stored_key) == [
            PaperVersion(1, "First words", paper.abstract, NOON + 2 * DAY),
            PaperVersion(2, "Words, version 2", "2.", NOON + 3 * DAY),
        ]
