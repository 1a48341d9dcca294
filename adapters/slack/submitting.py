"""Forms that are opened for what a command lacks, and that come back."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.commands import lacking
from adapters.slack.app import HEARD_AT
from adapters.slack.asking import refusal
from adapters.slack.errors import TROUBLE
from adapters.slack.forms import FORM, TOO_LATE, Origin, blamed, emptied, filled_in, form, read_origin
from adapters.slack.scene import Scene
from adapters.slack.tools import Tools
from bot.domain.chat import Message
from bot.domain.command import CommandSpec

PATIENCE_S = 2.0
"""From a form's coming to saying what is wrong in it: Slack waits three seconds, then the answer comes as a message."""


async def ask_in_form(tools: Tools, scene: Scene, spec: CommandSpec, trigger: str) -> None:
    """Open a form for what the command lacks; `trigger` is Slack's leave to do so, good for three seconds."""
    view = form(spec, lacking(spec), Origin(spec.name, scene.channel, scene.thread, scene.response_url), {})
    try:
        await scene.client.views_open(trigger_id=trigger, view=view)
    except TROUBLE:
        await tools.answering.show(scene, refusal(TOO_LATE))


def answer_forms(app: AsyncApp, tools: Tools) -> None:
    @app.view(FORM)
    async def submitted(
        ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        errors = emptied(view)
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        origin = read_origin(view["private_metadata"])
        spec = tools.asking.specs[origin.command]
        given = filled_in(view)
        user = str(body["user"]["id"])

        async def ask() -> tuple[Scene, Message]:
            scene = Scene(client, context.team_id or "", user, is_alone=True)
            if origin.channel:
                thread, url = origin.thread, origin.response_url
                scene = await tools.scene(client, context, user, origin.channel, thread=thread, response_url=url)
            return scene, await tools.asking.ask(scene, spec.name, options=given)

        asked = asyncio.ensure_future(ask())
        waited_s = asyncio.get_running_loop().time() - context[HEARD_AT]
        await asyncio.wait((asked,), timeout=max(0.0, PATIENCE_S - waited_s))
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
