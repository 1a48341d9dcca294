"""The pages of a day, a week, a month."""

from datetime import timedelta

import pytest

from bot.domain.feedback import Feedback, Reaction
from bot.domain.paper import LOOKUP_SOURCE, Paper
from bot.usecases.browse import FEWEST, ON_A_PAGE
from tests.factories import NOON, make_account, make_listing_head
from tests.integration.web.site import open_site, see
from tests.integration.world import LIBRARY, World, paper

DAY = timedelta(days=1)


async def listed(world: World, *papers: Paper, **head: object) -> None:
    """These papers on a page of their own."""
    async with world.context.store.write() as uow:
        kept = await uow.papers.upsert(papers, NOON)
        await uow.listings.put(make_listing_head(**head), [each.paper.stored_key for each in kept])


async def liked(world: World, one: Paper, readers: int) -> None:
    async with world.context.store.write() as uow:
        stored = await uow.papers.find(one.id)
        assert stored is not None
        for _ in range(readers):
            person = await uow.people.ensure(make_account(), NOON)
            await uow.feedback.append([Feedback(person.id, stored.stored_key, Reaction.LIKE, True, NOON, "test")])


async def test_the_first_page_is_the_latest_day_with_its_papers(read: World) -> None:
    async with open_site(read.context) as site:
        today = await see(site, "/")
        read.later(days=5)
        later = await see(site, "/")
    assert "Monday, 16 March 2026" in today.text
    assert "by the research community" in today.text
    assert sorted(today.titles) == sorted(one.title for one in LIBRARY)
    assert later.titles == today.titles, "the latest day with papers, whenever one looks"


async def test_a_listed_day_names_its_curator_and_keeps_its_order(read: World) -> None:
    await listed(read, LIBRARY[4], LIBRARY[1], LIBRARY[8], curator="AK", source="page")
    async with open_site(read.context, curator="Somebody else") as site:
        page = await see(site, "/2026-03-16")
    assert "by AK and the research community" in page.text
    assert page.titles[:3] == [LIBRARY[4].title, LIBRARY[1].title, LIBRARY[8].title]
    assert len(page.titles) == len(LIBRARY)


async def test_the_curator_of_the_settings_stands_in_for_one_that_no_page_names(read: World) -> None:
    async with open_site(read.context, curator="Ada <3") as site:
        assert "by Ada <3 and the research community" in (await see(site, "/")).text


async def test_an_empty_installation_says_so(world: World) -> None:
    async with open_site(world.context) as site:
        for path in ("/", "/week", "/month"):
            assert "There are no papers here." in (await see(site, path)).text


async def test_the_days_beside_are_the_nearest_with_papers(read: World) -> None:
    await read.add(paper(20, "Older", announced_at=NOON - 9 * DAY), paper(21, "Newer", announced_at=NOON + 3 * DAY))
    async with open_site(read.context) as site:
        day, week, month = [await see(site, path) for path in ("/2026-03-16", "/week/2026-W12", "/month/2026-03")]
        oldest = await see(site, "/2026-03-07")
        between = await see(site, "/2026-03-10", 404)
    assert (day.links("prev"), day.links("next")) == (["/2026-03-07"], ["/2026-03-19"])
    assert (week.links("prev"), week.links("next")) == (["/week/2026-W10"], [])
    assert (month.links("prev"), month.links("next")) == ([], [])
    assert (oldest.links("prev"), oldest.links("next")) == ([], ["/2026-03-16"])
    assert (between.links("prev"), between.links("next")) == (["/2026-03-07"], ["/2026-03-16"])
    assert len(month.titles) == len(LIBRARY) + 2
    assert "16 to 22 March 2026 (week 12)" in week.text


@pytest.mark.parametrize(
    "path",
    [
        *("/2026-3-16", "/2026-02-30", "/week/2026-03", "/week/2026-W99", "/month/2026-W12", "/month/x", "/0001-01-01"),
        *("/2026-03-16.exe", "/trending.html", "/nothing", "/2026-03-16/more", f"/{'9' * 5_000}-1-1"),
    ],
)
async def test_what_is_no_span_is_not_here(path: str, read: World) -> None:
    async with open_site(read.context) as site:
        page = await see(site, path, 404)
    assert page.titles == []


