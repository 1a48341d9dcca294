"""What a component carries: what pressing it means, and the token by which its message is found again.

do:<command>:<token>           answer the command to who pressed
in:<command>:<token>           the same, in place of the message where that is theirs alone
page:<index>:<token>           turn a list of papers to that place
pick:<number of the menu>:<token>   the menu of a list's papers, whose values are what the list holds
text:<page>/<command>:<token>  turn a long answer to that page
ask:<command>:                 a form that asks for what the command lacks
"""

import re
from dataclasses import dataclass

MAX_CUSTOM_ID = 100
MAX_TOKEN = 25

_FORM = re.compile(r"(?P<kind>do|in|page|pick|text|ask):(?P<argument>.+):(?P<token>[^:\s]{0,25})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Press:
    """A custom_id, read."""

    kind: str
    argument: str
    token: str = ""


def custom_id(kind: str, argument: str, token: str = "") -> str:
    return f"{kind}:{argument}:{token}"


def fits(kind: str, argument: str) -> bool:
    """Whether that can be carried, with any token."""
    return len(custom_id(kind, argument)) + MAX_TOKEN <= MAX_CUSTOM_ID and "\n" not in argument


def read_custom_id(text: str) -> Press | None:
    """What one of our components means; None for anything else."""
    match = _FORM.fullmatch(text)
    return Press(match["kind"], match["argument"], match["token"]) if match else None


def token_in(text: str) -> str:
    """The token of the message that a component with this custom_id belongs to, empty if none."""
    press = read_custom_id(text)
    return press.token if press else ""
