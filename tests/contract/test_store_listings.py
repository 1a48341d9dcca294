"""Listings and the term index's segments on both databases."""

from datetime import timedelta

from bot.domain.listing import Listing
from bot.domain.paper import PaperKey
from bot.domain.ranking import StoredSegment
from bot.ports import Store
from tests.factories import NOON, make_listing_head, make_paper


async def test_a_page_keeps_its_order_and_a_second_reading_replaces_it(store: Store) -> None:
    papers = [make_paper() for _ in range(3)]
    head = make_listing_head()
    async with store.write() as uow:
        assert await uow.listings.latest() is None
        keys = [result.paper.stored_key for result in await uow.papers.upsert(papers, NOON)]
        await uow.listings.put(make_listing_head(curator="before"), keys)
        await uow.listings.put(head, [keys[2], keys[0], keys[2], PaperKey(999_999)])
    async with store.read() as uow:
        assert await uow.listings.latest() == Listing(head, (papers[2].id, papers[0].id))


async def test_the_latest_page_is_the_one_of_the_latest_day(store: Store) -> None:
    today = NOON.date()
    async with store.write() as uow:
        await uow.listings.put(make_listing_head(source="b", day=today), [])
        await uow.listings.put(make_listing_head(source="a", day=today - timedelta(days=1)), [])
        latest, of_a = await uow.listings.latest(), await uow.listings.latest("a")
        assert await uow.listings.latest("c") is None
    assert latest is not None
    assert of_a is not None
    assert (latest.head.source, of_a.head.source) == ("b", "a")


async def test_a_merged_segment_takes_the_newest_ones_place_under_a_new_id(store: Store) -> None:
    async with store.write() as uow:
        first, second, third = [await uow.segments.append(n, bytes([n])) for n in (1, 2, 3)]
        assert await uow.segments.ids() == [(first, 1), (second, 2), (third, 3)]
        merged = await uow.segments.replace([first, second], 3, b"merged")
        assert merged is not None
        assert merged not in {first, second, third}
        assert await uow.segments.ids() == [(merged, 3), (third, 3)]
        assert await uow.segments.load([third, merged, first]) == [
            StoredSegment(merged, 3, b"merged"),
            StoredSegment(third, 3, b"\3"),
        ]
        assert await uow.segments.replace([first, third], 9, b"late") is None
        assert await uow.segments.replace([], 0, b"") is None
        again = await uow.segments.replace([merged, third], 6, b"all")
        assert again is not None
        assert again > third
        assert await uow.segments.append(1, b"") > again
