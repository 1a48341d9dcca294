"""HTTP: one application on which routes are mounted, its server, the operator's endpoint, and the public page."""

from adapters.web.app import create_app
from adapters.web.health import Ready, health_routes
from adapters.web.inside import Inside, Library
from adapters.web.public import public_app
from adapters.web.server import WebServer
from adapters.web.shield import Rules
from adapters.web.static_files import StaticFiles
from adapters.web.templating import Site, Templates

__all__ = [
    "Inside",
    "Library",
    "Ready",
    "Rules",
    "Site",
    "StaticFiles",
    "Templates",
    "WebServer",
    "create_app",
    "health_routes",
    "public_app",
]
