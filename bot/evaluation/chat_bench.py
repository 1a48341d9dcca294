"""How long people wait in a chat when many of them ask at once: `paperboy bench discord`, `paperboy bench slack`.

The service is the real program in a process of its own; the platform is the fake on a loopback port, in this one. A
wait goes from the moment when the platform tells the program of it to the moment when the program has told the platform
what to show: the state after a press, the list (not a deferral) after a command. Beside the waits, which a busy machine
makes longer, stands what the service computed.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Generic, Protocol, TypeVar

from bot.domain.chat import direct
from bot.domain.feedback import Reaction
from bot.domain.person import Account
from bot.domain.profile import InterestKind
from bot.evaluation.corpus import Texts, tile
from bot.evaluation.delivery_clock import MovedClock
from bot.usecases.context import Context
from bot.usecases.find_paper import Asker
from bot.usecases.ingest_papers import ingest_papers, refresh_search
from bot.usecases.manage_interests import add_interests
from bot.usecases.profile_of import learn
from bot.usecases.record_feedback import record_feedback

OpenContext = Callable[[Path], AbstractAsyncContextManager[Context]]
Tell = Callable[[str], None]

FIRST_READER = 1_000
INTERESTS = 3
LIKES = 5
NOWHERE = "http://127.0.0.1:9"
PATIENCE_S = 120.0

RECOMMEND_S = 2.0


@dataclass(frozen=True, slots=True)
class ChatPlan:
    """`papers` are announced and read evenly over so many `days`, the last of them today. Each round is all presses at
    once, then all recommends."""

    papers: int = 100_000
    days: int = 100
    presses: int = 200
    recommends: int = 50
    rounds: int = 3
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds over all rounds: until the platform heard that we heard, and until it was told what to show; `busy`
    is what each took of a processor in the service, 0 where the system does not tell."""

    count: int
    heard_p99: float
    p50: float
    p99: float
    longest: float
    busy: float = 0.0


@dataclass(frozen=True, slots=True)
class ChatReport:
    papers: int
    presses: Waits
    recommends: Waits
    press_s: float

    @property
    def is_kept(self) -> bool:
        """What is promised: each press is shown within `press_s` seconds, 99 of 100 lists within two."""
        return self.presses.longest <= self.press_s * 1e3 and self.recommends.p99 <= RECOMMEND_S * 1e3


class Asked(Protocol):
    """Something that somebody asked for; times are those of the fake's clock. `final` is set once the program has said
    what to show."""

    @property
    def began_at(self) -> float: ...
    @property
    def acknowledged_at(self) -> float | None: ...
    @property
    def final_at(self) -> float | None: ...
    @property
    def final(self) -> asyncio.Event: ...


A = TypeVar("A", bound=Asked)


class Stage(Protocol[A]):
    """A fake platform as the bench uses it; readers are numbers from FIRST_READER on."""

    @property
    def ready(self) -> asyncio.Event:
        """Set once the program listens."""
        ...

    @property
    def press_s(self) -> float:
        """Seconds within which each press is to be shown."""
        ...

    def account(self, reader: int) -> Account: ...

    def variables(self) -> Mapping[str, str]:
        """The settings that point the program here."""
        ...

    async def recommend(self, reader: int) -> A:
        """A reader asks for papers in the channel that all of them share."""
        ...

    def like(self, shown: A) -> Callable[[int], Awaitable[A]]:
        """What a reader does who presses the first like below what was shown."""
        ...


async def run_chat_bench(
    open_context: OpenContext,
    texts: Texts,
    plan: ChatPlan,
    folder: Path,
    stage: AbstractAsyncContextManager[Stage[A]],
    tell: Tell,
) -> ChatReport:
    """Fill a new installation in `folder`, serve it on the stage, and let everybody press and ask at once."""
    async with stage as here:
        async with open_context(folder) as context:
            await fill(context, texts, plan, here)
        tell(f"{plan.papers:,} papers and {_readers(plan)} readers are stored")
        async with _serving(here, folder) as pid:
            first = await _final(await here.recommend(FIRST_READER))
            tell(f"the service is ready: the first list took {_ms(first.final_at, first.began_at):.0f} ms")
            presses, recommends = _Answered[A](pid), _Answered[A](pid)
            for number in range(plan.rounds):
                press = here.like(await _final(await here.recommend(FIRST_READER + number)))
                await presses.all(press(reader) for reader in _pressing(plan))
                await recommends.all(here.recommend(reader) for reader in _asking(plan))
                tell(f"round {number + 1} of {plan.rounds}")
            return ChatReport(plan.papers, presses.waits(), recommends.waits(), here.press_s)


