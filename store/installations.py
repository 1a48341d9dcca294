"""Where Paperboy was installed, workspace by workspace."""

from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.installation import Installation
from store.dialect import upsert_into
from store.tables import installations


class SqlInstallationRepository:
    """`bot.ports.InstallationRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, platform: str, workspace: str) -> Installation | None:
        row = (await self._connection.execute(select(installations).where(_is(platform, workspace)))).one_or_none()
        if row is None:
            return None
        return Installation(row.platform, row.workspace, bytes(row.sealed), row.installed_at)

    async def put(self, installation: Installation) -> None:
        new = upsert_into(self._connection, installations).values(
            platform=installation.platform,
            workspace=installation.workspace,
            sealed=installation.sealed,
            installed_at=installation.installed_at,
        )
        await self._connection.execute(
            new.on_conflict_do_update(
                index_elements=["platform", "workspace"],
                set_={"sealed": new.excluded.sealed, "installed_at": new.excluded.installed_at},
            )
        )

    async def remove(self, platform: str, workspace: str) -> bool:
        gone: Any = await self._connection.execute(delete(installations).where(_is(platform, workspace)))
        return bool(gone.rowcount)


def _is(platform: str, workspace: str) -> ColumnElement[bool]:
    return and_(installations.c.platform == platform, installations.c.workspace == workspace)
