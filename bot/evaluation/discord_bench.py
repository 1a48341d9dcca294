"""`paperboy bench discord`: how long people on Discord wait when many of them ask at once.

The service is the real program in a process of its own; Discord is the fake on a loopback port, in this one. A wait
goes from the moment when Discord tells the program of it to the moment when the program has told Discord what to show:
the state after a press, the list (not the deferral) after a command.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bot.domain.chat import direct
from bot.domain.feedback import Reaction
from bot.domain.paper import Paper
from bot.domain.person import Account
from bot.domain.profile import InterestKind
from bot.evaluation.corpus import Texts, tile
from bot.evaluation.fake_discord import TOKEN, FakeDiscord, Fields, Interaction, message_fields, strings_in
from bot.evaluation.fake_discord_server import DiscordServer, running_discord
from bot.usecases.context import Context
from bot.usecases.find_paper import Asker
from bot.usecases.ingest_papers import ingest_papers
from bot.usecases.manage_interests import add_interests
from bot.usecases.record_feedback import record_feedback

OpenContext = Callable[[Path], AbstractAsyncContextManager[Context]]
Tell = Callable[[str], None]

CHANNEL = 8_000
FIRST_READER = 1_000
INTERESTS = 3
LIKES = 5
NOWHERE = "http://127.0.0.1:9"
PATIENCE_S = 120.0

PRESS_S = 1.0
RECOMMEND_S = 2.0


@dataclass(frozen=True, slots=True)
class DiscordPlan:
    """`papers` are announced evenly over so many `days`. Each round is all presses at once, then all recommends."""

    papers: int = 100_000
    days: int = 100
    presses: int = 200
    recommends: int = 50
    rounds: int = 3
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds over all rounds: until Discord was told that it was heard, and until it was told what to show."""

    count: int
    heard_p99: float
    p50: float
    p99: float
    longest: float


@dataclass(frozen=True, slots=True)
class DiscordReport:
    papers: int
    presses: Waits
    recommends: Waits

    @property
    def is_kept(self) -> bool:
        """What is promised: each press is shown within a second, 99 of 100 lists within two."""
        return self.presses.longest <= PRESS_S * 1e3 and self.recommends.p99 <= RECOMMEND_S * 1e3


async def run_discord_bench(
    open_context: OpenContext, texts: Texts, plan: DiscordPlan, folder: Path, tell: Tell
) -> DiscordReport:
    """Fill a new installation in `folder`, serve it, and let everybody press and ask at once."""
    async with open_context(folder) as context:
        await _fill(context, texts, plan)
    tell(f"{plan.papers:,} papers and {_readers(plan)} readers are stored")
    async with running_discord(FakeDiscord(time.time), channels=[CHANNEL]) as server, _serving(server, folder):
        first = await _final(await _recommend(server, FIRST_READER))
        tell(f"the service is ready: the first list took {_ms(first.final_at, first.began_at):.0f} ms")
        presses: list[Interaction] = []
        recommends: list[Interaction] = []
        for number in range(plan.rounds):
            shown = await _final(await _recommend(server, FIRST_READER + number))
            message = message_fields(server.fake.new_id(), CHANNEL, shown.responses[-1]["data"])
            presses += await _all(server.press(reader, CHANNEL, message, _like(message)) for reader in _pressing(plan))
            recommends += await _all(_recommend(server, reader) for reader in _asking(plan))
            tell(f"round {number + 1} of {plan.rounds}")
        return DiscordReport(plan.papers, _waits(presses), _waits(recommends))


def _readers(plan: DiscordPlan) -> int:
    return plan.presses + plan.recommends


def _pressing(plan: DiscordPlan) -> range:
    return range(FIRST_READER + plan.recommends, FIRST_READER + _readers(plan))


def _asking(plan: DiscordPlan) -> range:
    return range(FIRST_READER, FIRST_READER + plan.recommends)


async def _fill(context: Context, texts: Texts, plan: DiscordPlan) -> None:
    now = context.clock.now()
    papers = list(_announced(tile(texts, plan.papers), plan, now))
    await ingest_papers(context, iter(papers))
    draw = Random(plan.seed)
    for reader in range(FIRST_READER, FIRST_READER + _readers(plan)):
        account = Account("discord", str(reader))
        async with context.store.write() as uow:
            person = await uow.people.ensure(account, now)
        for paper in draw.choices(papers, k=INTERESTS):
            await add_interests(context, person.id, InterestKind.TEXT, paper.title.partition(" (")[0])
        asker = Asker(person.id, direct(account), "discord")
        for paper in draw.choices(papers, k=LIKES):
            await record_feedback(context, asker, paper.id, Reaction.LIKE, wanted=True)


def _announced(papers: Iterator[Paper], plan: DiscordPlan, now: datetime) -> Iterator[Paper]:
    for number, paper in enumerate(papers):
        age = timedelta(hours=1) + plan.days * timedelta(days=1) * (number / plan.papers)
        yield replace(paper, announced_at=now - age)


async def _recommend(server: DiscordServer, reader: int) -> Interaction:
    return await server.command(reader, CHANNEL, "recommend")


async def _all(asked: Iterable[Awaitable[Interaction]]) -> list[Interaction]:
    """Everybody at once, to the last answer."""
    begun = await asyncio.gather(*asked)
    return list(await asyncio.gather(*map(_final, begun)))


async def _final(asked: Interaction) -> Interaction:
    await asyncio.wait_for(asked.final.wait(), PATIENCE_S)
    return asked


def _like(message: Fields) -> str:
    """The button of the first card that says so."""
    return next(text for text in strings_in(message["components"]) if text.startswith("do:like "))


def _waits(asked: Sequence[Interaction]) -> Waits:
    heard = sorted(_ms(one.acknowledged_at, one.began_at) for one in asked)
    waits = sorted(_ms(one.final_at, one.began_at) for one in asked)
    return Waits(len(waits), _share(heard, 0.99), _share(waits, 0.5), _share(waits, 0.99), waits[-1])


def _ms(until: float | None, since: float) -> float:
    assert until is not None
    return round(1e3 * (until - since), 1)


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@asynccontextmanager
async def _serving(server: DiscordServer, folder: Path) -> AsyncIterator[None]:
    """`paperboy run` on this installation and this Discord, to the end of the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        env=_environment(server, folder),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await asyncio.wait_for(server.ready.wait(), PATIENCE_S)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _environment(server: DiscordServer, folder: Path) -> Mapping[str, str]:
    """Its own data, the fake Discord, and no other network. The database is the one that it was filled into."""
    sources = dict.fromkeys(
        ("PAPERBOY_ARXIV_FEED_URL", "PAPERBOY_ARXIV_API_URL", "PAPERBOY_ARXIV_OAI_URL", "PAPERBOY_HF_URL"), NOWHERE
    )
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PAPERBOY_")},
        **sources,
        "PAPERBOY_DATA_DIR": str(folder),
        "PAPERBOY_WEB_PORT": "off",
        "PAPERBOY_DISCORD_TOKEN": TOKEN,
        "PAPERBOY_DISCORD_API_URL": server.api_url,
        "PAPERBOY_DISCORD_GATEWAY_URL": server.gateway_url,
    }
