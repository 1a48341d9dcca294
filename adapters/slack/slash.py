"""`/papers` and what follows it."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.commands import lacking
from adapters.slack.linking import switched
from adapters.slack.reading import typed
from adapters.slack.submitting import ask_in_form
from adapters.slack.tools import Tools
from adapters.slack.wording import SLASH

FOR_ONE = frozenset({"help"})
"""What others may see, and have no use for."""


def answer_slash(app: AsyncApp, tools: Tools) -> None:
    """Answer to who typed it, before everybody's eyes only where the answer says nothing of them."""

    @app.command(SLASH)
    async def slash(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        scene = await tools.scene(
            client, context, body["user_id"], body["channel_id"], response_url=body["response_url"]
        )
        text = typed(body.get("text") or "")
        wished = await switched(scene, tools.inside, text)
        if wished is not None:
            await tools.answering.show(scene, wished)
            return
        said = tools.asking.read(text)
        spec = tools.asking.specs.get(said.text)
        if spec is not None and lacking(spec) and not said.for_channel:
            await ask_in_form(tools, scene, spec, body["trigger_id"])
            return
        answer = await tools.asking.ask(scene, said.text, for_channel=said.for_channel)
        aloud = answer.ok and said.is_public and said.name not in FOR_ONE
        await tools.answering.show(scene, answer, aloud=aloud)
