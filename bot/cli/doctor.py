"""The facts that `paperboy admin doctor` judges: settings, disk, database, clocks, feeds, search, ledger."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from adapters.http_date import http_date
from adapters.search import index_trouble
from adapters.system_clock import SystemClock
from bot.bootstrap import SEARCH, user_agent
from bot.bootstrap.slack import way_to_slack
from bot.bootstrap.surfaces import SURFACES
from bot.domain.check import Check, ok, problem, warn
from bot.messages import checkup
from bot.ports import StoreError
from bot.settings import Settings, SettingsError, read_settings
from bot.usecases.catch_up import feed_state_of
from bot.usecases.ledger_state import ledger_state
from store.engine import open_store
from store.health import DatabaseHealth, look_at


async def examined() -> list[Check]:
    """Everything that can be looked at without changing it; where one thing cannot be, the rest is."""
    try:
        settings = read_settings()
    except SettingsError as error:
        return [problem("settings", str(error), "correct it in the environment or in .env")]
    tokens = settings.chat_tokens
    checks = [
        ok("settings", "readable"),
        *_data_folder(settings.data_dir),
        checkup.search(index_trouble(settings.data_dir / SEARCH)),
        # Many workspaces of Slack's have none of their own here.
        *(checkup.tokens(tokens, list(SURFACES)) if tokens or not settings.platforms else ()),
        *_slack(settings),
        checkup.operator(settings.operator, settings.platforms),
    ]
    checks += await _database(settings)
    checks.append(await _arxiv(settings))
    return checks


def _data_folder(folder: Path) -> list[Check]:
    name = "data folder"
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest) as file:
            file.write(b"Paperboy")
    except OSError as error:
        advice = "make it writable for this user, or set PAPERBOY_DATA_DIR"
        return [problem(name, f"{folder} cannot be written: {error.strerror}", advice)]
    text = f"{folder} is writable" if folder.exists() else f"{folder} will be made at the first start"
    return [ok(name, text), checkup.disk(shutil.disk_usage(nearest).free, str(nearest))]


def _slack(settings: Settings) -> list[Check]:
    """How Slack is spoken, where anything of it is set."""
    if "slack" not in settings.platforms:
        return []
    try:
        return [ok("Slack", way_to_slack(settings))]
    except SettingsError as error:
        return [problem("Slack", str(error), "docs/slack.md says where each is found")]


async def _database(settings: Settings) -> list[Check]:
    clock = SystemClock()
    try:
        before = clock.now()
        health = await look_at(settings.store_url)
        here = before + (clock.now() - before) / 2
        checks = [ok("database", health.place), checkup.schema(health.schema, health.head)]
        if health.now is not None:
            checks.append(checkup.clock("database's clock", here - health.now))
        return checks + await _contents(settings, health)
    except StoreError as error:
        return [problem("database", str(error), "nothing works without it")]


async def _contents(settings: Settings, health: DatabaseHealth) -> list[Check]:
    """What the tables say; only of those that this program knows."""
    if health.schema != health.head:
        return []
    now = SystemClock().now()
    store = await open_store(settings.store_url)
    try:
        ledger = await ledger_state(store, now)
        feed = await feed_state_of(store)
    finally:
        await store.close()
    every, patience = timedelta(hours=settings.poll_hours), timedelta(hours=settings.alert_hours)
    return [checkup.feed(feed, now, every, patience), *checkup.ledger(ledger, now)]


async def _arxiv(settings: Settings) -> Check:
    clock = SystemClock()
    before = clock.now()
    there = await http_date(settings.arxiv_api_url, user_agent(settings), settings.offline_after_s)
    if there is None:
        return warn("arXiv", "cannot be reached from here", "no papers come in: see to the network, DNS and firewall")
    # The header says whole seconds, cut off.
    here = before + (clock.now() - before) / 2 - timedelta(milliseconds=500)
    return checkup.clock("arXiv's clock", here - there)
