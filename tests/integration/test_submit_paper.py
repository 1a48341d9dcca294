"""Papers that readers put on the page, on both databases."""

import asyncio

import pytest

from bot.domain.chat import direct
from bot.domain.page import Page, PageRequest
from bot.domain.paper import PaperId
from bot.domain.person import Account
from bot.domain.span import SpanKind, span_of
from bot.domain.submission import Refused, Submitted
from bot.ports import FetchError
from bot.usecases.browse import Browser
from bot.usecases.submit_paper import PER_DAY, find_submitter, submit_paper, withdraw_for_operator, withdraw_paper
from tests.factories import NOON, make_listing_head
from tests.fake_arxiv import FakeArxiv
from tests.integration.world import ADA, BEN, CLEO, LIBRARY, World, library, record

FIRST = PaperId("arXiv:2603.00001")


@pytest.fixture
async def known(world: World) -> World:
    """Ada and Ben have said something before."""
    await library(world)
    for who in (ADA, BEN):
        await world.ask("interests", who)
    return world


async def submit(world: World, text: str, name: str = "", who: Account = ADA) -> Submitted:
    answer = await submit_paper(world.context, who, text, name)
    assert answer is not None
    return answer


async def today(world: World) -> Page:
    return await Browser(world.context).page(span_of(SpanKind.DAY, world.clock.now().date()), PageRequest())


@pytest.mark.parametrize(
    "text",
    [
        " arXiv:2603.00008v2 ",
        "https://arxiv.org/pdf/2603.00008",
        "https://huggingface.co/papers/2603.00008",
        "https://www.alphaxiv.org/abs/2603.00008?x=1",
        "https://doi.org/10.48550/arXiv.2603.00008",
        "look: <https://arxiv.org/abs/2603.00008>!",
    ],
)
async def test_any_form_of_an_id_puts_the_paper_first_on_the_page_of_today(known: World, text: str) -> None:
    known.later(days=2)
    answer = await submit(known, text, "Ada")
    assert answer.refused is None
    page = await today(known)
    assert [(shown.paper.id, shown.submitter) for shown in page.shown] == [("arXiv:2603.00008", "Ada")]
    of_its_day = await Browser(known.context).page(span_of(SpanKind.DAY, NOON.date()), PageRequest())
    assert (of_its_day.shown[0].paper.id, of_its_day.total) == ("arXiv:2603.00008", len(LIBRARY))


async def test_a_page_that_was_read_before_shows_it_at_once_and_names_nobody_who_gave_no_name(known: World) -> None:
    browser = Browser(known.context)
    day = span_of(SpanKind.DAY, NOON.date())
    assert {shown.submitter for shown in (await browser.page(day, PageRequest())).shown} == {""}
    await submit(known, FIRST)
    shown = (await browser.page(day, PageRequest())).shown
    assert [(one.paper.id, one.submitter) for one in shown if one.submitter] == [(FIRST, "a reader")]
    assert shown[0].likes == 0
    found = await browser.paper(FIRST)
    assert found is not None
    assert found.submitter == "a reader"


async def test_an_unknown_paper_is_fetched_and_an_old_one_counts_as_of_today(known: World) -> None:
    known.fetcher.arxiv = FakeArxiv([record(77, "Kernels for everyone", NOON.replace(year=2020))])
    known.later(days=3)
    assert (await submit(known, "2603.00077")).refused is None
    page = await today(known)
    assert [shown.paper.title for shown in page.shown] == ["Kernels for everyone"]
    assert (await Browser(known.context).latest(SpanKind.DAY)).first == known.clock.now().date()
    week = await Browser(known.context).page(span_of(SpanKind.WEEK, known.clock.now().date()), PageRequest())
    assert week.shown[0].paper.title == "Kernels for everyone"


async def test_what_is_submitted_counts_as_saved_once(known: World) -> None:
    await submit(known, FIRST)
    (first,) = await known.ask("trending")
    assert (first["id"], first["likes"]) == (FIRST, 1)
    assert [paper["id"] for paper in await known.ask("saved")] == [FIRST]


async def test_taking_it_back_takes_back_all_of_it(known: World) -> None:
    await submit(known, FIRST, "Ada")
    assert await withdraw_paper(known.context, BEN, FIRST) is None
    taken = await withdraw_paper(known.context, ADA, FIRST)
    assert taken is not None
    assert taken.id == FIRST
    assert await withdraw_paper(known.context, ADA, FIRST) is None
    assert await withdraw_paper(known.context, ADA, PaperId("arXiv:2603.09999")) is None
    assert await withdraw_paper(known.context, CLEO, FIRST) is None
    assert await known.ask("trending") == await known.ask("saved") == []
    assert {shown.submitter for shown in (await today(known)).shown} == {""}
    assert (await submit(known, FIRST, who=BEN)).refused is None


