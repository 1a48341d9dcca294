"""Bringing messages unasked: to a person, to a channel, or into the thread below a message of a channel."""

from collections.abc import Sequence
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import told
from adapters.slack.errors import NO_SUCH_THREAD, TROUBLE, code_of, delivery_error
from adapters.slack.files import upload
from adapters.slack.payload import Payload, Upload
from adapters.slack.places import PLATFORM
from adapters.slack.posting import post
from adapters.slack.workspaces import Workspace, Workspaces
from bot.domain.chat import DIRECT, Address, Receipt, is_direct
from bot.ports import DeliveryError

log = structlog.get_logger()

PART = "paperboy_part"
"""The type of the metadata in which a message carries the token of its part."""


async def workspace_of(workspaces: Workspaces, address: Address) -> Workspace:
    """Where an address is. Raises DeliveryError for none of Slack's."""
    number = address.channel.removeprefix(DIRECT)
    if address.platform != PLATFORM or not (number.isascii() and number.isalnum() and number.isupper()):
        raise DeliveryError("That is no place on Slack.", permanent=True)
    return await workspaces.find(address.workspace)


async def send_all(
    workspaces: Workspaces, address: Address, payloads: Sequence[Payload], token: str, thread: str
) -> Receipt:
    """Send the messages in order; the receipt of the first. Raises DeliveryError.

    Each carries in its metadata the token and which of them it is: Slack takes a message as often as it is sent.
    """
    try:
        workspace = await workspace_of(workspaces, address)
    except TROUBLE as error:
        raise delivery_error(error, asked=False) from error
    channel = address.channel.removeprefix(DIRECT)
    thread = "" if is_direct(address) else thread
    sent: list[str] = []
    try:
        for number, payload in enumerate(payloads):
            carried = {"token": token, "number": number, "of": len(payloads)}
            metadata = {"event_type": PART, "event_payload": carried} if token else None
            sent.append(await _post_below(workspace.client, channel, payload, metadata, thread))
    except TROUBLE as error:
        raise delivery_error(error) from error
    await _bring_files(workspace.client, address, [each for payload in payloads for each in payload.files], thread)
    return Receipt(sent[0])


async def channel_of(client: AsyncWebClient, address: Address) -> str:
    """The channel of an address; that of a conversation with a person has an id of its own, besides the person's."""
    if not is_direct(address):
        return address.channel
    answer = await client.conversations_open(users=address.channel.removeprefix(DIRECT))
    return told(answer, "channel", "id")


async def _bring_files(client: AsyncWebClient, address: Address, files: Sequence[Upload], thread: str) -> None:
    """The message is there by now, whatever becomes of its files."""
    if not files:
        return
    try:
        await upload(client, await channel_of(client, address), files, thread=thread)
    except TROUBLE as error:
        log.warning("slack took no files", reason=str(delivery_error(error)))


async def _post_below(
    client: AsyncWebClient, channel: str, payload: Payload, metadata: dict[str, Any] | None, thread: str
) -> str:
    """In the thread, or in the channel itself where the message that it hangs on was taken away."""
    try:
        return await post(client, channel, payload, thread=thread, metadata=metadata)
    except SlackApiError as error:
        if not thread or code_of(error) not in NO_SUCH_THREAD:
            raise
    return await post(client, channel, payload, metadata=metadata)
