"""HTTP: one application on which routes are mounted, its server, the operator's endpoint, and the public page."""

from adapters.web.app import create_app
from adapters.web.health import Ready, health_routes
from adapters.web.server import WebServer

__all__ = ["Ready", "WebServer", "create_app", "health_routes"]
