"""The page's own style and script: read once, served from memory under a name that changes with what is in them."""

import hashlib
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"


class StaticFiles:
    """Files of the package's folder `static`."""

    def __init__(self) -> None:
        self._bodies: dict[str, tuple[bytes, str]] = {}
        self._urls: dict[str, str] = {}
        for file in files("adapters.web").joinpath("static").iterdir():
            stem, dot, ending = file.name.rpartition(".")
            if f".{ending}" in TYPES:
                body = file.read_bytes()
                named = f"{stem}-{hashlib.blake2b(body, digest_size=6).hexdigest()}{dot}{ending}"
                self._bodies[named] = (body, TYPES[f".{ending}"])
                self._urls[file.name] = f"/static/{named}"

    def url(self, name: str) -> str:
        """Where `name` is served; a KeyError for what is not there."""
        return self._urls[name]

    def routes(self) -> list[BaseRoute]:
        return [Route("/static/{name}", self._serve)]

    async def _serve(self, request: Request) -> Response:
        found = self._bodies.get(request.path_params["name"])
        if found is None:
            return Response("There is no such file.\n", 404, media_type="text/plain")
        body, media_type = found
        return Response(body, media_type=media_type, headers={"cache-control": FOREVER})
