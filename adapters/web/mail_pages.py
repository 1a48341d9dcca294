"""All pages for readers by mail."""

from starlette.routing import BaseRoute

from adapters.web.desk import Desk
from adapters.web.mail_views import MailViews
from adapters.web.managing import Managing
from adapters.web.own_feeds import OwnFeeds
from adapters.web.submitting import Submitting
from adapters.web.subscribing import Letterbox, Subscribing
from adapters.web.templating import Templates
from adapters.web.voting import Voting

LINKS = (("By mail", "/subscribe"), ("Submit", "/submit"))
"""What stands at the top of every page."""


def mail_routes(desk: Desk, templates: Templates, letterbox: Letterbox | None = None) -> list[BaseRoute]:
    views = MailViews(desk, templates)
    box = letterbox or Letterbox()
    parts = (Subscribing(views, box), Voting(views), Managing(views, box), Submitting(views), OwnFeeds(views))
    return [route for part in parts for route in part.routes()]
