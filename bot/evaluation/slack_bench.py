"""The fake Slack as `paperboy bench slack` uses it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.domain.person import Account
from bot.evaluation.chat_bench import Stage
from bot.evaluation.fake_reply import Fields
from bot.evaluation.fake_slack import APP_TOKEN, TEAM, TOKEN, FakeSlack
from bot.evaluation.fake_slack_server import Delivered, SlackServer, running_slack

CHANNEL = "C8000"


@dataclass(frozen=True, slots=True)
class SlackStage:
    """Implements bot.evaluation.chat_bench.Stage."""

    server: SlackServer

    @property
    def ready(self) -> asyncio.Event:
        return self.server.ready

    @property
    def press_s(self) -> float:
        return 2.0

    def account(self, reader: int) -> Account:
        return Account("slack", f"U{reader}", TEAM)

    def variables(self) -> Mapping[str, str]:
        return {
            "PAPERBOY_SLACK_BOT_TOKEN": TOKEN,
            "PAPERBOY_SLACK_APP_TOKEN": APP_TOKEN,
            "PAPERBOY_SLACK_API_URL": self.server.api_url,
        }

    async def recommend(self, reader: int) -> Delivered:
        return await self.server.tell(self.server.people.command(f"U{reader}", CHANNEL, "recommend"))

    def like(self, shown: Delivered) -> Callable[[int], Awaitable[Delivered]]:
        blocks = shown.responses[-1]["blocks"]
        message: Fields = {"type": "message", "ts": self.server.fake.new_ts(), "blocks": blocks}
        button = next(one for one in _buttons(blocks) if str(one.get("value")).startswith("like "))

        async def press(reader: int) -> Delivered:
            return await self.server.tell(self.server.people.press(f"U{reader}", CHANNEL, message, button))

        return press


@asynccontextmanager
async def slack_stage() -> AsyncIterator[Stage[Delivered]]:
    async with running_slack(FakeSlack(time.time)) as server:
        yield SlackStage(server)


def _buttons(blocks: list[Fields]) -> Iterator[Fields]:
    for block in blocks:
        yield from (each for each in block.get("elements", ()) if each.get("type") == "button")
