"""What every chat surface promises (bot.ports.ChatAdapter). A new one joins by a context manager in SURFACES."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from adapters.console import ConsoleAdapter
from bot.domain.chat import (
    Address,
    Block,
    Bullets,
    Button,
    File,
    Handler,
    Image,
    Incoming,
    Message,
    PaperCard,
    Table,
    Text,
    direct,
)
from bot.domain.paper import PaperId
from bot.domain.person import Account
from bot.evaluation.fake_discord import DM_BASE
from bot.ports import ChatAdapter, DeliveryError, LookUpUnsupportedError
from tests.discord_peer import discord_peer, until
from tests.factories import NOON
from tests.mail_parts import ADA, ADAS, at_port, in_folder, mail_adapter, plain_of
from tests.mail_peer import mail_server, parse
from tests.slack_peer import slack_peer

EVERY_BLOCK: tuple[Block, ...] = (
    Text("Today's papers", "heading"),
    Text("Plain words"),
    Text("a remark", "note"),
    Text("That went wrong", "error"),
    PaperCard(
        paper=PaperId("arXiv:2503.09566"),
        title="Flow Matching",
        url="https://arxiv.org/abs/2503.09566",
        meta="Ada Lovelace",
        abstract="We train flows.",
        number=1,
        reasons=("your interest in flows",),
        buttons=(Button("Like", "like 1"),),
    ),
    Bullets(("first point", "second point")),
    Table(("term", "value"), (("flow", "1.25"),)),
    File("saved.bib", "@article{flow}", "text/x-bibtex"),
)
EVERY_WORD = (
    "Today's papers", "Plain words", "a remark", "That went wrong", "Flow Matching", "https://arxiv.org/abs/2503.09566",
    "Ada Lovelace", "We train flows.", "your interest in flows", "first point", "second point", "term", "value", "flow",
    "1.25", "@article{flow}",
)  # fmt: skip
HOSTILE = "\x1b[31mred\x07 \u202ereversed\u2066 \x9b2J \x00nul \ud800"


@dataclass
class Surface:
    """A surface under test: the adapter, what a person there types, and what the person sees."""

    adapter: ChatAdapter
    account: Account
    address: Address
    say: Callable[[str], Awaitable[None]]
    hang_up: Callable[[], Awaitable[None]]
    shown: Callable[[], str]
    attached: Callable[[], str] = lambda: ""
    """What is in the files that came with it, which the person keeps as they are."""


OpenSurface = Callable[[Path], AbstractAsyncContextManager[Surface]]


@asynccontextmanager
async def console(folder: Path) -> AsyncIterator[Surface]:
    reading, writing = os.pipe()
    stdout = io.StringIO()
    account = Account("console", "ada")
    with os.fdopen(reading, "r", encoding="utf-8") as stdin, os.fdopen(writing, "w", encoding="utf-8") as typed:

        async def say(text: str) -> None:
            typed.write(f"{text}\n")
            typed.flush()

        async def hang_up() -> None:
            typed.close()

        adapter = ConsoleAdapter(stdin, stdout, account=account, pictures=folder / "pictures")
        yield Surface(adapter, account, Address("console", "terminal"), say, hang_up, stdout.getvalue)
        await adapter.close()


@asynccontextmanager
async def discord(folder: Path) -> AsyncIterator[Surface]:
    """A conversation with Paperboy alone, on the fake Discord."""
    account = Account("discord", "42")
    async with discord_peer() as peer:
        said = 0

        async def say(text: str) -> None:
            nonlocal said
            await peer.server.ready.wait()
            await peer.server.type_in_conversation(42, text)
            said += 1

        async def hang_up() -> None:
            await until(lambda: peer.adapter.heard >= said)
            await peer.adapter.close()

        here = DM_BASE + 42
        yield Surface(
            peer.adapter,
            account,
            direct(account),
            say,
            hang_up,
            lambda: peer.fake.shown_in(here),
            lambda: peer.fake.files_in(here),
        )


@asynccontextmanager
async def slack(folder: Path) -> AsyncIterator[Surface]:
    """A conversation with Paperboy alone, on the fake Slack, over a socket."""
    account = Account("slack", "U42", "T1")
    async with slack_peer() as peer:
        said = 0

        async def say(text: str) -> None:
            nonlocal said
            await peer.server.ready.wait()
            await peer.server.tell(peer.people.message("U42", "D42", text))
            said += 1

        async def hang_up() -> None:
            await until(lambda: peer.adapter.heard >= said)
            await peer.adapter.close()

        yield Surface(
            peer.adapter,
            account,
            direct(account),
            say,
            hang_up,
            lambda: peer.fake.shown_in("D42"),
            lambda: peer.fake.files_in("D42"),
        )


async def _nobody_types(text: str = "") -> None:
    pytest.skip("nobody types to a mail")


@asynccontextmanager
async def mail(folder: Path) -> AsyncIterator[Surface]:
    """A mailbox at a server of the test's own."""
    async with mail_server() as room:
        adapter = mail_adapter(at_port(room.port))
        shown = lambda: "\n".join(map(plain_of, room.parsed))  # noqa: E731
        yield Surface(adapter, ADA, ADAS, _nobody_types, adapter.close, shown)
        await adapter.close()


