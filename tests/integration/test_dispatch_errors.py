"""When something breaks: every command gets an answer, the log names the command and never what was typed."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from bot.domain.chat import Address, Incoming, Message
from bot.ports import StoreError, UnitOfWork
from tests.integration.world import ADA, World, words_of

SECRET = "zebrafish"


class BrokenStore:
    """A store whose every transaction fails with `error`."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        raise self._error

    write = read

    async def check(self) -> None:
        raise self._error

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with capture_logs() as entries:
        yield entries


async def answer(world: World, error: Exception, text: str) -> Message:
    context = replace(world.context, store=BrokenStore(error))
    return await Dispatcher(context).handle(Incoming(ADA, Address("console", "here"), text))


async def test_a_store_that_cannot_be_used_is_answered_with_what_to_do_and_logged(
    world: World, logged: list[Any]
) -> None:
    message = await answer(world, StoreError("The disk is full: make room."), f"search {SECRET}")
    assert not message.ok
    assert words_of(message) == "The disk is full: make room."
    assert [(entry["command"], entry["log_level"]) for entry in logged] == [("search", "error")]
    assert SECRET not in str(logged)


async def test_a_defect_is_answered_with_an_apology_and_logged_without_what_was_typed(
    world: World, logged: list[Any]
) -> None:
    try:
        raise ValueError(f"bad input {SECRET}")
    except ValueError as cause:
        error = RuntimeError(f"could not do {SECRET}")
        error.__cause__ = cause
    message = await answer(world, error, f"interests add {SECRET}")
    assert not message.ok
    assert "Something went wrong on my side" in words_of(message)
    assert SECRET not in str(message)
    (entry,) = logged
    assert entry["command"] == "interests add"
    assert [told.split("\n")[0] for told in entry["errors"]] == ["RuntimeError", "ValueError"]
    assert "dispatch.py" in entry["errors"][0]
    assert SECRET not in str(entry)


async def test_a_statement_that_the_database_refuses_does_not_quote_what_was_typed(
    read: World, logged: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import text

    from store.interests import SqlInterestRepository

    async def refuse(self: Any, person_id: int, interest: Any) -> bool:
        await self._connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": interest.text})
        return True

    monkeypatch.setattr(SqlInterestRepository, "add", refuse)
    assert "Something went wrong on my side" in await read.refused(f"interests add {SECRET}")
    assert len(logged) == 1
    assert SECRET not in str(logged)
    monkeypatch.undo()
    assert await read.ask("interests") == []


async def test_every_command_answers_when_the_store_is_gone(world: World, logged: list[Any]) -> None:
    words = {"paper": "2603.00001", "text": SECRET, "query": SECRET, "author": SECRET, "categories": "cs.LG"}
    for spec in COMMANDS:
        said = " ".join([spec.name, *(words.get(option.name, "x") for option in spec.options if option.required)])
        if spec.name == "interests reset" or spec.name == "privacy forget":
            said += " yes"
        if spec.name == "interests import":
            continue
        message = await answer(world, StoreError("gone"), said)
        assert message.ok == (spec.name == "help"), said
    assert len(logged) == len(COMMANDS) - 2
    assert SECRET not in str(logged)


async def test_a_first_fetch_that_breaks_is_answered_too(world: World, logged: list[Any]) -> None:
    async def ready() -> None:
        raise StoreError("gone")

    handle = Dispatcher(world.context, ready).handle
    assert not (await handle(Incoming(ADA, Address("console", "here"), "recommend"))).ok
    assert (await handle(Incoming(ADA, Address("console", "here"), "interests"))).ok
    assert len(logged) == 1
