"""The feed of one person's recommendations, at an address that nobody can guess and that they can change."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.web.lists import FEEDS, PaperList
from adapters.web.mail_views import MailViews

KEPT_S = 900


@dataclass(frozen=True, slots=True)
class OwnFeeds:
    views: MailViews

    def routes(self) -> list[BaseRoute]:
        return [Route("/feeds/{name}", self._feed, methods=["GET"])]

    async def _feed(self, request: Request) -> Response:
        # Not as two parameters of the route: a search for the dot between them takes its time with a path of dots.
        secret, _, form = request.path_params["name"].partition(".")
        papers = await self.views.desk.feed(secret) if form in FEEDS and secret.isprintable() else None
        if papers is None:
            raise HTTPException(404)
        write, media_type = FEEDS[form]
        base = self.views.templates.site.base(request)
        title, own = "Paperboy: papers for you", f"/feeds/{secret}"
        listed = PaperList(title, base, "/", lambda ending: f"{own}.{ending}", papers, own)
        headers = {"cache-control": f"private, max-age={KEPT_S}"}
        return Response(write(listed), media_type=media_type, headers=headers)
