"""The composed core, once on SQLite and once on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.ports import Store
from tests.fakes import FakeClock
from tests.integration.world import World, library, open_world

if TYPE_CHECKING:
    from playwright.async_api import Browser


@pytest.fixture(autouse=True)
def _covered_once(request: pytest.FixtureRequest) -> None:
    """What a test covers of the program it covers on SQLite; what PostgreSQL has of its own, tests/contract covers."""
    call = getattr(request.node, "callspec", None)
    if call is not None and call.params.get("backend") == "postgres":
        request.getfixturevalue("uncovered")


@pytest.fixture
async def world(store: Store, tmp_path: Path, clock: FakeClock) -> AsyncIterator[World]:
    """A world without papers and without a network."""
    async with open_world(store, tmp_path / "search", clock) as opened:
        yield opened


@pytest.fixture
async def read(world: World) -> World:
    """A world that has read `LIBRARY`."""
    return await library(world)


@pytest.fixture
async def browser() -> "AsyncIterator[Browser]":
    from tests.browser import open_browser

    async with open_browser() as opened:
        yield opened
