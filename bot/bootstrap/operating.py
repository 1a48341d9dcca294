"""The operator's endpoint of a serving process: health, readiness, metrics."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.metrics import PrometheusMetrics
from adapters.web import WebServer, create_app, health_routes
from bot.bootstrap.listening import port_taken
from bot.ports import JobQueue, StoreError
from bot.settings import Settings, SettingsError
from bot.usecases.context import Context
from bot.usecases.measure import measure

MEASURED_WITHIN_S = 5.0


@asynccontextmanager
async def open_endpoint(
    settings: Settings,
    context: Context,
    queue: JobQueue,
    metrics: PrometheusMetrics,
    *,
    loaded: asyncio.Event,
    stopping: asyncio.Event,
) -> AsyncIterator[None]:
    """Serve it on PAPERBOY_OPS_PORT, if that is set, to the end of the block. Raises SettingsError."""
    if not settings.ops_port:
        yield
        return

    async def ready() -> str:
        if stopping.is_set():
            return "Stopping."
        if not loaded.is_set():
            return "Loading the index of terms."
        await context.store.check()
        return ""

    async def scrape() -> bytes:
        try:
            metrics.tell(await asyncio.wait_for(measure(context, queue), MEASURED_WITHIN_S))
        except (StoreError, TimeoutError):
            metrics.tell(None)
        return metrics.render()

    try:
        server = WebServer(create_app(health_routes(ready, scrape)), settings.ops_host, settings.ops_port)
    except OSError as error:
        said = port_taken("PAPERBOY_OPS_PORT", settings.ops_host, settings.ops_port, error, otherwise=", or 0 for none")
        raise SettingsError(said) from None
    async with server:
        yield
