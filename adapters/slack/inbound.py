"""What people type, press and choose on Slack, on its way to the handler and back."""

from slack_bolt.async_app import AsyncApp

from adapters.slack.inside import Inside
from bot.domain.chat import Handler


def attach(app: AsyncApp, inside: Inside, handle: Handler) -> None:
    """Make the app answer everything that people do, by `handle`: its listeners acknowledge at once, and work after.

    Who speaks is Account("slack", user id, workspace=team id); a place is Address("slack", channel id, team id), and a
    conversation with Paperboy alone `direct(account)`, since digests come to that address. A channel with interests of
    its own is Account("slack", channel id, team id, kind="channel").
    """
