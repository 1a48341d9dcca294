"""Subscribing by mail on both databases: double opt-in, one click out, and nothing in between that a link could do."""

import asyncio
from dataclasses import replace
from datetime import time

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from adapters.web import subscribing
from bot.domain.mail_wish import MailWish
from bot.domain.paper import PaperId
from bot.domain.subscription import Content, Subscription
from bot.domain.ticket import Purpose
from tests.integration.mail.visitor import ADA_BY_MAIL, ADDRESS, SITE, Visitor
from tests.integration.world import BEN
from tests.mail_parts import at_port, mail_adapter, plain_of, text_of
from tests.mail_peer import Mailroom, mail_server


async def order_of(visitor: Visitor) -> Subscription | None:
    async with visitor.world.context.store.read() as uow:
        person = await uow.people.find(ADA_BY_MAIL)
        return await uow.subscriptions.find(person.id) if person else None


async def is_known(visitor: Visitor) -> bool:
    async with visitor.world.context.store.read() as uow:
        return await uow.people.find(ADA_BY_MAIL) is not None


async def test_nothing_is_stored_before_the_link_of_the_mail_is_confirmed(visitor: Visitor) -> None:
    await visitor.open("/subscribe")
    await visitor.press(
        address=" Ada@Example.org ", rhythm="daily", about="interests", interests="flows", zone="Berlin"
    )
    assert "Look into your mailbox" in visitor.said
    (mail,) = visitor.mails
    assert "to bring papers by interest, daily at 08:00 (Europe/Berlin)" in " ".join(plain_of(mail).split())
    assert mail["List-Unsubscribe"] is None
    assert not await is_known(visitor)
    await visitor.open(visitor.link("confirm/"))
    assert f"mails come to {ADDRESS}" in visitor.said
    assert not await is_known(visitor)
    await visitor.press()
    assert "Subscribed: daily at 08:00" in visitor.said
    order = await order_of(visitor)
    assert order is not None
    assert (order.zone, order.local_time, order.content) == ("Europe/Berlin", time(8), Content.PERSONAL)
    assert (order.address.platform, order.address.channel) == ("mail", f"user:{ADDRESS}")


@pytest.mark.parametrize(("rhythm", "days"), [("daily", 7), ("weekly", 1), ("<b>", 7)])
async def test_who_says_nothing_gets_what_everybody_reads(visitor: Visitor, rhythm: str, days: int) -> None:
    await visitor.subscribe(rhythm=rhythm, zone="")
    order = await order_of(visitor)
    assert order is not None
    assert (order.content, len(order.days), order.zone) == (Content.TRENDING, days, "UTC")


async def test_confirming_again_changes_nothing_and_makes_no_second_subscription(visitor: Visitor) -> None:
    await visitor.subscribe()
    before = await order_of(visitor)
    await visitor.open(visitor.link("confirm/"))
    await visitor.press()
    assert "Nothing new" in visitor.said
    assert await order_of(visitor) == before


async def test_a_confirmation_is_good_for_two_days(visitor: Visitor) -> None:
    link = visitor.mail.links.confirm(ADDRESS, MailWish())
    visitor.world.later(days=2, seconds=1)
    for answer in (await visitor.open(link), await visitor.post(link, {})):
        assert answer.status_code == 410
    assert not await is_known(visitor)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"address": "ada"}, "That is no mail address."),
        ({"address": "ada@example.org\r\nBcc: eve@example.org"}, "That is no mail address."),
        ({"zone": "Atlantis"}, "I know no such time zone"),
        ({"about": "interests", "interests": "  "}, "Say in a few words"),
        ({"about": "interests", "interests": "x" * 601}, "That is too long"),
    ],
)
async def test_what_cannot_be_is_said_beside_the_field_and_what_was_typed_stays(
    visitor: Visitor, fields: dict[str, str], told: str
) -> None:
    await visitor.open("/subscribe")
    answer = await visitor.press(**{"address": ADDRESS, "about": "trending", "zone": "UTC", **fields})
    assert answer.status_code == 422
    assert told in visitor.said
    assert "<title>To be corrected: " in visitor.page, "what is read aloud first"
    assert visitor.page.count(" autofocus") == 1
    assert visitor.mails == []
    for value in fields.values():
        assert " ".join(value.split())[:40] in " ".join(visitor.page.split())


async def test_nobody_learns_whether_an_address_is_known(visitor: Visitor) -> None:
    await visitor.subscribe()
    answers = []
    for address in (ADDRESS, "nobody@example.org"):
        for page in ("/subscribe", "/manage"):
            await visitor.open(page)
            answer = await visitor.press(address=address, about="trending", zone="UTC")
            answers.append((answer.status_code, visitor.said))
    assert len(set(answers)) == 1


