"""The application: a factory, so that every port it is served on has its own routes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from adapters.web.shield import Rules, Shield

ErrorHandlers = Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]]
"""What is answered to an exception's class, or to a status."""


def create_app(
    routes: Sequence[BaseRoute], *, rules: Rules | None = None, errors: ErrorHandlers | None = None
) -> ASGIApp:
    """An application of these routes, behind the rules of a public page where there are any; anything else is a 404.
    It shows no traces of errors to whoever asks."""
    app = Starlette(debug=False, routes=list(routes), exception_handlers=dict(errors or {}))
    return app if rules is None else Shield(app, rules)
