"""Workers are killed while they deliver: is every digest brought, and none of it twice?"""

import asyncio
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import and_, func, or_, select

from adapters.system_clock import SystemClock
from bot.domain.chat import DIRECT, Address
from bot.domain.delivery import OPEN, Delivery, DeliveryState
from bot.domain.person import PersonId
from bot.domain.subscription import Subscription
from bot.evaluation.corpus import Texts
from bot.evaluation.delivery_setup import fill_papers, fill_people, make_profiles, subscribed
from bot.evaluation.delivery_worker import WorkerConfig, opened, run_worker
from bot.evaluation.fake_platform import Faults, Kept, Kind
from bot.evaluation.fake_platform_server import RunningServer, ServerConfig, running_server
from bot.ports import StoreError
from store.engine import SqlStore
from store.tables import deliveries

PAPERS = 300
PROFILES = 40
SIZE = 3

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CrashPlan:
    """What to do to whom. A killed worker comes back at once, or, of a share `sleepers`, after more than `nonce_s`.
    `restart` is done to the database when half of the digests are out."""

    database_url: str
    platform: Kind
    digests: int = 5_000
    kills: int = 200
    workers: int = 2
    faults: Faults = field(default_factory=Faults)
    nonce_s: float = 4.0
    sleepers: float = 0.1
    restart: Callable[[], Awaitable[None]] | None = None
    separate_folders: bool = False
    own_adapter: bool = False
    """Deliver by the product's own adapter, to a fake of the platform's API."""
    lasting_kill: bool = False
    """One worker is killed half-way and does not come back."""
    seed: int = 1
    patience_s: float = 600.0
    """How long nothing may be seen to go on before it is given up."""


@dataclass(frozen=True, slots=True)
class CrashReport:
    """Counts digests, but for `messages`, `kills` and `restarts`. `lost` were neither brought nor left unknown with a
    word of it; `twice` are messages that somebody saw twice, `papers_twice` papers."""

    platform: Kind
    database: str
    digests: int
    sent: int
    unknown: int
    lost: int
    twice: int
    papers_twice: int
    messages: int
    kills: int
    restarts: int
    seconds: float

    @property
    def is_kept(self) -> bool:
        """The promise: nothing lost, nothing twice, and unknown only where nobody can be asked."""
        told = self.unknown == 0 or self.platform == "mail"
        return told and not (self.lost or self.twice or self.papers_twice) and self.sent + self.unknown == self.digests


async def run_crash(plan: CrashPlan, texts: Texts, folder: Path, compiled: Path, tell: Tell) -> CrashReport:
    """Fill an empty database, let workers deliver and kill them, and count what people see."""
    clock = SystemClock()
    due_at = clock.now().replace(microsecond=0) - timedelta(seconds=1)
    async with opened(plan.database_url, compiled, clock) as (context, store):
        papers = await fill_papers(context, texts, PAPERS)
        profiles = await make_profiles(context, papers, PROFILES)
        await fill_people(store, profiles, _subscriptions(plan, due_at))
        config = ServerConfig(str(folder / "seen.jsonl"), plan.faults, plan.nonce_s, plan.seed)
        with running_server(config, _server_module(plan)) as server:
            team = Team(plan, server, folder, compiled)
            started = time.perf_counter()
            try:
                restarts = await _killed(plan, team, store, tell)
            finally:
                team.end()
            seconds = time.perf_counter() - started
        return await _counted(plan, server, store, team.kills, restarts, seconds)


def _server_module(plan: CrashPlan) -> str:
    return f"bot.evaluation.fake_{plan.platform if plan.own_adapter else 'platform'}_server"


def _subscriptions(plan: CrashPlan, due_at: datetime) -> list[Subscription]:
    return [subscribed(number, _address(plan, number), due_at, size=SIZE) for number in range(1, plan.digests + 1)]


def _address(plan: CrashPlan, number: int) -> Address:
    """A channel, or by turns one and a conversation with a person alone where the platform tells them apart."""
    workspace = "T1" if plan.platform == "slack" else ""
    if not plan.own_adapter:
        return Address(plan.platform, f"c{number}", workspace)
    person, channel = ("U", "C") if plan.platform == "slack" else ("", "")
    return Address(plan.platform, f"{DIRECT}{person}{number}" if number % 2 else f"{channel}{number}", workspace)