async def test_papers_are_sorted_as_asked(world: World) -> None:
    few = paper(1, "Few votes", upvotes=3, announced_at=NOON)
    many = paper(2, "Many votes", upvotes=9, announced_at=NOON - 4 * DAY)
    none = paper(3, "No votes", announced_at=NOON + timedelta(hours=1))
    late = paper(4, "Latest", announced_at=NOON + timedelta(hours=2))
    await world.add(few, many, none, late)
    orders = {
        "trending": [few, many, late, none],
        "newest": [late, none, few, many],
        "upvotes": [many, few, late, none],
        "nonsense": [few, many, late, none],
    }
    async with open_site(world.context) as site:
        for order, papers in orders.items():
            page = await see(site, f"/month/2026-03?sort={order}")
            assert page.titles == [one.title for one in papers], order
        assert "/month/2026-03?sort=upvotes" in (await see(site, "/month/2026-03")).links()


async def test_a_category_leaves_out_the_others_and_stays_chosen(read: World) -> None:
    async with open_site(read.context) as site:
        page = await see(site, "/2026-03-16?category=cs.IR&sort=newest")
        none = await see(site, "/2026-03-16?category=math.GT")
    assert sorted(page.titles) == sorted(one.title for one in LIBRARY if "cs.IR" in one.categories)
    assert "3 papers in cs.IR" in page.text
    assert ("option", {"value": "cs.IR", "selected": None}) in page.elements
    assert "/2026-03-16?category=cs.IR" in page.links(), "another order, the same category"
    assert "There are no papers here in math.GT" in none.text


async def test_what_few_readers_like_shows_neither_a_number_nor_a_better_place(read: World) -> None:
    liked_one = LIBRARY[6]
    await liked(read, liked_one, FEWEST - 1)
    async with open_site(read.context) as site:
        before = await see(site, "/")
        await liked(read, liked_one, 1)
        same = await see(site, "/")
        read.later(minutes=2)
        after = await see(site, "/")
    assert "like it here" not in before.text
    assert before.titles[0] != liked_one.title
    assert same.titles == before.titles, "counts are kept for a minute"
    assert after.titles[0] == liked_one.title
    assert f"{FEWEST} readers like it here" in after.text


async def test_what_somebody_looked_up_is_no_news(world: World) -> None:
    await world.add(paper(1, "Looked up", announced_at=None, source=LOOKUP_SOURCE), paper(2, "News"))
    async with open_site(world.context) as site:
        assert (await see(site, "/")).titles == ["News"]


async def test_new_papers_are_on_the_page_at_once(read: World) -> None:
    async with open_site(read.context) as site:
        await see(site, "/")
        await read.add(paper(30, "Just in"))
        assert "Just in" in (await see(site, "/")).titles


async def test_a_long_day_has_pages_and_none_grows_beyond_a_hundred_kilobytes(world: World) -> None:
    words = "Long & winding <abstracts> “with” many words. " * 40
    papers = [
        paper(number, f"Paper {number} {'with a long title ' * 8}", words, authors=("Somebody Else",) * 40)
        for number in range(1, ON_A_PAGE + 21)
    ]
    await world.add(*papers)
    async with open_site(world.context) as site:
        first = await site.get("/2026-03-16")
        page, second = await see(site, "/2026-03-16"), await see(site, "/2026-03-16?page=2")
        await see(site, "/2026-03-16?page=3", 404)
    assert len(first.content) < 100_000
    assert len(page.titles) == ON_A_PAGE
    assert len(second.titles) == 20
    assert not set(page.titles) & set(second.titles)
    assert f"{len(papers)} papers, page 1 of 2" in page.text
    assert page.links("next") == ["/2026-03-16?page=2"]
    assert ("ol", {"class": "papers", "start": str(ON_A_PAGE + 1)}) in second.elements
    cut = [attrs["data-whole"] for tag, attrs in page.elements if tag == "details" and "data-whole" in attrs]
    assert len(cut) == ON_A_PAGE
    assert "The whole abstract" in page.text
    assert words.strip() in second.text, "what fits is whole"


async def test_nothing_is_sent_again_that_has_not_changed(read: World) -> None:
    async with open_site(read.context) as site:
        first = await site.get("/")
        etag = first.headers["etag"]
        again = await site.get("/", headers={"if-none-match": f'"other", {etag}'})
        await read.add(paper(30, "Just in"))
        changed = await site.get("/", headers={"if-none-match": etag})
    assert first.headers["cache-control"] == "public, max-age=60"
    assert first.headers["content-encoding"] == "gzip"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert changed.status_code == 200
