"""The operator's endpoint: is the process alive, may it be given work, and how does it stand."""

import asyncio
import os
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.ports import StoreError

LONGEST_LAG_S = 2.0
"""An event loop that comes this late does nothing in time."""

CHECK_S = 5.0
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Ready = Callable[[], Awaitable[str]]
"""Why work cannot be done just now; empty if it can."""


def health_routes(ready: Ready, metrics: Callable[[], Awaitable[bytes]]) -> list[BaseRoute]:
    """`/healthz`: restart me if this fails; `/readyz`: 503 with the reason; `/metrics`: Prometheus's text."""

    async def healthz(_: Request) -> Response:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.sleep(0)
        lag_s = loop.time() - began
        status = 503 if lag_s > LONGEST_LAG_S else 200
        return JSONResponse({"alive": status == 200, "pid": os.getpid(), "lag_s": round(lag_s, 4)}, status)

    async def readyz(_: Request) -> Response:
        try:
            reason = await asyncio.wait_for(ready(), CHECK_S)
        except StoreError as error:
            reason = str(error)
        except TimeoutError:
            reason = f"The checks took longer than {CHECK_S:.0f} s."
        return JSONResponse({"ready": not reason, "reason": reason}, 503 if reason else 200)

    async def show_metrics(_: Request) -> Response:
        return Response(await metrics(), media_type=METRICS_TYPE)

    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", show_metrics),
    ]
