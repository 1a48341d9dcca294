"""A reader's own page: everything that can be changed there, and who cannot."""

import json
import re
from datetime import time
from xml.etree import ElementTree as ET

import httpx
import pytest

from bot.domain.paper import PaperId
from bot.domain.subscription import Content
from bot.ports import StoreError
from tests.integration.mail.test_subscribing import is_known, order_of
from tests.integration.mail.visitor import ADA_BY_MAIL, ADDRESS, SITE, Visitor
from tests.integration.web.site import Seen
from tests.integration.world import BEN, DIFFUSION, paper


@pytest.fixture
async def own(visitor: Visitor) -> Visitor:
    """Ada on her own page; her mails are about diffusion models."""
    await visitor.subscribe(about="interests", interests="diffusion models")
    await visitor.enter()
    return visitor


async def test_interests_come_and_go_and_the_page_says_what_was_done(own: Visitor) -> None:
    assert "diffusion models" in own.said
    await own.press("/me/interest", text="recommender systems")
    assert "Added: recommender systems." in own.said
    await own.press("/me/mute", text="blockchain")
    assert "mute: blockchain" in own.said
    await own.press("/me/forget-interest")
    assert "Removed: diffusion models." in own.said
    interests = await own.world.ask("interests", ADA_BY_MAIL)
    assert [interest["text"] for interest in interests] == ["recommender systems", "blockchain"]


async def test_days_time_and_zone_are_changed_together(own: Visitor) -> None:
    days = {"day-0": "on", "day-3": "on"}
    await own.press("/me/schedule", **days, time="18:30", zone="Tokyo", n="7", threshold="many", empty="tell")
    order = await order_of(own)
    assert order is not None
    assert (order.days, order.local_time, order.zone, order.size) == ((0, 3), time(18, 30), "Asia/Tokyo", 7)
    assert (order.threshold.value, order.tell_empty, order.content) == ("many", True, Content.PERSONAL)
    assert "Changed: Mon, Thu at 18:30 (Asia/Tokyo)" in own.said


async def test_a_zone_that_nobody_knows_is_said_and_nothing_changes(own: Visitor) -> None:
    before = await order_of(own)
    await own.press(
        "/me/schedule", time="18:30", zone="Atlantis", n="7", threshold="many", empty="tell", **{"day-2": "on"}
    )
    assert "no time zone that I know" in own.said
    assert 'value="Atlantis"' in own.page
    assert await order_of(own) == before


async def test_no_day_at_all_is_said_at_the_days_and_what_was_filled_in_stays(own: Visitor) -> None:
    before = await order_of(own)
    answer = await own.press("/me/schedule", time="18:30", zone="Tokyo", n="7", threshold="many", empty="tell")
    assert answer.status_code == 422
    elements = Seen(answer.text).elements
    fields = {attrs["name"]: attrs for tag, attrs in elements if tag == "input" and attrs.get("name")}
    days = [fields[f"day-{number}"] for number in range(7)]
    assert [(day["aria-invalid"], day["aria-describedby"], "checked" in day) for day in days] == [
        ("true", "wrong-days", False)
    ] * 7
    assert "Choose one day at least." in own.said
    assert [fields[name]["value"] for name in ("time", "zone", "n")] == ["18:30", "Tokyo", "7"]
    assert re.findall(r"<option[^>]* selected>(\w[\w ]*)", answer.text) == ["many", "a word"]
    assert await order_of(own) == before


async def test_what_the_mails_are_about_is_chosen(own: Visitor) -> None:
    for content in (Content.TRENDING, Content.PERSONAL):
        await own.press("/me/content", content=content.value)
        order = await order_of(own)
        assert order is not None
        assert order.content is content


