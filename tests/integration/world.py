"""The composed core on a real store and a real search index: only the clock and the network are the test's own."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from adapters.search import TantivyIndex
from bot.bootstrap import open_samples
from bot.dispatch import Dispatcher
from bot.domain.chat import Address, Incoming, Message
from bot.domain.listing import FeedRequest
from bot.domain.paper import Paper, PaperId
from bot.domain.person import Account
from bot.ports import Fetched, FetchError, Store, Validators
from bot.usecases.context import Context, Sources
from bot.usecases.ingest_papers import IngestReport, ingest_papers
from tests.factories import NOON
from tests.fake_arxiv import FakeArxiv, Record
from tests.fakes import FakeClock

ADA = Account("console", "ada")
BEN = Account("discord", "1001")
CLEO = Account("slack", "U777", workspace="T1")

OFFLINE = FetchError("no network", offline=True)
SOURCES = Sources(
    categories=("cs.LG", "cs.IR"),
    arxiv_feed_url="http://feed.test",
    arxiv_api_url="http://api.test/api/query",
    arxiv_oai_url="http://oai.test/oai",
    hf_url="http://hf.test",
)


@dataclass
class ScriptedFetcher:
    """Answers from `pages` (by whole URL), then from `arxiv`; without it there is no network. `asked` is every URL.

    `fails` maps a piece of a URL to the error that it gives.
    """

    arxiv: FakeArxiv | None = None
    pages: dict[str, bytes] = field(default_factory=dict)
    fails: dict[str, FetchError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def fetch(
        self, request: FeedRequest, *, validators: Validators | None = None, timeout_s: float | None = None
    ) -> Fetched:
        self.asked.append(request.url)
        for piece, error in self.fails.items():
            if piece in request.url:
                raise error
        body = self.pages.get(request.url)
        if body is None:
            if self.arxiv is None:
                raise OFFLINE
            parts = urlsplit(request.url)
            status, _, text = self.arxiv.answer(f"{parts.path}?{parts.query}")
            if status != 200:
                raise FetchError(f"{parts.hostname} answered {status}")
            body = text.encode()
        now = Validators(etag=f'"{hash(body)}"')
        return Fetched(request.url, None if validators == now else body, "", now)

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class World:
    """One process: a dispatcher with the edges it was given."""

    context: Context
    clock: FakeClock
    fetcher: ScriptedFetcher

    async def say(
        self, text: str, who: Account = ADA, files: Mapping[str, bytes] | None = None, channel: str = "here"
    ) -> Message:
        """The answer to what `who` types, all in one place unless `channel` says otherwise."""
        address = Address(who.platform, channel, who.workspace)
        return await Dispatcher(self.context).handle(Incoming(who, address, text, dict(files or {})))

    async def ask(self, text: str, who: Account = ADA, files: Mapping[str, bytes] | None = None) -> Any:
        """The data of an answer that went well."""
        message = await self.say(text, who, files)
        assert message.ok, message
        return message.data

    async def refused(self, text: str, who: Account = ADA, files: Mapping[str, bytes] | None = None) -> str:
        """The words of an answer that did not go well."""
        message = await self.say(text, who, files)
        assert not message.ok, message
        return words_of(message)

    async def add(self, *papers: Paper) -> IngestReport:
        return await ingest_papers(self.context, iter(papers))

    def later(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))


@asynccontextmanager
async def open_world(store: Store, folder: Path, clock: FakeClock) -> AsyncIterator[World]:
    """A process with a search index of its own in `folder`."""
    fetcher = ScriptedFetcher()
    search = TantivyIndex(folder)
    context = Context(
        store=store, clock=clock, fetcher=fetcher, search=search, sources=SOURCES, open_samples=open_samples
    )
    try:
        yield World(context, clock, fetcher)
    finally:
        await search.close()


def data_of(message: Message) -> Any:
    """An answer's data, whatever it is."""
    return message.data


def words_of(message: Message) -> str:
    """Everything a message says in paragraphs."""
    return "\n".join(block.text for block in message.blocks if hasattr(block, "text"))


def ids(listed: Any) -> list[str]:
    return [paper["id"] for paper in listed]


def paper(number: int, title: str, abstract: str = "", **changes: Any) -> Paper:
    """An arXiv paper announced at noon of the test's day; its abstract says the title again in a sentence."""
    fields: dict[str, Any] = {
        "abstract": abstract or f"Here we look into {title.lower()}.",
        "authors": ("Grace Hopper",),
        "categories": ("cs.LG",),
        "version": 1,
        "year": 2026,
        "announced_at": NOON,
        "source": "arxiv",
        **changes,
    }
    return Paper(PaperId(f"arXiv:2603.{number:05d}"), title, **fields)


def record(number: int, title: str, submitted_at: datetime = NOON) -> Record:
    """A paper as the fake arXiv has it."""
    return Record(f"2603.{number:05d}", title, f"Here we look into {title.lower()}.", submitted_at.astimezone(UTC))


LIBRARY = (
    paper(1, "Diffusion models for protein design", authors=("Ada Byron", "Yann LeCun")),
    paper(2, "Latent diffusion models on a budget", categories=("cs.CV",)),
    paper(3, "Score distillation sampling revisited", "Faster diffusion models by distilling their score."),
    paper(4, "Sequential recommendation with language models", categories=("cs.IR",)),
    paper(5, "Cold start recommendation from reviews", categories=("cs.IR", "cs.CL")),
    paper(6, "Popularity bias in recommendation", categories=("cs.IR",)),
    paper(
        7, "Graph neural networks for molecules", "Message passing predicts protein binding.", authors=("Yann LeCun",)
    ),
    paper(8, "Quantum circuits learn chemistry", categories=("quant-ph",)),
    paper(9, "Speech recognition for birds", categories=("eess.AS",)),
    paper(10, "Blockchain based recommendation markets", categories=("cs.CR",)),
    paper(11, "Robots that fold laundry", categories=("cs.RO",)),
    paper(12, "Weather forecasting with transformers", categories=("physics.ao-ph",)),
)
"""Twelve papers: three on diffusion models, four on recommendation, one each on other things."""
DIFFUSION = {f"arXiv:2603.{number:05d}" for number in (1, 2, 3)}
RECOMMENDATION = {f"arXiv:2603.{number:05d}" for number in (4, 5, 6, 10)}


async def library(world: World) -> World:
    """The world once it has read `LIBRARY`."""
    report = await world.add(*LIBRARY)
    assert (report.new, report.rejected) == (len(LIBRARY), [])
    return world
