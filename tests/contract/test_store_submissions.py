"""Papers that readers put on the page, on both databases."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.paper import LOOKUP_SOURCE, Paper, PaperId, PaperKey
from bot.domain.person import PersonId
from bot.domain.span import SpanKind, span_of
from bot.domain.submission import Submission
from bot.ports import Store
from tests.factories import NOON, make_account, make_listing_head, make_paper

DAY = timedelta(days=1)
TODAY = NOON.date()


async def keep(store: Store, *papers: Paper) -> list[PaperKey]:
    async with store.write() as uow:
        return [each.paper.stored_key for each in await uow.papers.upsert(papers, NOON)]


async def some_people(store: Store, count: int = 2) -> list[PersonId]:
    async with store.write() as uow:
        return [(await uow.people.ensure(make_account(), NOON)).id for _ in range(count)]


async def test_a_paper_is_submitted_once_and_taken_back_by_its_submitter_alone(store: Store) -> None:
    (ada, ben), (key, other) = await some_people(store), await keep(store, make_paper(), make_paper())
    first = Submission(ada, key, NOON, "Ada <3\0")
    async with store.write() as uow:
        assert await uow.submissions.put(first)
        assert not await uow.submissions.put(Submission(ben, key, NOON, "Ben"))
        assert await uow.submissions.put(Submission(ada, other, NOON + DAY))
        assert not await uow.submissions.put(Submission(PersonId(999), key, NOON))
        assert not await uow.submissions.put(Submission(ada, PaperKey(999), NOON))
    async with store.write() as uow:
        assert await uow.submissions.find(key) == replace(first, name="Ada <3")
        assert [one.paper for one in await uow.submissions.of_person(ada)] == [other, key]
        assert await uow.submissions.of_person(ben) == []
        assert not await uow.submissions.remove(ben, key)
        assert await uow.submissions.remove(ada, key)
        assert not await uow.submissions.remove(ada, key)
        assert await uow.submissions.find(key) is None
        assert await uow.submissions.put(Submission(ben, key, NOON, "Ben"))


async def test_who_follows_the_store_hears_of_a_paper_when_its_submitter_changes(store: Store) -> None:
    (ada, _), keys = await some_people(store), await keep(store, make_paper(), make_paper())

    async def heard(since: int) -> tuple[list[PaperKey], int]:
        async with store.read() as uow:
            papers, _, revision = await uow.papers.changed_since(since, 9)
            assert revision == await uow.papers.revision()
            return sorted(paper.stored_key for paper in papers), revision

    _, before = await heard(0)
    async with store.write() as uow:
        for key in keys:
            assert await uow.submissions.put(Submission(ada, key, NOON))
    told, submitted = await heard(before)
    assert told == keys
    async with store.write() as uow:
        assert await uow.submissions.remove(ada, keys[0])
    told, removed = await heard(submitted)
    assert told == keys[:1]
    async with store.write() as uow:
        await uow.people.erase(ada)
    told, _ = await heard(removed)
    assert told == keys[1:]
    async with store.read() as uow:
        assert await uow.submissions.find(keys[1]) is None


async def test_joined_people_have_the_submissions_of_both(store: Store) -> None:
    (ada, ben), keys = await some_people(store), await keep(store, make_paper(), make_paper())
    async with store.write() as uow:
        for person, key in ((ada, keys[0]), (ben, keys[1])):
            await uow.submissions.put(Submission(person, key, NOON))
        await uow.people.join(ada, ben)
    async with store.read() as uow:
        assert {one.paper for one in await uow.submissions.of_person(ada)} == set(keys)


async def test_of_two_who_submitted_what_turned_out_to_be_one_paper_the_first_stays(store: Store) -> None:
    ada, ben = await some_people(store)
    for first, second in ((ada, ben), (ben, ada)):
        named = make_paper(doi=f"10.1000/{first}")
        by_doi = make_paper(id=PaperId(f"doi:10.1000/{first}{second}"), title="Something else", doi="")
        keys = await keep(store, replace(named, doi=""), by_doi)
        async with store.write() as uow:
            await uow.submissions.put(Submission(first, keys[first == ada], NOON, "first"))
            await uow.submissions.put(Submission(second, keys[first != ada], NOON + DAY, "second"))
        await keep(store, replace(named, doi=f"10.1000/{first}{second}"))
        async with store.read() as uow:
            (kept,) = set((await uow.papers.find_many([named.id, by_doi.id])).values())
            submission = await uow.submissions.find(kept.stored_key)
        assert submission is not None
        assert (submission.person_id, submission.name) == (first, "first")


async def test_a_submitted_paper_stands_on_the_page_of_that_day(store: Store) -> None:
    ada, _ = await some_people(store)
    old = make_paper(announced_at=NOON - 900 * DAY, source=LOOKUP_SOURCE)
    key, of_today = await keep(store, old, make_paper())
    submissions = [Submission(ada, key, NOON + 2 * DAY, "Ada"), Submission(ada, of_today, NOON + DAY)]
    async with store.write() as uow:
        for submission in submissions:
            await uow.submissions.put(submission)
    async with store.read() as uow:
        shelf = uow.listings.shelf
        today = await shelf(span_of(SpanKind.DAY, TODAY))
        next_day = await shelf(span_of(SpanKind.DAY, TODAY + DAY))
        last_day = await shelf(span_of(SpanKind.DAY, TODAY + 2 * DAY))
        assert await uow.listings.days_beside(TODAY, TODAY) == (TODAY - 900 * DAY, TODAY + DAY)
        assert await uow.listings.days_beside(TODAY + 3 * DAY, TODAY + 3 * DAY) == (TODAY + 2 * DAY, None)
    assert [(one.id, one.at, one.place) for one in last_day.papers] == [(old.id, old.announced_at, None)]
    assert last_day.submitted == {key: submissions[0]}
    assert [one.key for one in next_day.papers] == [of_today]
    assert today.submitted == next_day.submitted == {of_today: submissions[1]}


async def test_the_day_of_a_paper_is_the_latest_that_lists_it(store: Store) -> None:
    key, other = await keep(store, make_paper(), make_paper())
    async with store.write() as uow:
        for days in (0, 3, 1):
            await uow.listings.put(make_listing_head(day=TODAY + days * DAY), [key])
        assert await uow.listings.day_of(key) == TODAY + 3 * DAY
        assert await uow.listings.day_of(other) is None
