"""The description of the read API, as OpenAPI 3.1."""

from collections.abc import Sequence

from bot.domain.chat import Json
from bot.domain.page import MOST_SIMILAR, Order

MOST_FOUND = 50
LAST_PAGE = 10_000
NO_PAPER = "no such paper"

_TEXT: dict[str, Json] = {"type": "string"}
_NUMBER: dict[str, Json] = {"type": "integer", "minimum": 0}
_TEXTS: dict[str, Json] = {"type": "array", "items": _TEXT}
_MOMENT: dict[str, Json] = {"type": ["string", "null"], "format": "date-time"}
_NAME: dict[str, Json] = {"type": ["string", "null"]}
_ONE = "#/components/schemas/OnePaper"
_PAPER = "#/components/schemas/Paper"


def describe(base: str) -> dict[str, Json]:
    """`base` is where the API is served from."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Paperboy",
            "version": "1",
            "summary": "The papers of an installation, for programs. Nothing personal is in it.",
        },
        "servers": [{"url": base}],
        "paths": {
            "/api/v1/papers/{id}": _get(
                "One paper by any form of its id",
                [_paper_id()],
                {"$ref": _ONE},
                missing=NO_PAPER,
            ),
            "/api/v1/similar/{id}": _get(
                "Papers like one",
                [_paper_id(), _limit(5, MOST_SIMILAR)],
                _list_of(paper=_TEXT),
                missing=NO_PAPER,
            ),
            "/api/v1/search": _get(
                'Words, "phrases", author:, cat: and since:, best first',
                [_query("q", _TEXT, "an empty query finds nothing"), _limit(10, MOST_FOUND)],
                _list_of(query=_TEXT),
            ),
            "/api/v1/trending": _get(
                "The papers of a day, a week or a month",
                [
                    _query("span", _SPAN, "the latest day, week or month with papers, or one by its name"),
                    _query("sort", {"type": "string", "enum": [*Order], "default": "trending"}, ""),
                    _query("category", _TEXT, "one of arXiv's, such as cs.LG"),
                    _query("page", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1}, ""),
                ],
                _list_of(
                    span=_TEXT, curator=_TEXT, total=_NUMBER, page=_NUMBER, pages=_NUMBER, previous=_NAME, next=_NAME
                ),
                missing="no such day, week or month",
            ),
        },
        "components": {"schemas": {"Paper": _object(_PAPER_FIELDS), "OnePaper": _object(_ONE_PAPER), "Error": _ERROR}},
    }


_SPAN: dict[str, Json] = {
    "type": "string",
    "default": "day",
    "pattern": r"^(day|week|month|\d{4}-\d{2}-\d{2}|\d{4}-W\d{2}|\d{4}-\d{2})$",
}


def _object(fields: dict[str, Json]) -> dict[str, Json]:
    return {"type": "object", "required": list(fields), "properties": fields, "additionalProperties": False}


_PAPER_FIELDS: dict[str, Json] = {
    "id": {**_TEXT, "examples": ["arXiv:2503.09566"]},
    "title": _TEXT,
    "abstract": _TEXT,
    "authors": _TEXTS,
    "categories": _TEXTS,
    "version": {"type": ["integer", "null"]},
    "announced_at": _MOMENT,
    "upvotes": {"type": ["integer", "null"]},
    "sample": {"type": "boolean"},
    "page": {**_TEXT, "format": "uri"},
    "links": {"type": "object", "additionalProperties": _TEXT},
}
_VERSION = _object({"version": {"type": ["integer", "null"]}, "title": _TEXT, "replaced_at": _MOMENT})
_ONE_PAPER: dict[str, Json] = {**_PAPER_FIELDS, "versions": {"type": "array", "items": _VERSION}}
_ERROR = _object({"error": _TEXT})


def _list_of(**about: dict[str, Json]) -> dict[str, Json]:
    return _object({**about, "papers": {"type": "array", "items": {"$ref": _PAPER}}})


def _get(summary: str, parameters: Sequence[Json], answer: dict[str, Json], *, missing: str = "") -> dict[str, Json]:
    error: Json = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    responses: dict[str, Json] = {
        "200": {"description": "found", "content": {"application/json": {"schema": answer}}},
        "304": {"description": "not changed since the ETag that was sent"},
        "400": {"description": "a parameter is not one", "content": error},
        "429": {"description": "too many requests from one address: Retry-After says when to come back"},
        "503": {"description": "the database cannot be used just now", "content": error},
    }
    if missing:
        responses["404"] = {"description": missing, "content": error}
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": responses}}


def _paper_id() -> Json:
    return {"name": "id", "in": "path", "required": True, "schema": {**_TEXT, "examples": ["2503.09566"]}}


def _query(name: str, schema: dict[str, Json], description: str) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _limit(usual: int, most: int) -> Json:
    return _query("limit", {"type": "integer", "minimum": 1, "maximum": most, "default": usual}, "how many at most")
