"""Who acts, and where: every account and address names its workspace."""

from bot.domain.chat import Address
from bot.domain.person import Account

PLATFORM = "slack"


def account_of(team: str, user: str) -> Account:
    return Account(PLATFORM, user, team)


def channel_account(team: str, channel: str) -> Account:
    """A channel as a reader of its own."""
    return Account(PLATFORM, channel, team, kind="channel")


def address_of(team: str, channel: str) -> Address:
    return Address(PLATFORM, channel, team)
