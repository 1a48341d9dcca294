"""All pages for readers by mail."""

from starlette.routing import BaseRoute

from adapters.web.desk import Desk
from adapters.web.mail_views import MailViews
from adapters.web.managing import Managing
from adapters.web.own_feeds import OwnFeeds
from adapters.web.sessions import Sessions
from adapters.web.submitting import Submitting
from adapters.web.subscribing import Letterbox, Subscribing
from adapters.web.templating import Templates
from adapters.web.voting import Voting

SUBMIT = ("Submit", "/submit")
LINKS = (("By mail", "/subscribe"), SUBMIT)
"""What stands at the top of every page."""


def links_at_top(*, submits: bool) -> tuple[tuple[str, str], ...]:
    return tuple(link for link in LINKS if submits or link != SUBMIT)


def mail_routes(
    desk: Desk, templates: Templates, letterbox: Letterbox | None = None, *, submits: bool = True
) -> list[BaseRoute]:
    """Where readers do not submit papers, there is no page for it."""
    views = MailViews(desk, templates, submits)
    box = letterbox or Letterbox()
    sessions = Sessions(views)
    submitting = (Submitting(views, sessions),) if submits else ()
    parts = (Subscribing(views, box), Voting(views), Managing(views, sessions, box), *submitting, OwnFeeds(views))
    return [route for part in parts for route in part.routes()]
