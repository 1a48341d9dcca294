"""The links by which Paperboy comes into a server, or to one person's own apps."""

import discord

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    create_public_threads=True,
    send_messages_in_threads=True,
)
"""What Paperboy needs in a server: to write cards and pictures, open threads, and find again what it sent."""


def server_link(application_id: int) -> str:
    return (
        f"https://discord.com/oauth2/authorize?client_id={application_id}&scope=bot+applications.commands"
        f"&permissions={PERMISSIONS.value}"
    )


def personal_link(application_id: int) -> str:
    return f"https://discord.com/oauth2/authorize?client_id={application_id}&scope=applications.commands&integration_type=1"
