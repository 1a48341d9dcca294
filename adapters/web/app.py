"""The application: a factory, so that every port it is served on has its own routes."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute


def create_app(routes: Sequence[BaseRoute]) -> Starlette:
    """An application of these routes; anything else is a 404. It shows no traces of errors to whoever asks."""
    return Starlette(debug=False, routes=list(routes))
