"""Transactions on both databases: all or nothing, many at once, and no lost papers."""

import asyncio

import pytest

from bot.domain.person import LinkCode, PersonId
from bot.ports import Store, StoreError
from store.engine import open_store
from tests.factories import NOON, make_account, make_paper


async def test_what_raises_is_rolled_back_and_reaches_the_caller(store: Store) -> None:
    async def fail() -> None:
        async with store.write() as uow:
            await uow.papers.upsert([make_paper()], NOON)
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        await fail()
    async with store.read() as uow:
        assert await uow.papers.count() == 0
        assert await uow.papers.changed_since(0, 10) == ([], [], 0)


async def test_a_reader_sees_one_moment_and_cannot_write(store: Store) -> None:
    async with store.read() as before:
        assert await before.papers.count() == 0
        async with store.write() as uow:
            await uow.papers.upsert([make_paper()], NOON)
        assert await before.papers.count() == 0
    async with store.read() as after:
        assert await after.papers.count() == 1

    async def write_while_reading() -> None:
        async with store.read() as uow:
            await uow.state.put_value("a", "b")

    with pytest.raises(StoreError):
        await write_while_reading()


async def test_a_cancelled_writer_leaves_nothing_and_holds_up_nobody(store: Store) -> None:
    inside = asyncio.Event()

    async def linger() -> None:
        async with store.write() as uow:
            await uow.papers.upsert([make_paper()], NOON)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(linger())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with store.write() as uow:
        assert await uow.papers.count() == 0
        await uow.papers.upsert([make_paper()], NOON)


async def test_two_programs_that_store_the_same_papers_store_each_once(store: Store, store_url: str) -> None:
    other = await open_store(store_url)
    papers = [make_paper() for _ in range(60)]

    async def ingest(into: Store, order: list[int]) -> list[str]:
        outcomes: list[str] = []
        for start in order:
            async with into.write() as uow:
                results = await uow.papers.upsert(papers[start : start + 20], NOON)
                outcomes += [result.outcome for result in results]
        return outcomes

    told = await asyncio.gather(ingest(store, [0, 20, 40]), ingest(other, [0, 20, 40]), ingest(other, [40, 20, 0]))
    await other.close()
    assert sorted(outcome for outcomes in told for outcome in outcomes) == ["new"] * 60 + ["unchanged"] * 120
    async with store.read() as uow:
        assert await uow.papers.count() == 60


async def test_a_follower_of_the_cursor_misses_nothing_while_others_write(store: Store, store_url: str) -> None:
    other = await open_store(store_url)
    papers = [make_paper() for _ in range(80)]
    followed: set[str] = set()
    revision = 0

    async def follow() -> None:
        nonlocal revision
        async with store.read() as uow:
            changed, _, revision = await uow.papers.changed_since(revision, 7)
            followed.update(paper.id for paper in changed)

    async def ingest(into: Store, start: int) -> None:
        for at in range(start, 80, 10):
            async with into.write() as uow:
                await uow.papers.upsert(papers[at : at + 5], NOON)

    writers = asyncio.gather(ingest(store, 0), ingest(other, 5))
    while not writers.done():
        await follow()
    await writers
    for _ in range(80):
        await follow()
    await other.close()
    assert followed == {paper.id for paper in papers}


async def test_of_two_takers_of_a_link_code_one_gets_it(store: Store, store_url: str) -> None:
    other = await open_store(store_url)
    async with store.write() as uow:
        person = await uow.people.ensure(make_account(), NOON)
        code = LinkCode("CODE", person.id, NOON.replace(year=2027))
        await uow.people.put_link_code(code)

    async def take(using: Store) -> LinkCode | None:
        async with using.write() as uow:
            return await uow.people.take_link_code("CODE", NOON)

    taken = await asyncio.gather(take(store), take(other))
    await other.close()
    assert [one for one in taken if one is not None] == [code]


async def test_two_that_meet_an_account_at_once_make_one_person(store: Store, store_url: str) -> None:
    other = await open_store(store_url)
    account = make_account()

    async def meet(using: Store) -> int:
        async with using.write() as uow:
            person = await uow.people.ensure(account, NOON)
            await asyncio.sleep(0)
            return person.id

    met = await asyncio.gather(*(meet(using) for using in (store, other) * 4))
    await other.close()
    assert len(set(met)) == 1
    async with store.read() as uow:
        assert (await uow.people.get(PersonId(met[0]))).accounts == (account,)
