"""Submitting a paper: who may, what they are told, and what everybody sees of them."""

from datetime import timedelta

import httpx
import pytest

from adapters.web import submitting
from adapters.web.lists import FEEDS
from bot.domain.submission import MAX_NAME
from bot.usecases.submit_paper import PER_DAY
from tests.fake_arxiv import FakeArxiv
from tests.integration.mail.visitor import ADA_BY_MAIL, ADDRESS, SITE, Visitor
from tests.integration.web.site import Seen, open_site, see
from tests.integration.web.test_hostile_text import HOSTILE, check
from tests.integration.world import LIBRARY, record


@pytest.fixture
async def own(visitor: Visitor) -> Visitor:
    """Ada, signed in, before the form."""
    await visitor.subscribe()
    await visitor.enter()
    await visitor.open("/submit")
    return visitor


async def submit(visitor: Visitor, paper: str, name: str = "") -> httpx.Response:
    return await visitor.press("/submit", paper=paper, name=name)


async def test_who_is_not_signed_in_is_told_how_and_comes_back(visitor: Visitor) -> None:
    await visitor.subscribe()
    await visitor.open("/submit")
    assert "A link that comes by mail signs you in" in visitor.said
    assert 'href="/subscribe"' in visitor.page
    await visitor.press("/manage", address=ADDRESS)
    await visitor.open(visitor.link("manage/"))
    await visitor.press()
    assert visitor.answer.url.path == "/me"
    assert 'href="/submit"' in visitor.page
    await visitor.open("/submit")
    assert "The paper's id or link" in visitor.said


async def test_an_unknown_address_is_told_the_same_and_gets_no_mail(visitor: Visitor) -> None:
    await visitor.subscribe()
    told = []
    for address, mails in ((ADDRESS, 2), ("nobody@example.org", 2)):
        await visitor.open("/submit")
        await visitor.press("/manage", address=address)
        told.append((visitor.answer.status_code, visitor.said))
        assert len(visitor.mails) == mails
    assert told[0] == told[1]


async def test_a_link_is_submitted_shown_to_everybody_and_withdrawn(own: Visitor) -> None:
    await submit(own, "https://huggingface.co/papers/2603.00008", "Ada L.")
    assert f"Submitted: {LIBRARY[7].title}" in own.said
    assert 'href="/papers/2603.00008"' in own.page
    assert "2026-03-16, by Ada L. Withdraw" in own.said
    async with open_site(own.world.context) as site:
        for path in ("/", "/papers/2603.00008"):
            page = await see(site, path)
            assert "submitted here by Ada L." in page.text
            assert "example.org" not in page.text
        assert page.titles[0] != LIBRARY[7].title
        assert (await see(site, "/")).titles[0] == LIBRARY[7].title
        await own.press("/submit/withdraw")
        assert f"Withdrawn: {LIBRARY[7].title}" in own.said
        assert "Nothing yet." in own.said
        assert "submitted here" not in (await see(site, "/")).text


async def test_an_unknown_paper_comes_from_arxiv_by_no_name(own: Visitor) -> None:
    own.world.fetcher.arxiv = FakeArxiv([record(77, "Kernels for everyone")])
    await submit(own, "arXiv:2603.00077v3")
    assert "Submitted: Kernels for everyone" in own.said
    assert "by a reader" in own.said
    async with open_site(own.world.context) as site:
        assert "submitted here by a reader" in (await see(site, "/papers/2603.00077")).text


async def test_the_name_that_was_used_last_stands_in_the_form(own: Visitor) -> None:
    await submit(own, "2603.00001", "Ada")
    await own.open("/submit")
    assert 'value="Ada"' in own.page


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("diffusion", 422, "That names no paper. Write an arXiv id"),
        ("2603.99999", 422, "arXiv has no such paper."),
        ("10.1000/unknown", 422, "If it is on arXiv, write its id there."),
    ],
)
async def test_a_mistake_is_said_beside_the_field_which_keeps_what_was_typed(
    own: Visitor, typed: str, status: int, words: str
) -> None:
    own.world.fetcher.arxiv = FakeArxiv([])
    answer = await submit(own, typed, "Ada")
    assert answer.status_code == status
    assert words in own.said
    field = next(attrs for tag, attrs in Seen(answer.text).elements if tag == "input" and attrs.get("id") == "paper")
    assert (field["value"], field["aria-invalid"]) == (typed, "true")
    assert (field["aria-describedby"] or "").split() == ["paper-help", "wrong-paper"]
    assert 'value="Ada"' in own.page


async def test_where_arxiv_is_away_that_is_said(own: Visitor) -> None:
    assert (await submit(own, "2603.00077")).status_code == 503
    assert "arXiv does not answer" in own.said


