"""A look at a database changes nothing in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.ports import StoreError
from store.health import look_at
from store.migrate import HEAD


async def test_a_database_says_its_schema_and_a_server_its_time(store_url: str) -> None:
    health = await look_at(store_url)
    assert health.schema == health.head == HEAD
    if store_url.startswith("sqlite"):
        assert health.now is None
    else:
        assert health.now is not None
        assert abs(health.now - datetime.now(UTC)) < timedelta(minutes=1)


async def test_an_empty_database_stays_empty(empty_url: str, tmp_path: Path) -> None:
    assert (await look_at(empty_url)).schema is None
    assert (await look_at(empty_url)).schema is None
    assert not (tmp_path / "empty.db").exists()


async def test_a_database_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear reader, " * 500)
    with pytest.raises(StoreError, match="is not a Paperboy database"):
        await look_at(f"sqlite:///{tmp_path / 'letter.db'}")
