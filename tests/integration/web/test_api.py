"""The read API keeps to its own description, whatever is asked."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from adapters.web.openapi import describe
from bot.ports import StoreError
from tests.factories import NOON
from tests.integration.web.site import BASE, open_site, served
from tests.integration.world import LIBRARY, World, paper


async def test_a_paper_is_found_by_any_form_of_its_id(read: World) -> None:
    async with open_site(read.context) as site:
        answers = [
            await site.get(f"/api/v1/papers/{form}")
            for form in ("2603.00002", "arXiv:2603.00002", "https://arxiv.org/abs/2603.00002v1")
        ]
    assert [answer.json()["id"] for answer in answers] == ["arXiv:2603.00002"] * 3
    told = answers[0].json()
    assert told["page"] == f"{BASE}/papers/2603.00002"
    assert told["links"]["arXiv"] == "https://arxiv.org/abs/2603.00002"
    assert told["versions"] == []
    assert answers[0].headers["access-control-allow-origin"] == "*"


async def test_similar_papers_a_search_and_trending_are_lists_of_papers(read: World) -> None:
    await read.add(paper(20, "Voted for", upvotes=5))
    async with open_site(read.context) as site:
        similar = (await site.get("/api/v1/similar/2603.00002?limit=1")).json()
        found = (await site.get("/api/v1/search?q=diffusion&limit=2")).json()
        trending = (await site.get("/api/v1/trending")).json()
        month = (await site.get("/api/v1/trending?span=2026-03&sort=newest&category=cs.IR")).json()
        latest = (await site.get("/api/v1/trending?span=week")).json()
    assert (similar["paper"], len(similar["papers"])) == ("arXiv:2603.00002", 1)
    assert (found["query"], len(found["papers"])) == ("diffusion", 2)
    assert trending["papers"][0]["title"] == "Voted for"
    assert (trending["span"], trending["total"], trending["pages"]) == ("2026-03-16", len(LIBRARY) + 1, 1)
    assert month["total"] == 3
    assert latest["span"] == "2026-W12"


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/api/v1/trending?span=yesterday", 404, "span: day, week or month"),
        ("/api/v1/trending?span=2026-02-30", 404, "span: day, week or month"),
        ("/api/v1/trending?sort=best", 400, "sort: one of trending, newest, upvotes"),
        ("/api/v1/trending?page=0", 400, "page: a number from 1 to 10000"),
        ("/api/v1/search?q=x&limit=51", 400, "limit: a number from 1 to 50"),
        ("/api/v1/search?q=since:never", 400, "q: I cannot read the date"),
        ("/api/v1/similar/2603.99999", 404, "no such paper"),
        ("/api/v1/papers/nothing", 404, "no such paper"),
        ("/api/v1/nothing", 404, "Not Found"),
    ],
)
async def test_what_is_wrong_is_told_as_a_document(path: str, status: int, says: str, read: World) -> None:
    async with open_site(read.context) as site:
        answer = await site.get(path)
    assert answer.status_code == status
    assert says in answer.json()["error"]


async def test_without_a_database_everybody_is_told_in_their_own_form(
    read: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise StoreError("The database /secret/place is gone.")

    monkeypatch.setattr(read.context.store, "read", gone)
    async with open_site(read.context) as site:
        page, document = await site.get("/"), await site.get("/api/v1/trending")
    assert (page.status_code, document.status_code) == (503, 503)
    assert "Not just now" in page.text
    assert document.json() == {"error": "the database cannot be used just now"}
    assert "secret" not in page.text + document.text


async def test_the_description_is_where_it_says(read: World) -> None:
    async with open_site(read.context) as site:
        answer = await site.get("/api/v1/openapi.json")
        refused = await site.post("/api/v1/search")
    assert answer.json() == describe(BASE)
    assert refused.status_code == 405


@pytest.mark.usefixtures("uncovered")
async def test_whatever_is_asked_the_answers_are_as_described(read: World) -> None:
    await read.add(paper(20, "Voted for", upvotes=5), paper(21, "Yesterday's", announced_at=NOON - timedelta(days=1)))
    async with served(read.context) as base:
        asked = await asyncio.to_thread(ask_everything, base)
    assert asked > 4 * EXAMPLES
    assert read.fetcher.asked == []


EXAMPLES = 40


def ask_everything(base: str) -> int:
    """Ask for what the description allows, and for what it does not; how often."""
    schema = schemathesis.openapi.from_dict(describe(base))
    asked = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        for mode in GenerationMode:

            @given(case=result.ok().as_strategy(generation_mode=mode))
            @settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
            def answers_as_described(case: Any) -> None:
                nonlocal asked
                asked += 1
                case.call_and_validate(base_url=base)

            try:
                answers_as_described()
            except Unsatisfiable:
                assert mode.is_negative, "a text in a path can be anything: there is nothing else to ask"
    return asked
