"""What every use case is handed: the store, the clock, the edges, and the settings as plain values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from bot.domain.arxiv_calendar import ORDINARY, ArxivCalendar
from bot.ports import Clock, Fetcher, SearchIndex, Store
from bot.ranking.parameters import RankingSettings
from bot.usecases.term_index_cache import TermIndexCache
from bot.usecases.thinking import Thinking


@dataclass(frozen=True, slots=True)
class Sources:
    """Where new papers come from. URLs are bases without a trailing slash; `recent_days` is the first fetch's reach."""

    categories: tuple[str, ...]
    arxiv_feed_url: str
    arxiv_api_url: str
    arxiv_oai_url: str
    hf_url: str
    recent_days: int = 14
    poll_every_s: float = 6 * 3600.0
    calendar: ArxivCalendar = ORDINARY


@dataclass(frozen=True, slots=True)
class Context:
    store: Store
    clock: Clock
    fetcher: Fetcher
    search: SearchIndex
    sources: Sources
    open_samples: Callable[[], BinaryIO]
    ranking: RankingSettings = field(default_factory=RankingSettings)
    terms: TermIndexCache = field(default_factory=TermIndexCache)
    think: Thinking = field(default_factory=Thinking)
    """Runs what an answer needs of computation."""
    fresh_days: int = 7
    zone: str = "UTC"
    """The IANA zone of people whose surface does not tell theirs."""
    compiled: Path | None = None
    """A folder for the compiled code of the batch scorer."""
    scorer_threads: int = 1
