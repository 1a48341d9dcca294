"""What the addresses of lists say: order, category, number of the page; and the addresses of lists that say so."""

from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from bot.domain.page import Order, PageRequest
from bot.domain.span import Span, SpanKind

LAST = 10_000
"""No span has so many pages."""


def read_asked(params: QueryParams) -> PageRequest:
    """What cannot be read is taken for what is usual."""
    order = params.get("sort", "")
    number = params.get("page", "")
    return PageRequest(
        Order(order) if order in set(Order) else Order.TRENDING,
        params.get("category", "")[:40],
        int(number) if number.isascii() and number.isdigit() and 0 < int(number[:6]) < LAST else 1,
    )


def list_address(path: str, asked: PageRequest, **changes: str | int) -> str:
    """The address of a list in this order, changed so; what is usual is left out."""
    told = {"sort": str(asked.order), "category": asked.category, "page": 1, **changes}
    usual = {"sort": str(Order.TRENDING), "category": "", "page": 1}
    query = urlencode({name: value for name, value in told.items() if value != usual.get(name)})
    return f"{path}?{query}" if query else path


def span_title(span: Span) -> str:
    """`Saturday, 14 March 2026`, `9 to 15 March 2026 (week 11)`, `March 2026`."""
    first, last = span.first, span.last
    match span.kind:
        case SpanKind.DAY:
            return f"{first:%A}, {first.day} {first:%B %Y}"
        case SpanKind.MONTH:
            return f"{first:%B %Y}"
        case SpanKind.WEEK:
            begins = f"{first.day}"
            begins += f" {first:%B}" if first.month != last.month else ""
            begins += f" {first.year}" if first.year != last.year else ""
            return f"{begins} to {last.day} {last:%B %Y} (week {first.isocalendar().week})"