async def test_a_pause_a_stop_and_a_new_start(own: Visitor) -> None:
    await own.press("/me/pause", until="3 days")
    assert "Paused." in own.said
    await own.press("/me/resume")
    assert "Going on." in own.said
    await own.press("/me/stop")
    assert await order_of(own) is None
    assert "No mails come." in own.said
    await own.press(
        "/me/schedule", time="08:00", zone="UTC", n="5", threshold="normal", empty="quiet", **{"day-1": "on"}
    )
    order = await order_of(own)
    assert order is not None
    assert order.days == (1,)


async def test_a_vote_from_a_mail_counts_once_and_is_taken_back_on_the_page(own: Visitor) -> None:
    found = PaperId(sorted(DIFFUSION)[0])
    link = own.mail.links.reaction(ADDRESS, found, "like")
    await own.open(link)
    assert "Like this paper?" in own.said
    for said in ("Liked:", "It was so already:"):
        await own.open(link)
        await own.press()
        assert said in own.said
    await own.open("/me")
    assert "like, 2026-03-16:" in own.said
    await own.press("/me/undo")
    assert "No longer liked" in own.said
    assert (await own.world.ask("profile", ADA_BY_MAIL))["reactions"] == {}


async def test_why_shows_the_parts_of_the_score(own: Visitor) -> None:
    await own.open(own.mail.links.why(ADDRESS, PaperId(sorted(DIFFUSION)[0])))
    assert "Why this paper" in own.said
    assert "diffusion models" in own.said
    assert "score" in own.said


async def test_one_profile_with_discord(own: Visitor) -> None:
    code = (await own.world.ask("link", BEN))["code"]
    await own.press("/me/link", code=code)
    assert "Joined: one profile now" in own.said
    assert "joined with discord" in own.said
    assert [one["text"] for one in await own.world.ask("interests", BEN)] == ["diffusion models"]
    await own.press("/me/link", code="NOTACODE")
    assert "That code is not good" in own.said
    await own.press("/me/unlink")
    assert "joined with" not in own.said


async def test_a_code_from_here_joins_elsewhere(own: Visitor) -> None:
    await own.press("/me/link", code="")
    code = own.said.partition("Your code: ")[2].partition(".")[0]
    assert (await own.world.ask(f"link {code}", BEN))["outcome"] == "joined"


