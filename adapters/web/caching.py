"""Answers that may be kept for a while, and are not sent again to who has them."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

KEPT_S = 60


def cached(request: Request, body: str, media_type: str) -> Response:
    """The body with its ETag (a weak one: it goes out compressed or not), or a 304 to who has it already."""
    content = body.encode()
    etag = f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    headers = {"etag": etag, "cache-control": f"public, max-age={KEPT_S}"}
    if _has(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def _has(sent: str, etag: str) -> bool:
    """By weak comparison (RFC 9110, 8.8.3.2)."""
    tags = {tag.strip().removeprefix("W/") for tag in sent.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags
