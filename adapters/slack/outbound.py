"""A platform-neutral message as Slack messages."""

from collections.abc import Collection

from adapters.slack.payload import Payload
from bot.domain.chat import Message, PaperCard, Text


def messages(message: Message, token: str = "", commands: Collection[str] = ()) -> list[Payload]:
    """The Slack messages that say it, in order. `commands` are the names of all commands.

    The token travels in the metadata of a message, which `sending` writes; nothing here needs it but what must be told
    apart by it.
    """
    words = [
        block.text if isinstance(block, Text) else f"{block.title} {block.paper}"
        for block in message.blocks
        if isinstance(block, Text | PaperCard)
    ]
    text = "\n".join(words)[:2_900] or "…"
    return [Payload(text, ({"type": "section", "text": {"type": "plain_text", "text": text}},))]