async def test_all_of_the_data_is_taken_away_as_a_file(own: Visitor) -> None:
    answer = await own.press("/me/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="paperboy-export.json"'
    document = json.loads(answer.text)
    assert document["accounts"] == [{"platform": "mail", "workspace": "", "user": ADDRESS, "kind": "person"}]
    assert document["subscription"]["content"] == "personal"
    assert (document["feed"], document["bounces"]) == (None, [])


async def test_erasing_asks_once_and_then_leaves_nothing_and_no_way_back(own: Visitor) -> None:
    await own.press("/me/new-feed")
    feed = own.page.partition('<a href="http://127.0.0.1/feeds/')[2].partition('"')[0]
    await own.press("/me/erase")
    assert await is_known(own)
    await own.press("/me/erase", yes="yes")
    assert "Erased" in own.said
    assert not await is_known(own)
    found = PaperId(sorted(DIFFUSION)[0])
    for link in (own.mail.links.reaction(ADDRESS, found, "like"), own.mail.links.why(ADDRESS, found)):
        assert (await own.open(link)).status_code == 404
    assert (await own.post(own.mail.links.reaction(ADDRESS, found, "like"), {})).status_code == 404
    await own.enter()
    assert "Send me the link" in own.page
    assert (await own.open(f"/feeds/{feed}")).status_code == 404
    assert not await is_known(own)


async def test_closing_the_page_closes_it_in_this_browser(own: Visitor) -> None:
    await own.press("/me/leave")
    await own.open("/me")
    assert "Send me the link" in own.page


@pytest.mark.parametrize("what", ["interest", "schedule", "content", "new-feed", "export", "erase", "leave", "nothing"])
async def test_nobody_changes_a_page_that_is_not_open_or_without_its_form(own: Visitor, what: str) -> None:
    before = await own.world.ask("privacy export", ADA_BY_MAIL)
    assert (await own.post(f"/me/{what}", {"text": "x", "yes": "yes"})).status_code == 403
    async with httpx.AsyncClient(transport=httpx.ASGITransport(own.app), base_url=SITE) as other:
        form = await other.get("/manage")
        token = form.text.partition('name="csrf" value="')[2].partition('"')[0]
        answer = await other.post(f"/me/{what}", data={"csrf": token, "text": "x", "yes": "yes"})
        assert answer.status_code == 403
    assert {**await own.world.ask("privacy export", ADA_BY_MAIL), "exported_at": ""} == {**before, "exported_at": ""}


async def test_the_address_of_a_change_that_is_opened_once_more_is_the_page(own: Visitor) -> None:
    """As a phone does that has put the tab away."""
    await own.press("/me/interest", text="graphs")
    await own.open("/me/interest")
    assert own.answer.status_code == 200
    assert str(own.answer.url) == f"{SITE}/me"
    assert "graphs" in own.said


async def test_each_button_says_what_it_is_about(own: Visitor) -> None:
    """To who does not see beside what it stands."""
    found = PaperId(sorted(DIFFUSION)[0])
    await own.open(own.mail.links.reaction(ADDRESS, found, "like"))
    await own.press()
    await own.open("/me")
    buttons = [" ".join(re.sub("<[^>]+>", "", name).split()) for name in re.findall("<button>(.*?)</button>", own.page)]
    assert "Remove: diffusion models" in buttons
    assert any(name.startswith("Take back: ") for name in buttons)


async def test_without_a_database_there_is_no_file_but_a_word(own: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    async def out_of_order(*_: object) -> None:
        raise StoreError("The database is away.")

    monkeypatch.setattr("bot.dispatch.export_person", out_of_order)
    answer = await own.press("/me/export")
    assert answer.status_code == 200
    assert "The database is away." in own.said


async def test_an_unknown_form_is_no_page(own: Visitor) -> None:
    token = own.page.partition('name="csrf" value="')[2].partition('"')[0]
    assert (await own.post("/me/nothing", {"csrf": token})).status_code == 404


async def test_a_feed_of_ones_own_is_read_by_its_secret_and_ends_with_it(own: Visitor) -> None:
    assert "feeds/" not in own.page
    await own.press("/me/new-feed")
    first = own.page.partition(f'<a href="{SITE}/feeds/')[2].partition('"')[0]
    assert len(first) > 30
    feed = (await own.open(f"/feeds/{first}")).text
    assert f"<id>{SITE}/feeds/" in feed, "not that of the feed which everybody reads"
    titles = {title.text for title in ET.fromstring(feed).iter("{http://www.w3.org/2005/Atom}title")}
    assert {"Diffusion models for protein design", "Latent diffusion models on a budget"} <= titles
    items = (await own.open(f"/feeds/{first.removesuffix('.atom')}.json")).json()["items"]
    assert {item["title"] for item in items} <= titles
    assert own.answer.headers["cache-control"].startswith("private")
    assert (await own.open(f"/feeds/{first.removesuffix('.atom')}.exe")).status_code == 404
    await own.open("/me")
    await own.press("/me/new-feed")
    assert (await own.open(f"/feeds/{first}")).status_code == 404
    await own.open("/me")
    await own.press("/me/no-feed")
    assert "Make one" in own.page


async def test_a_general_readers_feed_is_what_everybody_reads(own: Visitor) -> None:
    await own.world.add(paper(90, "Loud", upvotes=90))
    await own.press("/me/content", content="trending")
    await own.press("/me/new-feed")
    address = own.page.partition(f'<a href="{SITE}/feeds/')[2].partition('"')[0]
    items = (await own.open(f"/feeds/{address.removesuffix('.atom')}.json")).json()["items"]
    assert [item["title"] for item in items] == ["Loud"]
