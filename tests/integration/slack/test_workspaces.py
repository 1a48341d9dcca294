"""Many workspaces: installed by OAuth, each with a token of its own, kept apart, and gone when they leave."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
import time_machine
from sqlalchemy import text

from adapters.slack import Publisher
from adapters.slack.blocks import said_in
from bot.bootstrap.slack import StoredShelf
from bot.dispatch import Dispatcher
from bot.domain.chat import Address, Incoming, Message, Text, direct
from bot.domain.person import Account
from bot.evaluation.fake_slack import CLIENT_ID, CLIENT_SECRET, FakeSlack, Workspace
from bot.ports import DeliveryError, StoreError
from store.engine import SqlStore
from tests.discord_peer import until
from tests.fakes import FakeClock
from tests.integration.world import World, library, open_world
from tests.slack_peer import Peer, called, slack_peer

KEY = "a key of the tests, long enough for them"
ONE = Workspace("T1", "xoxb-token-of-the-first")
TWO = Workspace("T2", "xoxb-token-of-the-second", name="Another group")
CARD = Message((Text("A paper"),))


@dataclass
class Published:
    """An app that workspaces may install; nobody has yet."""

    peer: Peer
    world: World
    store: SqlStore
    publisher: Publisher
    heard: list[Incoming] = field(default_factory=list)

    @property
    def fake(self) -> FakeSlack:
        return self.peer.fake

    async def handle(self, incoming: Incoming) -> Message:
        self.heard.append(incoming)
        return await Dispatcher(self.world.context).handle(incoming)

    def page(self, path: str) -> str:
        return self.peer.server.request_url.replace("/slack/events", path)

    async def begin(self, browser: aiohttp.ClientSession) -> str:
        """Press the button; the state that Slack is told."""
        async with browser.get(self.page("/slack/install"), allow_redirects=False) as answer:
            assert answer.status == 302
            # The cookie is for https alone, which a proxy speaks.
            browser.headers["Cookie"] = answer.headers["Set-Cookie"].partition(";")[0]
            asked = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert asked["client_id"] == [CLIENT_ID]
        return asked["state"][0]

    async def end(self, browser: aiohttp.ClientSession, workspace: Workspace, state: str) -> tuple[int, str]:
        """Allow it, and come back with a code."""
        self.fake.codes[f"code-{workspace.team}"] = workspace
        asked = urlencode({"code": f"code-{workspace.team}", "state": state})
        async with browser.get(f"{self.page('/slack/oauth_redirect')}?{asked}") as answer:
            return answer.status, await answer.text()

    async def install(self, workspace: Workspace) -> None:
        async with aiohttp.ClientSession() as browser:
            status, page = await self.end(browser, workspace, await self.begin(browser))
        assert status == 200, page


@pytest.fixture
async def published(sql_store: SqlStore, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Published]:
    async with open_world(sql_store, tmp_path / "search", clock) as world:
        await library(world)
        fake = FakeSlack(time.time, workspaces=[])
        publisher = Publisher(CLIENT_ID, CLIENT_SECRET, KEY, StoredShelf(world.context))
        async with slack_peer(fake) as peer:
            made = Published(peer, world, sql_store, publisher)
            async with called(peer, made.handle, bot_token="", publisher=publisher):
                yield made


async def test_a_workspace_that_installs_the_app_is_answered_and_sent_to(published: Published) -> None:
    await published.install(ONE)
    await published.peer.server.tell(published.peer.people.message("U42", "D42", "status"))
    await until(lambda: len(published.fake.in_channel("D42")) > 1)
    await published.peer.adapter.send(Address("slack", "C1", "T1"), CARD, "token")
    assert "A paper" in published.fake.shown_in("C1")


@pytest.fixture
def slow_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store says late whose a request is: after Slack has to be told that it was heard."""
    find = StoredShelf.find

    async def slowly(shelf: StoredShelf, workspace: str) -> bytes | None:
        await asyncio.sleep(0.3)
        return await find(shelf, workspace)

    monkeypatch.setattr(StoredShelf, "find", slowly)
    monkeypatch.setattr("adapters.slack.app.HEARD_WITHIN_S", 0.1)
    monkeypatch.setattr("adapters.slack.submitting.PATIENCE_S", 0.1)


@pytest.mark.usefixtures("slow_store")
async def test_what_waits_for_the_store_is_acknowledged_at_once_and_done_all_the_same(published: Published) -> None:
    await published.install(ONE)
    told = await published.peer.server.tell(published.peer.people.message("U42", "D42", "status"))
    assert published.heard == []
    await until(lambda: len(published.fake.in_channel("D42")) > 1)
    assert (told.attempts, len(published.heard)) == (1, 1)