async def test_a_link_to_a_page_goes_to_known_addresses_alone(visitor: Visitor) -> None:
    await visitor.subscribe()
    for address in ("nobody@example.org", ADDRESS):
        await visitor.open("/manage")
        await visitor.press(address=address)
    assert [mail["To"] for mail in visitor.mails] == [ADDRESS] * 2
    await visitor.open(visitor.link("manage/"))
    await visitor.press()
    assert "Your mails" in visitor.said


async def test_a_mailbox_gets_only_a_few_mails_that_strangers_ask_for(visitor: Visitor) -> None:
    """Also under other names that lead to it."""
    for number in range(6):
        await visitor.open("/subscribe")
        await visitor.press(address=f"a.da+{number}@example.org", about="trending", zone="UTC")
        assert visitor.answer.status_code == 200
        visitor.world.later(seconds=40)
    assert len(visitor.mails) == 3
    visitor.world.later(hours=2)
    for _ in range(2):
        await visitor.open("/subscribe")
        await visitor.press(address=ADDRESS, about="trending", zone="UTC")
    assert len(visitor.mails) == 4


async def test_while_too_many_mails_wait_nobody_may_ask_for_more(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribing, "MOST_UNDER_WAY", 2)
    gate = asyncio.Event()

    async def slow(_: str) -> None:
        await gate.wait()

    request = Request({"type": "http", "client": ("192.0.2.7", 1)})
    for address in ("one@example.org", "two@example.org"):
        visitor.letterbox.post(request, address, slow)
    with pytest.raises(HTTPException, match="429"):
        visitor.letterbox.post(request, "three@example.org", slow)
    gate.set()
    await visitor.letterbox.settled()
    visitor.letterbox.post(request, "three@example.org", slow)
    await visitor.letterbox.settled()


@pytest.mark.parametrize(("refusals", "arrived", "pauses"), [(2, 1, [60, 300]), (9, 0, [60, 300, 1200, 3600])])
async def test_a_confirmation_that_a_server_puts_off_is_tried_again(
    visitor: Visitor, refusals: int, arrived: int, pauses: list[float]
) -> None:
    async with mail_server(Mailroom(recipient=["451 4.7.1 Greylisted, come back"] * refusals)) as room:
        adapter = mail_adapter(at_port(room.port))
        desk = replace(visitor.desk, mail=replace(visitor.mail, adapter=adapter))
        await desk.ask(ADDRESS, MailWish())
        await adapter.close()
    assert len(room.mails) == arrived
    assert visitor.world.clock.slept == pauses


@pytest.mark.parametrize("moods", [{"recipient": ["550 5.1.1 Nobody"]}, {"content": ["drop"]}])
async def test_a_confirmation_that_cannot_come_or_may_have_come_is_not_sent_again(
    visitor: Visitor, moods: dict[str, list[str]]
) -> None:
    async with mail_server(Mailroom(**moods)) as room:  # type: ignore[arg-type]
        adapter = mail_adapter(at_port(room.port))
        await replace(visitor.desk, mail=replace(visitor.mail, adapter=adapter)).ask(ADDRESS, MailWish())
        await adapter.close()
    assert visitor.world.clock.slept == []


async def test_who_sends_form_after_form_is_asked_to_wait(visitor: Visitor) -> None:
    statuses = []
    for number in range(12):
        await visitor.open("/subscribe")
        await visitor.press(address=f"somebody-{number}@example.org", about="trending", zone="UTC")
        statuses.append(visitor.answer.status_code)
    assert statuses == [200] * 10 + [429] * 2


async def test_a_form_from_elsewhere_is_refused(visitor: Visitor) -> None:
    await visitor.open("/subscribe")
    fields = {"address": ADDRESS, "about": "trending", "zone": "UTC"}
    assert (await visitor.post("/subscribe", fields)).status_code == 403
    async with httpx.AsyncClient(transport=httpx.ASGITransport(visitor.app), base_url=SITE) as other:
        page = await other.get("/subscribe")
        stolen = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    assert (await visitor.post("/subscribe", {**fields, "csrf": stolen})).status_code == 403
    await visitor.open("/subscribe")
    own = visitor.page.partition('name="csrf" value="')[2].partition('"')[0]
    for site, status in (("cross-site", 403), ("same-site", 403), ("none", 403), ("same-origin", 200)):
        visitor.browser.headers["sec-fetch-site"] = site
        assert visitor.mails == []
        assert (await visitor.post("/subscribe", {**fields, "csrf": own})).status_code == status
    visitor.browser.headers.pop("sec-fetch-site")
    assert len(visitor.mails) == 1


