"""How a fake platform answers a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Fields = dict[str, Any]

BROKEN = -1


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; status 0 is none at all, and BROKEN a connection that breaks instead. `body` is sent as JSON, a string
    as it is."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
