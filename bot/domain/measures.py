"""How an installation stands, in numbers for its operator."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Measures:
    """Ages in seconds, None where there is nothing to be old; `jobs` and `deliveries` count by state."""

    papers: int
    feed_age_s: float | None
    feed_failing: bool
    active_subscriptions: int
    disabled_subscriptions: int
    oldest_open_s: float | None
    last_sent_s: float | None
    deliveries: Mapping[str, int] = field(default_factory=dict)
    jobs: Mapping[str, int] = field(default_factory=dict)
