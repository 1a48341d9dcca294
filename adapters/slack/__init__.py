"""Slack: a slash command, mentions and direct messages, buttons, the App Home, and digests sent unasked."""

from adapters.slack.access import Access, Publisher
from adapters.slack.adapter import SlackAdapter
from adapters.slack.inside import Inside

__all__ = ["Access", "Inside", "Publisher", "SlackAdapter"]