@asynccontextmanager
async def mail_folder(folder: Path) -> AsyncIterator[Surface]:
    """Mails as files."""
    adapter = in_folder(folder)

    def shown() -> str:
        mails = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return "\n".join(plain_of(parse(path.read_bytes())) for path in mails)

    yield Surface(adapter, ADA, ADAS, _nobody_types, adapter.close, shown)
    await adapter.close()


SURFACES: list[OpenSurface] = [console, discord, slack, mail, mail_folder]


@dataclass
class Listener:
    """A handler that remembers what it was asked and answers with a message of the test's choice."""

    answer: Callable[[Incoming], Message] = lambda incoming: Message((Text(f"heard {incoming.text}"),))
    asked: list[Incoming] = field(default_factory=list)

    async def __call__(self, incoming: Incoming) -> Message:
        self.asked.append(incoming)
        return self.answer(incoming)


@pytest.fixture(params=SURFACES, ids=lambda opened: str(opened.__name__))
async def surface(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Surface]:
    open_surface: OpenSurface = request.param
    async with open_surface(tmp_path) as surface:
        yield surface


async def _talk(surface: Surface, handler: Handler, *lines: str) -> None:
    running = asyncio.create_task(surface.adapter.run(handler))
    for line in lines:
        await surface.say(line)
    await surface.hang_up()
    await running


async def test_what_is_said_arrives_with_who_said_it_and_where(surface: Surface) -> None:
    listener = Listener()
    await _talk(surface, listener, "recommend 5", "why 1")
    assert [incoming.text for incoming in listener.asked] == ["recommend 5", "why 1"]
    for incoming in listener.asked:
        assert incoming.account == surface.account
        assert incoming.address == surface.address
        assert incoming.files == {}
    assert surface.account.platform == surface.address.platform == surface.adapter.platform


async def test_answers_come_back_in_order(surface: Surface) -> None:
    await _talk(surface, Listener(), *(f"question {number}" for number in range(5)))
    shown = surface.shown()
    places = [shown.index(f"heard question {number}") for number in range(5)]
    assert places == sorted(places)


async def test_every_kind_of_block_is_shown(surface: Surface) -> None:
    await _talk(surface, Listener(lambda _: Message(EVERY_BLOCK)), "show")
    missing = [word for word in EVERY_WORD if word not in surface.shown() + surface.attached()]
    assert not missing


async def test_a_picture_comes_with_words_for_it(surface: Surface) -> None:
    image = Image("scores.png", b"\x89PNG\r\n\x1a\n", "How the scores spread")
    await _talk(surface, Listener(lambda _: Message((image,))), "show")
    assert "How the scores spread" in surface.shown()


async def test_an_unasked_message_is_shown_and_has_a_receipt(surface: Surface) -> None:
    first = await surface.adapter.send(surface.address, Message((Text("good morning"),)), "token-1")
    second = await surface.adapter.send(surface.address, Message((Text("good evening"),)), "token-2")
    assert first.message_id
    assert first.message_id != second.message_id
    assert surface.shown().index("good morning") < surface.shown().index("good evening")


async def test_one_token_is_one_message(surface: Surface) -> None:
    message = Message((Text("good morning"),))
    assert await surface.adapter.send(surface.address, message, "token") == await surface.adapter.send(
        surface.address, message, "token"
    )
    assert surface.shown().count("good morning") == 1


async def test_a_message_is_found_by_its_token_where_the_platform_can_be_asked(surface: Surface) -> None:
    sent = await surface.adapter.send(surface.address, Message((Text("good morning"),)), "token-1", thread="")
    assert await surface.adapter.look_up(surface.address, "token-1", NOON) == sent
    with suppress(LookUpUnsupportedError):
        assert await surface.adapter.look_up(surface.address, "token-2", NOON) is None


async def test_an_address_that_is_not_there_fails_for_good(surface: Surface) -> None:
    for address in (replace(surface.address, channel="nowhere"), replace(surface.address, platform="elsewhere")):
        with pytest.raises(DeliveryError) as failed:
            await surface.adapter.send(address, Message((Text("lost words"),)), "token")
        assert failed.value.permanent
    assert "lost words" not in surface.shown()


async def test_text_from_outside_is_data(surface: Surface) -> None:
    card = PaperCard(PaperId("local:x"), HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1, (HOSTILE,), (Button("x", HOSTILE),))
    blocks = (Text(HOSTILE), card, Bullets((HOSTILE,)), Table((HOSTILE,), ((HOSTILE,),)), File("x", HOSTILE, "text/x"))
    await surface.adapter.send(surface.address, Message(blocks), "token")
    shown = surface.shown()
    assert "reversed" in shown
    assert not [char for char in "\x1b\x07\u202e\u2066\x9b\x00\ud800" if char in shown]


async def test_a_message_of_nothing_does_no_harm(surface: Surface) -> None:
    listener = Listener(lambda _: Message(()))
    await _talk(surface, listener, "one", "two")
    assert len(listener.asked) == 2


async def test_close_ends_a_run_that_waits_and_may_be_repeated(surface: Surface) -> None:
    listener = Listener()
    running = asyncio.create_task(surface.adapter.run(listener))
    await asyncio.sleep(0)
    await surface.adapter.close()
    await running
    await surface.adapter.close()
    assert listener.asked == []
