"""A person has one profile and any number of accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

PersonId = NewType("PersonId", int)


@dataclass(frozen=True, slots=True)
class Account:
    """A human on one platform: a Discord user, a Slack user of a workspace, a mail address, the console's user.

    With `kind` "channel" it is a channel with interests of its own instead of a human.
    """

    platform: str
    user: str
    workspace: str = ""
    kind: str = "person"


@dataclass(frozen=True, slots=True)
class Person:
    id: PersonId
    created_at: datetime
    accounts: tuple[Account, ...] = ()

    @property
    def is_channel(self) -> bool:
        """Whether it is a channel with interests of its own."""
        return any(account.kind == "channel" for account in self.accounts)


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A one-time code that joins another account into this person."""

    code: str
    person_id: PersonId
    expires_at: datetime
