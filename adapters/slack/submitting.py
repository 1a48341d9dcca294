"""Forms that come back."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.forms import FORM, blamed, filled_in, read_origin
from adapters.slack.scene import Scene
from adapters.slack.tools import Tools
from bot.domain.chat import Message

PATIENCE_S = 2.0
"""Slack waits three seconds for what is wrong with a form; after that the answer comes as a message."""


def answer_forms(app: AsyncApp, tools: Tools) -> None:
    @app.view(FORM)
    async def submitted(
        ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        origin = read_origin(view["private_metadata"])
        spec = tools.asking.specs[origin.command]
        given = filled_in(view)
        user = str(body["user"]["id"])

        async def ask() -> tuple[Scene, Message]:
            scene = Scene(client, context.team_id or "", user, is_alone=True)
            if origin.channel:
                thread, url = origin.thread, origin.response_url
                found = await tools.scene(client, context, user, origin.channel, thread=thread, response_url=url)
                scene = found or scene
            return scene, await tools.asking.ask(scene, spec.name, options=given)

        asked = asyncio.ensure_future(ask())
        await asyncio.wait((asked,), timeout=PATIENCE_S)
        if asked.done() and not asked.result()[1].ok:
            errors = blamed(spec, given, [*view["state"]["values"]], asked.result()[1])
            await ack(response_action="errors", errors=errors)
            return
        await ack()
        scene, answer = await asked
        if origin.channel or tools.home is None:
            await tools.answering.show(scene, answer)
        else:
            await tools.home.changed(scene, answer)