@pytest.mark.usefixtures("slow_store")
async def test_what_is_wrong_in_a_form_that_waited_for_the_store_is_said_in_a_message(published: Published) -> None:
    server, people = published.peer.server, published.peer.people
    await published.install(ONE)
    asked = await server.tell(people.command("U42", "C1", "interests add"))
    await until(lambda: published.fake.opened != [])
    values = {"text": {"value": {"type": "plain_text_input", "value": "x" * 300}}}
    sent = await server.tell(people.submit("U42", published.fake.opened[-1], values))
    await asked.responded.wait()
    assert sent.answer == {}
    assert "too long for one interest" in said_in(asked.responses[-1]["blocks"])


async def test_what_comes_while_the_store_is_away_is_told_again_and_acts_once(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    await published.install(ONE)
    find, away = StoredShelf.find, [StoreError("away"), StoreError("away")]

    async def sometimes(shelf: StoredShelf, workspace: str) -> bytes | None:
        if away:
            raise away.pop()
        return await find(shelf, workspace)

    monkeypatch.setattr(StoredShelf, "find", sometimes)
    told = await published.peer.server.tell(published.peer.people.message("U42", "D42", "status"))
    await until(lambda: len(published.fake.in_channel("D42")) > 1)
    assert (told.attempts, len(published.heard)) == (3, 1)


async def test_tokens_lie_in_the_database_only_under_the_key(published: Published) -> None:
    await published.install(ONE)
    async with published.store.connection() as connection:
        rows = (await connection.execute(text("SELECT platform, workspace, sealed FROM installations"))).all()
    ((platform, workspace, sealed),) = rows
    assert (platform, workspace) == ("slack", "T1")
    assert ONE.token.encode() not in bytes(sealed)


async def test_another_process_finds_the_token_and_with_another_key_says_so(published: Published) -> None:
    await published.install(ONE)
    worker = published.peer.another(bot_token="", app_token="", publisher=published.publisher)
    await worker.send(Address("slack", "C1", "T1"), CARD, "token")
    await worker.close()
    shelf = published.publisher.shelf
    stranger = published.peer.another(
        bot_token="", app_token="", publisher=Publisher(CLIENT_ID, CLIENT_SECRET, "another key", shelf)
    )
    with pytest.raises(DeliveryError, match="PAPERBOY_SECRET_KEY") as failed:
        await stranger.send(Address("slack", "C1", "T1"), CARD, "token")
    assert not failed.value.permanent
    await stranger.close()


async def test_two_workspaces_never_see_each_other(published: Published) -> None:
    """The same ids in both: people, conversations and channels."""
    server, people, fake = published.peer.server, published.peer.people, published.fake
    await published.install(ONE)
    await published.install(TWO)
    await server.tell(people.message("U42", "D42", "interests add graph neural networks", team="T1"))
    await until(lambda: len(fake.in_channel("D42", "T1")) > 1)
    await server.tell(people.message("U42", "D42", "interests", team="T2"))
    await until(lambda: len(fake.in_channel("D42", "T2")) > 1)
    assert "graph neural networks" in fake.shown_in("D42", "T1")
    assert "graph neural networks" not in fake.shown_in("D42", "T2")
    assert [incoming.account for incoming in published.heard] == [
        Account("slack", "U42", "T1"),
        Account("slack", "U42", "T2"),
    ]
    for team in ("T1", "T2"):
        await published.peer.adapter.send(Address("slack", "C1", team), Message((Text(f"for {team}"),)), f"in-{team}")
        await published.peer.adapter.send(direct(Account("slack", "U42", team)), CARD, f"to-{team}")
    assert ("for T1" in fake.shown_in("C1", "T1"), "for T2" in fake.shown_in("C1", "T1")) == (True, False)
    assert ("for T1" in fake.shown_in("C1", "T2"), "for T2" in fake.shown_in("C1", "T2")) == (False, True)
    other = published.peer.another(bot_token="", app_token="", publisher=published.publisher)
    assert await other.look_up(Address("slack", "C1", "T1"), "in-T1", published.world.context.clock.now())
    assert await other.look_up(Address("slack", "C1", "T2"), "in-T1", published.world.context.clock.now()) is None
    await other.close()


async def test_what_is_saved_and_what_a_channel_reads_for_is_of_one_workspace(published: Published) -> None:
    """The same person's id, and the same channel's, in both."""
    said: dict[tuple[str, str], str] = {}
    for team, texts in {
        "T1": ("save arXiv:2603.00001", "interests add here graph neural networks", "saved", "interests here"),
        "T2": ("saved", "interests here"),
    }.items():
        await published.install(ONE if team == "T1" else TWO)
        for command in texts:
            asked = await published.peer.server.tell(published.peer.people.command("U42", "C1", command, team=team))
            await asked.responded.wait()
            said[team, command] = said_in(asked.responses[-1]["blocks"])
    for command, words in (("saved", "protein design"), ("interests here", "graph neural networks")):
        assert (words in said["T1", command], words in said["T2", command]) == (True, False)
    assert "Nothing saved yet" in said["T2", "saved"]


@pytest.mark.parametrize("how", ["uninstalled", "revoked"])
async def test_who_removes_the_app_leaves_nothing_behind(published: Published, how: str) -> None:
    await published.install(ONE)
    await published.install(TWO)
    published.fake.uninstall("T1")
    await published.peer.server.tell(getattr(published.peer.people, how)("T1"))
    shelf = published.publisher.shelf
    await _until_gone(published)
    assert await shelf.find("T2") is not None
    with pytest.raises(DeliveryError, match="install it once more") as failed:
        await published.peer.adapter.send(Address("slack", "C1", "T1"), CARD, "token")
    assert failed.value.permanent


@pytest.mark.parametrize("how", ["uninstalled", "revoked"])
async def test_who_installed_it_again_since_keeps_it_though_slack_tells_late_that_they_left(
    published: Published, how: str
) -> None:
    left = getattr(published.peer.people, how)("T1")
    left.payload["event_time"] -= 300
    await published.install(ONE)
    await published.peer.server.tell(left)
    await published.peer.server.tell(published.peer.people.message("U42", "D42", "status"))
    await until(lambda: len(published.fake.in_channel("D42")) > 1)
    assert await published.publisher.shelf.find("T1") is not None


async def test_a_person_who_takes_their_own_token_back_takes_nothing_of_the_workspaces(published: Published) -> None:
    await published.install(ONE)
    revoked = published.peer.people.revoked("T1")
    revoked.payload["event"]["tokens"] = {"oauth": ["U42"]}
    await published.peer.server.tell(revoked)
    await published.peer.server.tell(published.peer.people.message("U42", "D42", "status"))
    await until(lambda: len(published.fake.in_channel("D42")) > 1)
    assert await published.publisher.shelf.find("T1") is not None


async def test_who_leaves_a_token_behind_that_cannot_be_read_leaves_it_no_more(published: Published) -> None:
    await published.install(ONE)
    await published.publisher.shelf.put("T1", b"sealed with a key that is lost")
    await published.peer.server.tell(published.peer.people.uninstalled("T1"))
    await _until_gone(published)


async def _until_gone(published: Published) -> None:
    async with asyncio.timeout(10):
        while await published.publisher.shelf.find("T1") is not None:  # noqa: ASYNC110 -- it goes by itself
            await asyncio.sleep(0.01)


async def test_who_installs_it_anew_gets_the_new_token(published: Published) -> None:
    await published.install(ONE)
    await published.install(Workspace("T1", "xoxb-a-newer-token"))
    await published.peer.adapter.send(Address("slack", "C1", "T1"), CARD, "token")
    assert "A paper" in published.fake.shown_in("C1")


async def test_a_state_is_good_once(published: Published) -> None:
    async with aiohttp.ClientSession() as browser:
        state = await published.begin(browser)
        assert (await published.end(browser, ONE, state))[0] == 200
        assert (await published.end(browser, TWO, state))[0] == 401
    assert await published.publisher.shelf.find("T2") is None


async def test_a_state_is_good_for_ten_minutes(published: Published) -> None:
    async with aiohttp.ClientSession() as browser:
        with time_machine.travel(time.time() - 601, tick=True):
            state = await published.begin(browser)
        assert (await published.end(browser, ONE, state))[0] == 401


async def test_a_state_of_another_browser_or_of_nobody_is_turned_away(published: Published) -> None:
    async with aiohttp.ClientSession() as browser, aiohttp.ClientSession() as another:
        state = await published.begin(browser)
        assert (await published.end(another, ONE, state))[0] == 400
        another.headers["Cookie"] = "slack-app-oauth-state=made-up"
        assert (await published.end(another, ONE, "made-up"))[0] == 401
    assert await published.publisher.shelf.find("T1") is None


async def test_an_app_for_a_whole_organisation_is_not_let_in_and_its_token_not_kept(published: Published) -> None:
    whole = replace(ONE, organisation="E1")
    async with aiohttp.ClientSession() as browser:
        status, page = await published.end(browser, whole, await published.begin(browser))
    assert (status, whole.token in page) == (500, False)
    async with published.store.connection() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM installations"))).scalar() == 0


async def test_a_code_that_slack_does_not_know_installs_nothing(published: Published) -> None:
    async with aiohttp.ClientSession() as browser:
        state = await published.begin(browser)
        asked = urlencode({"code": "made-up", "state": state})
        async with browser.get(f"{published.page('/slack/oauth_redirect')}?{asked}") as answer:
            assert answer.status == 401
    assert await published.publisher.shelf.find("T1") is None


async def test_a_workspace_that_never_installed_it_is_not_answered(published: Published) -> None:
    published.fake.workspaces.append(TWO)
    made = await published.peer.server.tell(published.peer.people.message("U42", "D42", "status", team="T2"))
    assert made.acked_at is not None
    assert published.heard == []
