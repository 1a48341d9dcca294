"""bot.ports.InstallationRepository, on both databases."""

from datetime import timedelta

from bot.domain.installation import Installation
from store.engine import SqlStore
from tests.factories import NOON

HERE = Installation("slack", "T1", b"\x00sealed\xff", NOON)


async def test_what_lets_us_in_is_kept_byte_by_byte_for_its_workspace(sql_store: SqlStore) -> None:
    async with sql_store.write() as uow:
        await uow.installations.put(HERE)
    async with sql_store.read() as uow:
        assert await uow.installations.find("slack", "T1") == HERE
        assert await uow.installations.find("slack", "T2") is None
        assert await uow.installations.find("discord", "T1") is None


async def test_a_new_installation_takes_the_place_of_the_earlier_one(sql_store: SqlStore) -> None:
    newer = Installation("slack", "T1", b"another", NOON + timedelta(days=1))
    async with sql_store.write() as uow:
        await uow.installations.put(HERE)
        await uow.installations.put(newer)
        assert await uow.installations.find("slack", "T1") == newer


async def test_who_leaves_takes_only_their_own_along(sql_store: SqlStore) -> None:
    other = Installation("slack", "T2", b"another", NOON)
    async with sql_store.write() as uow:
        await uow.installations.put(HERE)
        await uow.installations.put(other)
        assert await uow.installations.remove("slack", "T1")
        assert not await uow.installations.remove("slack", "T1")
        assert await uow.installations.find("slack", "T2") == other
