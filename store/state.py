"""Small things that outlive a process."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Address
from bot.domain.paper import PaperId
from bot.domain.person import PersonId
from bot.ports import ShownList
from store.dialect import person_exists, upsert_into
from store.tables import last_lists, rate_limits, state_values
from store.types import to_microseconds


class SqlStateRepository:
    """`bot.ports.StateRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put_list(
        self, address: Address, person_id: PersonId, papers: Sequence[PaperId], context: str = ""
    ) -> None:
        """Nothing happens for a person who is gone."""
        if not await person_exists(self._connection, person_id):
            return
        shown = {"papers": json.dumps(list(papers)), "context": context}
        new = upsert_into(self._connection, last_lists).values(
            platform=address.platform,
            workspace=address.workspace,
            channel=address.channel,
            person_id=person_id,
            **shown,
        )
        await self._connection.execute(
            new.on_conflict_do_update(
                index_elements=["platform", "workspace", "channel", "person_id"],
                set_=shown,
            )
        )

    async def find_list(self, address: Address, person_id: PersonId) -> ShownList:
        shown = select(last_lists.c.papers, last_lists.c.context).where(
            last_lists.c.platform == address.platform,
            last_lists.c.workspace == address.workspace,
            last_lists.c.channel == address.channel,
            last_lists.c.person_id == person_id,
        )
        row = (await self._connection.execute(shown)).one_or_none()
        if row is None:
            return ShownList()
        return ShownList(tuple(PaperId(paper_id) for paper_id in json.loads(row.papers)), row.context)

    async def get_value(self, key: str) -> str | None:
        found = select(state_values.c.value).where(state_values.c.key == key)
        value: str | None = (await self._connection.execute(found)).scalar_one_or_none()
        return value

    async def put_value(self, key: str, value: str) -> None:
        new = upsert_into(self._connection, state_values).values(key=key, value=value)
        await self._connection.execute(
            new.on_conflict_do_update(index_elements=["key"], set_={"value": new.excluded.value})
        )

    async def prune_limits(self, before: datetime) -> int:
        # Its next place has been free since then: a key that is not there starts with a free one, too.
        gone: Any = await self._connection.execute(
            delete(rate_limits).where(rate_limits.c.next_at < to_microseconds(before))
        )
        return int(gone.rowcount)
