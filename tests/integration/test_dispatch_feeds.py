"""How papers come in: catching up with arXiv, naming a source, conditional requests, files."""

import asyncio
import io
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.bootstrap.chat import BackgroundFetch
from bot.dispatch import Dispatcher
from bot.domain.chat import Address, Incoming
from bot.domain.listing import FeedItem, ListingHead
from bot.ports import FetchError
from bot.usecases.catch_up import CaughtUp, catch_up
from bot.usecases.ingest_papers import IngestReport, ingest_papers
from bot.usecases.ingest_source import UnknownSourceError, ingest_source, ingest_stream
from tests.factories import NOON
from tests.fake_arxiv import FakeArxiv
from tests.fakes import Leader
from tests.integration.world import ADA, LIBRARY, World, data_of, ids, record, words_of

RSS = "http://feed.test/rss/cs.LG+cs.IR"


def arxiv() -> FakeArxiv:
    """Two papers a day for 30 days, ten a page, newest first; of the newest two today's feed tells too."""
    records = [record(n, f"Retrieval study {chr(97 + n % 26)}", NOON - timedelta(days=n // 2)) for n in range(1, 60)]
    return FakeArxiv(records=records, announced=records[:2], page=10)


async def test_catching_up_reads_the_announcements_and_two_weeks_before_and_then_waits_its_time(world: World) -> None:
    world.fetcher.arxiv = arxiv()
    told: list[tuple[int, int | None]] = []
    done = await catch_up(world.context, lambda papers, total: told.append((papers, total)))
    assert done.outcome is CaughtUp.FETCHED
    pages = [url for url in world.fetcher.asked if "search_query" in url]
    assert world.fetcher.asked == [RSS, *pages]
    # 14 days and 5 for the announcement's delay, two papers a day, ten a page
    assert len(pages) == 4
    assert done.report.new == 40
    assert [papers for papers, _ in told] == [10, 20, 30, 40]
    assert all(total is not None and total >= papers for papers, total in told[:-1])
    status = await world.ask("status")
    assert (status["papers"], status["search_behind"], status["error"]) == (40, 0, None)
    assert status["fetched_at"] == NOON.isoformat()
    world.later(hours=5)
    assert (await catch_up(world.context)).outcome is CaughtUp.NOT_DUE
    assert len(world.fetcher.asked) == 5
    world.later(hours=2)
    again = await catch_up(world.context)
    assert (again.outcome, again.report.new) == (CaughtUp.FETCHED, 0)
    # only back to the last fetch and the announcement's delay, not two weeks
    assert len(world.fetcher.asked) == 5 + 1 + 2


async def test_other_categories_are_due_at_once_and_reach_back_the_whole_time(world: World) -> None:
    world.fetcher.arxiv = arxiv()
    await catch_up(world.context)
    other = replace(world.context, sources=replace(world.context.sources, categories=("stat.ML",)))
    asked = len(world.fetcher.asked)
    assert (await catch_up(other)).outcome is CaughtUp.FETCHED
    assert world.fetcher.asked[asked] == "http://feed.test/rss/stat.ML"
    assert len(world.fetcher.asked) - asked == 5


async def test_without_a_network_and_without_papers_the_samples_are_loaded_once(world: World) -> None:
    done = await catch_up(world.context)
    assert (done.outcome, done.report.new, done.detail) == (CaughtUp.OFFLINE_SAMPLES, 40, "no network")
    again = await catch_up(world.context)
    assert (again.outcome, again.report.new) == (CaughtUp.OFFLINE, 0)
    status = await world.ask("status")
    assert (status["papers"], status["samples"], status["error"]) == (0, 40, "no network")
    assert status["fetched_at"] is None
    assert status["tried_at"] == NOON.isoformat()
    world.fetcher.arxiv = arxiv()
    assert (await catch_up(world.context)).outcome is CaughtUp.FETCHED
    status = await world.ask("status")
    assert (status["papers"], status["samples"], status["error"]) == (40, 0, None)


async def test_without_a_network_the_papers_that_are_there_stay_and_the_next_look_is_due(read: World) -> None:
    assert (await catch_up(read.context)).outcome is CaughtUp.OFFLINE
    status = await read.ask("status")
    assert (status["papers"], status["samples"]) == (12, 0)
    assert "last problem" in str((await read.say("status")).blocks)


async def test_a_fetch_that_fails_in_the_middle_keeps_what_came_and_is_tried_again(world: World) -> None:
    world.fetcher.arxiv = arxiv()
    world.fetcher.fails["start=20"] = FetchError("arXiv answered 503")
    done = await catch_up(world.context)
    assert (done.outcome, done.detail) == (CaughtUp.FAILED, "arXiv answered 503")
    status = await world.ask("status")
    assert (status["papers"], status["error"], status["fetched_at"]) == (20, "arXiv answered 503", None)
    assert await world.ask("search retrieval")
    world.fetcher.fails.clear()
    again = await catch_up(world.context)
    assert (again.outcome, again.report.new, again.report.unchanged) == (CaughtUp.FETCHED, 20, 20)


async def test_an_announcement_feed_that_has_not_changed_is_not_read_again(world: World) -> None:
    world.fetcher.arxiv = arxiv()
    rss = world.fetcher.arxiv.answer("/rss/cs.LG")[2].encode()
    world.fetcher.pages[RSS] = rss
    first = await ingest_source(world.context, "cs.LG,cs.IR")
    assert first.new == 40
    empty = await ingest_source(world.context, "cs.LG,cs.IR")
    # the pages of the API again, but not the two announcements
    assert (empty.unchanged, first.stored) == (40, 42)
    world.fetcher.pages[RSS] = rss.replace(b"Retrieval study b", b"Renamed study b")
    assert (await ingest_source(world.context, "cs.LG,cs.IR")).stored == 42


async def test_a_feed_with_a_broken_record_is_read_again_the_next_time(world: World) -> None:
    world.fetcher.arxiv = arxiv()
    broken = world.fetcher.arxiv.answer("/rss/cs.LG")[2].replace("Retrieval study b", "").encode()
    world.fetcher.pages[RSS] = broken
    for _ in range(2):
        report = await ingest_source(world.context, "cs.LG cs.IR")
        assert [item.reason for item in report.rejected] == ["no title"]


OAI = """<OAI-PMH><ListRecords><record><header><identifier>oai:arXiv.org:2603.0{0}</identifier></header><metadata>
<arXivRaw><id>2603.0{0}</id><version version="v1"><date>Mon, 09 Mar 2026 10:00:00 GMT</date></version>
<title>Harvested {0}</title><authors>Ada Lovelace</authors><categories>cs.LG</categories>
<abstract>Brought in by harvest {0}.</abstract></arXivRaw></metadata></record>
<resumptionToken completeListSize="2">{1}</resumptionToken></ListRecords></OAI-PMH>"""


async def test_a_harvest_follows_its_tokens_to_the_end(world: World) -> None:
    base = "http://oai.test/oai?verb=ListRecords"
    world.fetcher.pages = {
        f"{base}&metadataPrefix=arXivRaw&set=cs&from=2026-03-01": OAI.format("1001", "more").encode(),
        f"{base}&resumptionToken=more": OAI.format("1002", "").encode(),
    }
    told: list[tuple[int, int | None]] = []
    report = await ingest_source(
        world.context, "oai:cs", day=date(2026, 3, 1), progress=lambda *numbers: told.append(numbers)
    )
    assert (report.new, report.rejected) == (2, [])
    assert told == [(1, 2), (2, None)]
    assert len(ids(await world.ask("search harvested"))) == 2


async def test_a_date_names_the_daily_papers_and_makes_their_listing(read: World) -> None:
    row = {"paper": {"id": "2603.00004", "title": "Sequential recommendation", "summary": "Short.", "upvotes": 9}}
    read.fetcher.pages["http://hf.test/api/daily_papers?date=2026-03-14"] = json.dumps([row]).encode()
    report = await ingest_source(read.context, "2026-03-14")
    assert (report.updated, report.heads[0].source) == (1, "huggingface")
    async with read.context.store.read() as uow:
        listing = await uow.listings.latest()
    assert listing is not None
    assert (listing.head.day, listing.papers) == (date(2026, 3, 14), ("arXiv:2603.00004",))
    assert data_of(await read.say("trending"))[0]["upvotes"] == 9


async def test_an_id_a_link_and_a_feeds_address_are_sources(world: World) -> None:
    world.fetcher.arxiv = arxiv()
    assert (await ingest_source(world.context, "https://arxiv.org/abs/2603.00007v2")).new == 1
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>A blog</title><entry><title>On kites</title>'
        "<id>http://blog.test/1</id><summary>Kites fly high.</summary></entry></feed>"
    )
    world.fetcher.pages["http://blog.test/atom.xml"] = atom.encode()
    assert (await ingest_source(world.context, "http://blog.test/atom.xml")).new == 1
    assert [entry["title"] for entry in await world.ask("search kites")] == ["On kites"]


async def test_what_names_no_source_is_refused_without_a_request(world: World) -> None:
    for source in ("nonsense", "2026-02-30", "", " ", "cs.LG,nonsense", "10.1000/xyz"):
        with pytest.raises(UnknownSourceError):
            await ingest_source(world.context, source)
    assert world.fetcher.asked == []


async def test_a_file_cannot_pose_as_samples_and_its_bad_lines_are_named(world: World) -> None:
    lines = (
        b'{"title": "A kite", "abstract": "It flies.", "source": "sample"}\nno json\n'
        b'{"title": "No abstract"}\n{"title": "A kite", "abstract": "It flies."}\n'
    )
    told: list[int] = []
    report = await ingest_stream(
        world.context, "papers.jsonl", io.BytesIO(lines), progress=lambda done, _total: told.append(done)
    )
    assert (report.new, report.unchanged, [item.where for item in report.rejected]) == (1, 1, ["line 2", "line 3"])
    assert told == [4]
    status = await world.ask("status")
    assert (status["papers"], status["samples"]) == (1, 0)


async def test_a_page_with_two_days_makes_two_listings_in_order(world: World) -> None:
    days = [ListingHead("page", date(2026, 3, day), "AK") for day in (13, 14)]
    items: list[FeedItem] = [days[0], *LIBRARY[:2], days[1], LIBRARY[2], LIBRARY[0], LIBRARY[2]]
    report = await ingest_papers(world.context, iter(items))
    assert (report.heads, report.new, report.stored) == (days, 3, 5)
    async with world.context.store.read() as uow:
        latest = await uow.listings.latest("page")
    assert latest is not None
    assert (latest.head, latest.papers) == (days[1], (LIBRARY[2].id, LIBRARY[0].id))


def test_reports_add_up() -> None:
    report = IngestReport(new=1, updated=2, unchanged=3)
    report.add(IngestReport(new=10))
    assert (report.new, report.stored) == (11, 16)


async def test_commands_that_need_papers_wait_for_the_first_fetch_and_others_do_not(world: World) -> None:
    gate = asyncio.Event()

    async def ready() -> None:
        await gate.wait()
        await catch_up(world.context)

    dispatcher = Dispatcher(world.context, ready)
    here = Address("console", "here")
    added = await dispatcher.handle(Incoming(ADA, here, "interests add diffusion models"))
    assert added.ok
    waiting = asyncio.create_task(dispatcher.handle(Incoming(ADA, here, "recommend 2")))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    gate.set()
    assert len(data_of(await waiting)) == 2


async def test_the_background_fetch_tells_what_came_of_it(world: World) -> None:
    world.fetcher.arxiv = arxiv()
    told: list[str] = []
    fetch = BackgroundFetch(world.context, Leader(), told.append, patient=True)
    assert fetch.toolbar().startswith("fetching new papers from arXiv")
    await fetch.ready()
    assert told[-1] == "40 new papers fetched."
    assert fetch.toolbar() == ""
    await fetch.stop()
    impatient = BackgroundFetch(world.context, Leader(), told.append, patient=False)
    await impatient.ready()
    await impatient.stop()
    assert "retrieval" in words_of(await world.say("recommend 2 retrieval")) + str(await world.ask("search retrieval"))


async def test_a_background_fetch_leaves_the_feeds_to_a_process_that_looks_at_them_already(world: World) -> None:
    world.fetcher.arxiv = arxiv()
    told: list[str] = []
    fetch = BackgroundFetch(world.context, Leader(elsewhere=True), told.append, patient=False)
    await fetch.ready()
    await fetch.stop()
    assert (told, world.fetcher.asked) == ([], [])
