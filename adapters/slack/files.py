"""Files that go with a message, and files that people send."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.errors import SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import TROUBLE
from adapters.slack.payload import Upload

MAX_FILE_BYTES = 20 * 1024 * 1024
_SLACKS_OWN = (".slack.com", ".slack-files.com")


class FileRefusedError(Exception):
    """A file cannot be taken; the text says why."""


async def upload(client: AsyncWebClient, channel: str, files: Sequence[Upload], *, thread: str = "") -> None:
    """Bring files to a channel, below the message `thread`. Raises what a request to Slack raises."""
    said: list[dict[str, Any]] = [
        {"filename": each.name, "content": each.content, "title": each.alt or each.name, "alt_txt": each.alt}
        for each in files
    ]
    try:
        await client.files_upload_v2(file_uploads=said, channel=channel, thread_ts=thread or None)
    except SlackRequestError as error:
        raise ValueError("Slack's place for files took none") from error


async def read_files(client: AsyncWebClient, files: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """What somebody sent with a message, by name. Raises FileRefusedError."""
    return {str(each.get("name") or "file"): await _read(client, each) for each in files}


async def _read(client: AsyncWebClient, file: Mapping[str, Any]) -> bytes:
    if int(file.get("size") or 0) > MAX_FILE_BYTES:
        raise FileRefusedError("This file is larger than 20 MiB; split it or send the part that counts.")
    address = str(file.get("url_private_download") or file.get("url_private") or "")
    if client.session is None or not _is_slacks(address, client.base_url):
        raise FileRefusedError("This file does not lie with Slack; send the file itself.")
    try:
        headers = {"Authorization": f"Bearer {client.token}"}
        async with client.session.get(address, headers=headers, allow_redirects=False) as answer:
            if answer.status != 200:
                raise FileRefusedError("Slack does not give me this file; send it once more.")
            return await _content(answer.content)
    except TROUBLE:
        raise FileRefusedError("Slack does not give me this file; send it once more.") from None


async def _content(stream: Any) -> bytes:
    content = b""
    async for piece in stream.iter_chunked(1 << 16):
        content += piece
        if len(content) > MAX_FILE_BYTES:
            raise FileRefusedError("This file is larger than 20 MiB; split it or send the part that counts.")
    return content


def _is_slacks(address: str, api_url: str) -> bool:
    """Whether the token may be shown there: only Slack itself, or the peer that stands for it, has a use for it."""
    parts, api = urlsplit(address), urlsplit(api_url)
    if (parts.scheme, parts.netloc) == (api.scheme, api.netloc):
        return True
    return parts.scheme == "https" and (parts.hostname or "").endswith(_SLACKS_OWN) and parts.port in (None, 443)