class Team:
    """Worker processes, each known by its own pid."""

    def __init__(self, plan: CrashPlan, server: RunningServer, folder: Path, compiled: Path) -> None:
        self._plan = plan
        self._server = server
        self._folder = folder
        self._compiled = compiled
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["bot.evaluation.delivery_worker", "bot.ranking.batch"])
        self._processes: list[BaseProcess | None] = [self._start(place) for place in range(plan.workers)]
        self.kills = 0

    def kill(self, place: int) -> None:
        process = self._processes[place]
        if process is not None and process.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
                self.kills += 1
            process.join()
        self._processes[place] = None

    def restart(self, place: int) -> None:
        self._processes[place] = self._start(place)

    def mend(self) -> None:
        """Start again what ended by itself: a service manager would."""
        for place, process in enumerate(self._processes):
            if process is not None and not process.is_alive():
                self.restart(place)

    def end(self) -> None:
        for process in self._processes:
            if process is not None and process.is_alive() and process.pid is not None:
                os.kill(process.pid, signal.SIGKILL)
                process.join()

    def _start(self, place: int) -> BaseProcess:
        folder = self._folder / f"machine-{place}" if self._plan.separate_folders else self._compiled
        config = WorkerConfig(
            self._plan.database_url,
            self._server.url,
            str(folder),
            (self._plan.platform,),
            own_adapter=self._plan.own_adapter,
        )
        process = self._context.Process(target=run_worker, args=(config,), daemon=True)
        process.start()
        return process


async def _killed(plan: CrashPlan, team: Team, store: SqlStore, tell: Tell) -> int:
    """Kill as planned until everything is settled; how often the database was restarted.

    Kills come as the work goes on, at random moments of it, some of them before the first message is out; those that
    the work was too quick for come at its end.
    """
    draw = random.Random(plan.seed)
    most = max(plan.digests * 19 // 20, 1)
    marks = sorted(draw.randrange(most) if draw.random() > 0.05 else 0 for _ in range(plan.kills))
    back_at: dict[int, float] = {}
    restarts = 0
    last, moved_at = -1, time.monotonic()
    while True:
        try:
            settled = await _settled(store)
        except StoreError:
            await asyncio.sleep(0.2)
            continue
        if settled != last:
            last, moved_at = settled, time.monotonic()
        if (settled >= plan.digests and not marks) or time.monotonic() - moved_at > plan.patience_s:
            return restarts
        now = time.monotonic()
        for place in [place for place, at in back_at.items() if at <= now]:
            team.restart(place)
            del back_at[place]
        team.mend()
        if plan.restart is not None and not restarts and settled >= plan.digests // 2:
            await plan.restart()
            restarts += 1
            tell("the database was restarted")
        alive = [place for place in range(plan.workers) if place not in back_at]
        if marks and alive and settled >= marks[0]:
            marks.pop(0)
            await asyncio.sleep(draw.random() * 0.3)
            place = draw.choice(alive)
            team.kill(place)
            pause = plan.nonce_s * 1.5 if draw.random() < plan.sleepers else 0.0
            back_at[place] = float("inf") if plan.lasting_kill else time.monotonic() + pause
            tell(f"{settled:,} of {plan.digests:,} settled, {team.kills} kills")
        await asyncio.sleep(0.05)


async def _settled(store: SqlStore) -> int:
    """Deliveries that have come to their end, those that are left unknown among them."""
    ended = deliveries.c.state.not_in([state.value for state in OPEN])
    left = and_(deliveries.c.state == DeliveryState.UNKNOWN.value, deliveries.c.retry_at.is_(None))
    async with store.connection() as connection:
        return int((await connection.execute(select(func.count()).where(or_(ended, left)))).scalar_one())


async def _counted(
    plan: CrashPlan, server: RunningServer, store: SqlStore, kills: int, restarts: int, seconds: float
) -> CrashReport:
    seen = [kept for _, kept in server.kept()]
    tokens = Counter(kept.token for kept in seen)
    async with store.read() as uow:
        rows = [row for number in range(1, plan.digests + 1) for row in await uow.deliveries.log(PersonId(number), 10)]
    sent = [row for row in rows if row.state is DeliveryState.SENT and _is_there(row, tokens)]
    unknown = [row for row in rows if row.state is DeliveryState.UNKNOWN and row.retry_at is None and row.reason]
    shown = Counter((kept.channel, line) for kept in seen for line in papers_in(kept))
    return CrashReport(
        platform=plan.platform,
        database=plan.database_url.partition(":")[0],
        digests=plan.digests,
        sent=len(sent),
        unknown=len(unknown),
        lost=plan.digests - len(sent) - len(unknown),
        twice=sum(count - 1 for count in tokens.values()),
        papers_twice=sum(count - 1 for count in shown.values()),
        messages=len(seen),
        kills=kills,
        restarts=restarts,
        seconds=round(seconds, 1),
    )


def _is_there(row: Delivery, tokens: Counter[str]) -> bool:
    return bool(row.parts) and all(tokens[part.token] for part in row.parts)


def papers_in(kept: Kept) -> list[str]:
    return [line for line in kept.text.splitlines() if line.startswith("local:")]