async def test_what_is_here_already_is_linked(own: Visitor) -> None:
    for _ in range(2):
        answer = await submit(own, "2603.00003")
    assert answer.status_code == 422
    assert f"It is on the page already: {LIBRARY[2].title}" in own.said


@pytest.mark.parametrize("name", [ADDRESS, "https://spam.test", "x" * (MAX_NAME + 1)])
async def test_a_name_that_is_none_is_refused_beside_its_field(own: Visitor, name: str) -> None:
    assert (await submit(own, "2603.00003", name)).status_code == 422
    assert "everybody can read it" in own.said
    async with open_site(own.world.context) as site:
        assert "submitted here" not in (await see(site, "/")).text


@pytest.mark.parametrize("text", HOSTILE)
async def test_whatever_is_typed_stays_text(own: Visitor, text: str) -> None:
    assert (await submit(own, text, text.replace("/", "|"))).status_code == 422
    check(Seen(own.answer.text))
    await submit(own, "2603.00001", text[:MAX_NAME].replace("/", "|"))
    check(Seen(own.answer.text))
    async with open_site(own.world.context) as site:
        for path in ("/", "/papers/2603.00001"):
            check(await see(site, path))


async def test_enough_is_enough_for_a_day(own: Visitor) -> None:
    for number in range(1, PER_DAY + 1):
        assert (await submit(own, f"2603.{number:05d}")).status_code == 200
    assert (await submit(own, "2603.00009")).status_code == 429
    assert "Come back tomorrow" in own.said
    await own.press("/submit/withdraw")
    assert (await submit(own, "2603.00009")).status_code == 200


async def test_who_sends_form_after_form_has_to_wait(own: Visitor) -> None:
    for _ in range(submitting.PER_READER.burst):
        assert (await submit(own, "x")).status_code == 422
    asked = len(own.world.fetcher.asked)
    assert (await submit(own, "2603.00077")).status_code == 429
    assert "That is too fast." in own.said
    assert len(own.world.fetcher.asked) == asked


async def test_nobody_submits_without_the_form_or_signed_out(own: Visitor) -> None:
    await submit(own, "2603.00001")
    fields = {"paper": "arXiv:2603.00001"}
    for path in ("/submit", "/submit/withdraw"):
        assert (await own.post(path, fields)).status_code == 403
        async with httpx.AsyncClient(transport=httpx.ASGITransport(own.app), base_url=SITE) as other:
            form = await other.get("/submit")
            token = form.text.partition('name="csrf" value="')[2].partition('"')[0]
            assert (await other.post(path, data={"csrf": token, **fields})).status_code == 403
    async with open_site(own.world.context) as site:
        assert (await see(site, "/")).text.count("submitted here by") == 1


async def test_the_form_ends_with_the_page_that_is_closed_or_too_old(own: Visitor) -> None:
    await own.open("/me")
    await own.press("/me/leave")
    await own.open("/submit")
    assert "signs you in" in own.said
    await own.enter()
    await own.open("/submit")
    own.world.clock.advance(timedelta(hours=3))
    await submit(own, "2603.00001")
    assert own.answer.status_code == 403
    assert "signs you in" in own.said


async def test_who_was_erased_submits_nothing_and_what_they_submitted_is_gone(own: Visitor) -> None:
    await submit(own, "2603.00001", "Ada")
    form = own.answer
    await own.world.ask("privacy forget yes", ADA_BY_MAIL)
    own.answer = form
    await submit(own, "2603.00002", "Ada")
    assert own.answer.status_code == 403
    own.answer = form
    await own.press("/submit/withdraw")
    assert own.answer.status_code == 403
    async with open_site(own.world.context) as site:
        assert "submitted here" not in (await see(site, "/")).text


async def test_what_was_not_submitted_is_not_withdrawn_and_no_feed_names_an_address(own: Visitor) -> None:
    await submit(own, "2603.00001", "Ada")
    token = own.page.partition('name="csrf" value="')[2].partition('"')[0]
    for paper in ("arXiv:2603.00002", "nonsense", ""):
        await own.post("/submit/withdraw", {"csrf": token, "paper": paper})
        assert "It was not there any more." in own.said
    async with open_site(own.world.context) as site:
        assert "submitted here by Ada" in (await see(site, "/")).text
        for form in FEEDS:
            assert ADDRESS not in (await site.get(f"/trending.{form}")).text


async def test_the_cookie_goes_to_ones_own_pages_alone(own: Visitor) -> None:
    paths = {cookie.path for cookie in own.browser.cookies.jar if cookie.name == "paperboy_reader"}
    assert paths == {"/me", "/submit"}
