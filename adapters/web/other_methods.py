"""What is answered where an address is one of ours, and the method is not."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send


class OtherMethods(BaseRoute):
    """Stands behind routes, before a mount that would take their addresses for its own: a 405 that names every method
    that some route has for the address."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = routes

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        found = [
            route for route in self._routes if isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE
        ]
        if not found:
            return Match.NONE, {}
        allowed = sorted({method for route in found for method in route.methods or ()})
        return Match.FULL, {"path_params": {"allowed": ", ".join(allowed)}}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise HTTPException(405, headers={"Allow": scope["path_params"]["allowed"]})
