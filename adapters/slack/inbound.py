"""What people type, press and choose on Slack, on its way to the handler and back."""

from slack_bolt.async_app import AsyncApp

from adapters.slack.answering import Answering
from adapters.slack.asking import Asking
from adapters.slack.home import HomeTab, answer_home
from adapters.slack.inside import Inside
from adapters.slack.linking import LINKS, LinkReader, answer_links
from adapters.slack.pressing import answer_presses
from adapters.slack.reactions import answer_reactions
from adapters.slack.scene import Conversations
from adapters.slack.shortcuts import answer_shortcuts
from adapters.slack.slash import answer_slash
from adapters.slack.submitting import answer_forms
from adapters.slack.talking import answer_talk
from adapters.slack.tools import Tools
from bot.domain.chat import Handler


def attach(app: AsyncApp, inside: Inside, handle: Handler) -> None:
    """Make the app answer everything that people do, by `handle`: its listeners acknowledge at once, and work after.

    Who speaks is Account("slack", user id, workspace=team id); a place is Address("slack", channel id, team id), and a
    conversation with Paperboy alone `direct(account)`, since digests come to that address. A channel with interests of
    its own is Account("slack", channel id, team id, kind="channel").
    """
    conversations = Conversations()
    asking = Asking(inside, handle)
    answering = Answering(conversations, [*asking.specs, *([LINKS] if inside.reads_channels else [])])
    home = HomeTab(inside.home, asking, answering) if inside.home is not None else None
    links = LinkReader(inside.links) if inside.links is not None else None
    tools = Tools(inside, asking, answering, conversations, home, links)
    answer_slash(app, tools)
    answer_talk(app, tools)
    answer_presses(app, tools)
    answer_forms(app, tools)
    answer_reactions(app, tools)
    answer_shortcuts(app, tools)
    if home is not None:
        answer_home(app, home)
    if links is not None:
        answer_links(app, links)
