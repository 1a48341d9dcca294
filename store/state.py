"""Small things that outlive a process."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, Table, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Address
from bot.domain.paper import PaperId
from bot.domain.person import PersonId
from bot.ports import ShownList
from store.dialect import upsert_into
from store.tables import last_lists, people, rate_limits, state_values
from store.types import to_microseconds


def _put_list(insert: Callable[[Table], "sqlite.Insert | postgresql.Insert"]) -> Insert:
    """A person who is there stays until the transaction ends; for one who is gone nothing is written."""
    names = ("platform", "workspace", "channel", "papers", "context")
    told = [bindparam(name, type_=last_lists.c[name].type) for name in names]
    theirs = select(people.c.id, *told).where(people.c.id == bindparam("person"))
    new = insert(last_lists).from_select(["person_id", *names], theirs.with_for_update(read=True, key_share=True))
    return new.on_conflict_do_update(
        index_elements=["platform", "workspace", "channel", "person_id"],
        set_={"papers": new.excluded.papers, "context": new.excluded.context},
    )


# Written with every list: statements made once.
_PUT_LIST = {"sqlite": _put_list(sqlite.insert), "postgresql": _put_list(postgresql.insert)}


def _place(address: Address) -> dict[str, str]:
    return {"platform": address.platform, "workspace": address.workspace, "channel": address.channel}


class SqlStateRepository:
    """`bot.ports.StateRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put_list(
        self, address: Address, person_id: PersonId, papers: Sequence[PaperId], context: str = ""
    ) -> None:
        """Nothing happens for a person who is gone."""
        told = {**_place(address), "person": person_id, "papers": json.dumps(list(papers)), "context": context}
        await self._connection.execute(_PUT_LIST[self._connection.dialect.name], told)

    async def find_list(self, address: Address, person_id: PersonId) -> ShownList:
        shown = select(last_lists.c.papers, last_lists.c.context).where(
            *(last_lists.c[name] == value for name, value in _place(address).items()),
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
