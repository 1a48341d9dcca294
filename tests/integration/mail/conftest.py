from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.mail.visitor import Visitor, visiting
from tests.integration.world import World


@pytest.fixture
async def visitor(read: World, tmp_path: Path) -> AsyncIterator[Visitor]:
    """Somebody before the pages of a Paperboy that has read `LIBRARY`."""
    async with visiting(read, tmp_path / "mails") as opened:
        yield opened