def _readers(plan: ChatPlan) -> int:
    return plan.presses + plan.recommends


def _pressing(plan: ChatPlan) -> range:
    return range(FIRST_READER + plan.recommends, FIRST_READER + _readers(plan))


def _asking(plan: ChatPlan) -> range:
    return range(FIRST_READER, FIRST_READER + plan.recommends)


async def fill(context: Context, texts: Texts, plan: ChatPlan, stage: Stage[A]) -> None:
    """Store the papers day by day, the readers with their interests and likes, and the index to search in."""
    now = context.clock.now()
    papers = list(tile(texts, plan.papers))
    for day in range(plan.days):
        # A paper is as new as its first sight here, so each day's are stored by the clock of that day.
        clock = MovedClock(now - timedelta(hours=1) - timedelta(days=plan.days - 1 - day))
        of_day = papers[day * plan.papers // plan.days : (day + 1) * plan.papers // plan.days]
        announced = (replace(paper, announced_at=clock.now()) for paper in of_day)
        await ingest_papers(replace(context, clock=clock), announced)
    await refresh_search(context)
    draw = Random(plan.seed)
    for reader in range(FIRST_READER, FIRST_READER + _readers(plan)):
        account = stage.account(reader)
        async with context.store.write() as uow:
            person = await uow.people.ensure(account, now)
        for paper in draw.choices(papers, k=INTERESTS):
            await add_interests(context, person.id, InterestKind.TEXT, paper.title.partition(" (")[0])
        asker = Asker(person.id, direct(account), account.platform)
        for paper in draw.choices(papers, k=LIKES):
            await record_feedback(context, asker, paper.id, Reaction.LIKE, wanted=True)
        await learn(context, person.id)


async def _final(asked: A) -> A:
    await asyncio.wait_for(asked.final.wait(), PATIENCE_S)
    return asked


@dataclass(slots=True)
class _Answered(Generic[A]):
    """What was asked of the process `pid` in all rounds, and the seconds that it computed for it."""

    pid: int
    answered: list[A] = field(default_factory=list)
    busy_s: float = 0.0

    async def all(self, asked: Iterable[Awaitable[A]]) -> None:
        """Everybody at once, to the last answer."""
        before = processor_s(self.pid)
        begun = await asyncio.gather(*asked)
        self.answered += await asyncio.gather(*map(_final, begun))
        self.busy_s += processor_s(self.pid) - before

    def waits(self) -> Waits:
        heard = sorted(_ms(one.acknowledged_at, one.began_at) for one in self.answered)
        waits = sorted(_ms(one.final_at, one.began_at) for one in self.answered)
        busy = round(1e3 * self.busy_s / len(waits), 1)
        return Waits(len(waits), _share(heard, 0.99), _share(waits, 0.5), _share(waits, 0.99), waits[-1], busy)


def processor_s(pid: int) -> float:
    """The seconds of processors that a process has used, its system calls too; 0 where there is no /proc."""
    status = Path(f"/proc/{pid}/stat")
    if not status.exists():
        return 0.0
    # After the name, which may hold anything, in brackets: user and system time are the 12th and 13th.
    numbers = status.read_text().rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def _ms(until: float | None, since: float) -> float:
    assert until is not None
    return round(1e3 * (until - since), 1)


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@asynccontextmanager
async def _serving(stage: Stage[A], folder: Path) -> AsyncIterator[int]:
    """`paperboy run` on this installation and this platform, to the end of the block; its process id."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        env=_environment(stage, folder),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await asyncio.wait_for(stage.ready.wait(), PATIENCE_S)
        yield process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _environment(stage: Stage[A], folder: Path) -> Mapping[str, str]:
    """Its own data, the fake platform, and no other network. The database is the one that it was filled into."""
    sources = dict.fromkeys(
        ("PAPERBOY_ARXIV_FEED_URL", "PAPERBOY_ARXIV_API_URL", "PAPERBOY_ARXIV_OAI_URL", "PAPERBOY_HF_URL"), NOWHERE
    )
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PAPERBOY_")},
        **sources,
        "PAPERBOY_DATA_DIR": str(folder),
        "PAPERBOY_WEB_PORT": "off",
        **stage.variables(),
    }
