"""One message into a channel."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import told
from adapters.slack.controls import without_feedback
from adapters.slack.errors import code_of
from adapters.slack.payload import Payload

BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format"})


async def post(
    client: AsyncWebClient,
    channel: str,
    payload: Payload,
    *,
    thread: str = "",
    metadata: Mapping[str, Any] | None = None,
) -> str:
    """Send it, and let Slack make no links or previews by itself; its timestamp, which is its id there.

    A workspace that does not know Slack's own thumbs gets ordinary ones. Raises what a request to Slack raises.
    """
    said: dict[str, Any] = {
        "channel": channel,
        "text": payload.text,
        "unfurl_links": False,
        "unfurl_media": False,
        "parse": "none",
        "link_names": False,
        "thread_ts": thread or None,
        "metadata": metadata,
    }
    try:
        answer = await client.chat_postMessage(blocks=[*payload.blocks], **said)
    except SlackApiError as error:
        plainly = without_feedback(payload.blocks)
        if code_of(error) not in BLOCKS_REFUSED or plainly == [*payload.blocks]:
            raise
        answer = await client.chat_postMessage(blocks=plainly, **said)
    return told(answer, "ts")