async def test_cookies_stay_on_this_site_and_away_from_scripts(visitor: Visitor) -> None:
    await visitor.subscribe()
    await visitor.open(visitor.mail.links.manage(ADDRESS))
    token = visitor.page.partition('name="csrf" value="')[2].partition('"')[0]
    assert (await visitor.browser.post(visitor.answer.url, data={})).status_code == 403
    answer = await visitor.browser.post(visitor.answer.url, data={"csrf": token})
    form = (await visitor.browser.get("/subscribe")).headers["set-cookie"]
    for cookie, same_site in ((answer.headers["set-cookie"], "strict"), (form, "lax")):
        assert "HttpOnly" in cookie
        assert f"SameSite={same_site}" in cookie
    assert answer.headers["location"] == "/me"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


async def test_opening_every_link_of_a_mail_changes_nothing(visitor: Visitor) -> None:
    """A program that reads mail follows links."""
    await visitor.subscribe()
    links, paper = visitor.mail.links, PaperId("arXiv:2603.00001")
    before = await visitor.world.ask("privacy export", ADA_BY_MAIL)
    for link in (
        links.unsubscribe(ADDRESS),
        links.reaction(ADDRESS, paper, "like"),
        links.why(ADDRESS, paper),
        links.manage(ADDRESS),
        links.confirm(ADDRESS, MailWish("weekly")),
    ):
        assert (await visitor.open(link)).status_code == 200
    assert {**await visitor.world.ask("privacy export", ADA_BY_MAIL), "exported_at": ""} == {
        **before,
        "exported_at": "",
    }


async def test_one_click_stops_the_mails_without_a_cookie_and_for_ever(visitor: Visitor) -> None:
    await visitor.subscribe()
    link = visitor.mail.links.unsubscribe(ADDRESS)
    visitor.world.later(days=4_000)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(visitor.app), base_url=SITE) as program:
        for _ in range(2):
            answer = await program.post(link, data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
            assert "No more digests come to this address." in answer.text
    assert await order_of(visitor) is None
    assert await is_known(visitor)


async def test_stopping_the_mails_leaves_a_digest_that_comes_elsewhere(visitor: Visitor) -> None:
    await visitor.subscribe()
    code = (await visitor.world.ask("link", ADA_BY_MAIL))["code"]
    await visitor.world.ask(f"link {code}", BEN)
    await visitor.world.ask("digest subscribe daily", BEN)
    await visitor.open(visitor.mail.links.unsubscribe(ADDRESS))
    await visitor.press()
    order = await order_of(visitor)
    assert order is not None
    assert order.address.platform == "discord"


@pytest.mark.parametrize("path", ["confirm", "unsubscribe", "react", "why", "manage"])
async def test_a_link_that_is_not_ours_or_for_something_else_is_refused(visitor: Visitor, path: str) -> None:
    others = [purpose for purpose in Purpose if purpose.value != path]
    for token in ("x", "x.y.z", *(visitor.mail.tickets.make(purpose, ADDRESS, "a", "b") for purpose in others)):
        answer = await visitor.open(f"/{path}/{token}")
        assert answer.status_code == 404
        assert "not good" in visitor.said
        if path != "why":
            assert (await visitor.post(f"/{path}/{token}", {})).status_code == 404
    assert not await is_known(visitor)


async def test_words_from_outside_stay_words(visitor: Visitor) -> None:
    """What was typed comes back on pages as text, and in a mail to who has not confirmed it not at all."""
    hostile = '"><script>alert(1)</script>'
    await visitor.open("/subscribe")
    await visitor.press(address=ADDRESS, about="interests", interests=hostile, zone=hostile)
    assert "<script>alert" not in visitor.answer.text
    await visitor.subscribe(about="interests", interests=hostile)
    assert "alert" not in text_of(visitor.mails[-1])
    await visitor.enter()
    assert "<script>alert" not in visitor.answer.text
    assert hostile in visitor.page


async def test_a_forgotten_link_of_the_own_page_brings_a_new_one_to_the_same_address(visitor: Visitor) -> None:
    await visitor.subscribe()
    link = visitor.mail.links.manage(ADDRESS)
    visitor.world.later(days=1, seconds=1)
    assert (await visitor.open(link)).status_code == 410
    assert (await visitor.post(link, {})).status_code == 410
    await visitor.open(link)
    await visitor.press()
    await visitor.open(visitor.link("manage/"))
    await visitor.press()
    assert "Your mails" in visitor.said
    visitor.world.later(hours=2, seconds=1)
    await visitor.open("/me")
    assert "Send me the link" in visitor.page