async def test_what_was_saved_before_stays_saved(known: World) -> None:
    await known.ask(f"save {FIRST}")
    await submit(known, FIRST)
    await withdraw_paper(known.context, ADA, FIRST)
    assert [paper["id"] for paper in await known.ask("saved")] == [FIRST]


async def test_what_is_here_already_is_not_taken_again(known: World) -> None:
    await submit(known, FIRST, who=BEN)
    answer = await submit(known, FIRST)
    assert (answer.refused, answer.paper and answer.paper.id) == (Refused.LISTED, FIRST)
    async with known.context.store.write() as uow:
        listed = (await uow.papers.find_many([LIBRARY[4].id]))[LIBRARY[4].id]
        await uow.listings.put(make_listing_head(), [listed.stored_key])
    assert await submit(known, listed.id) == Submitted(listed, Refused.LISTED)
    assert await known.ask("saved") == []


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("", Refused.NO_ID),
        ("1", Refused.NO_ID),
        ("diffusion models", Refused.NO_ID),
        ("https://evil.test/2603.00001", Refused.NO_ID),
        ("2603.00001 2603.00002", Refused.NO_ID),
        ("2603.99999", Refused.UNKNOWN),
        ("https://doi.org/10.1000/unknown", Refused.ELSEWHERE),
        ("local:secret", Refused.ELSEWHERE),
    ],
)
async def test_what_names_no_paper_is_refused_with_its_reason(known: World, text: str, refused: Refused) -> None:
    known.fetcher.arxiv = FakeArxiv([])
    assert await submit(known, text) == Submitted(refused=refused)


async def test_where_arxiv_cannot_be_reached_that_is_the_reason(known: World) -> None:
    known.fetcher.fails["id_list"] = FetchError("api.test answered 503")
    assert await submit(known, "2603.00077") == Submitted(refused=Refused.NOT_REACHED)


async def test_a_reader_submits_a_few_papers_a_day_however_they_send_them(known: World) -> None:
    texts = [f"2603.{number:05d}" for number in range(1, PER_DAY + 3)]
    answers = await asyncio.gather(*(submit(known, text) for text in texts))
    assert [answer.refused for answer in answers].count(None) == PER_DAY
    assert [answer.refused for answer in answers].count(Refused.TOO_MANY) == 2
    asked = len(known.fetcher.asked)
    assert (await submit(known, "2603.00077")).refused is Refused.TOO_MANY
    assert len(known.fetcher.asked) == asked, "nothing is fetched for who may not submit it"
    assert (await submit(known, "2603.00012", who=BEN)).refused is None
    known.later(days=1, seconds=1)
    assert (await submit(known, "2603.00011")).refused is None


async def test_nobody_submits_nothing(known: World) -> None:
    assert await submit_paper(known.context, CLEO, FIRST, "") is None
    assert await find_submitter(known.context, CLEO) is None


async def test_a_reader_sees_their_own_the_latest_first_with_their_name(known: World) -> None:
    own = await find_submitter(known.context, ADA)
    assert own is not None
    assert (own.name, own.own) == ("", [])
    await submit(known, FIRST, "Ada B.")
    known.later(minutes=1)
    await submit(known, LIBRARY[1].id, "Ada")
    own = await find_submitter(known.context, ADA)
    assert own is not None
    assert own.name == "Ada"
    assert [one.paper.id for one in own.own] == [LIBRARY[1].id, FIRST]


async def test_the_export_holds_them_and_erasing_takes_them_off_the_page(known: World) -> None:
    await submit(known, FIRST, "Ada")
    browser = Browser(known.context)
    assert (await browser.page(span_of(SpanKind.DAY, NOON.date()), PageRequest())).shown[0].submitter == "Ada"
    (told,) = (await known.ask("privacy export"))["submissions"]
    assert (told["paper"], told["name"]) == (FIRST, "Ada")
    await known.ask("privacy forget yes")
    page = await browser.page(span_of(SpanKind.DAY, NOON.date()), PageRequest())
    assert {shown.submitter for shown in page.shown} == {""}
    assert (await known.ask("privacy export"))["submissions"] == []
    assert direct(ADA).channel not in str(page)


async def test_an_operator_takes_back_what_anybody_submitted(known: World) -> None:
    await submit(known, FIRST, "Buy here")
    for text in ("arXiv:2603.00002", "arXiv:2603.99999", "nonsense"):
        assert await withdraw_for_operator(known.context, text) is None
    withdrawn = await withdraw_for_operator(known.context, "https://arxiv.org/abs/2603.00001v2")
    assert withdrawn is not None
    assert withdrawn.id == FIRST
    assert not any(shown.submitter for shown in (await today(known)).shown)
    submitter = await find_submitter(known.context, ADA)
    assert submitter is not None
    assert not submitter.own
    assert (await known.ask("profile", ADA))["reactions"] == {}
    assert await withdraw_for_operator(known.context, FIRST) is None
