"""Slack: a slash command, mentions and direct messages, buttons, the App Home, and digests sent unasked."""
