"""Where the page of a process listens, and what it says of itself."""

import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from bot.bootstrap import open_context, page
from bot.bootstrap.mail import ReadersDesk, build_mail
from bot.bootstrap.page import local_address, open_page
from bot.dispatch import Dispatcher
from bot.settings import Settings, SettingsError, read_settings
from bot.usecases.browse import Browser
from tests.e2e.program import NOWHERE
from tests.integration.delivery_world import NoLimits

Read = Callable[..., Settings]


@pytest.fixture
def settings(database: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    monkeypatch.chdir(tmp_path)
    url = database("sqlite")
    sources = dict.fromkeys(("arxiv_feed_url", "arxiv_api_url", "arxiv_oai_url", "hf_url"), NOWHERE)
    return lambda **more: read_settings(**{"data_dir": tmp_path, "database_url": url, **sources, **more})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def get(address: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(address)


async def test_the_page_is_served_on_the_port_that_was_asked_for(settings: Read) -> None:
    chosen = settings(web_port=free_port())
    async with open_context(chosen) as context, open_page(chosen, Browser(context)) as address:
        assert address == f"http://127.0.0.1:{chosen.web_port}"
        async with httpx.AsyncClient(base_url=address) as client:
            assert (await client.get("/")).status_code == 200
            assert (await client.get("/", headers={"host": "evil.example.org"})).status_code == 421
            assert "strict-transport-security" not in (await client.get("/")).headers
    with pytest.raises(httpx.ConnectError):
        await get(address)


async def test_a_taken_port_that_nobody_asked_for_is_no_trouble(
    settings: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(page, "USUAL_PORT", taken.getsockname()[1])
        async with open_context(settings()) as context, open_page(settings(), Browser(context)) as address:
            assert not address.endswith(f":{page.USUAL_PORT}")
            assert (await get(address)).status_code == 200


async def test_a_taken_port_that_was_asked_for_is_named(settings: Read) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        chosen = settings(web_port=taken.getsockname()[1])
        async with open_context(chosen) as context:
            with pytest.raises(SettingsError, match=rf"PAPERBOY_WEB_PORT: 127.0.0.1:{chosen.web_port} .*or off"):
                async with open_page(chosen, Browser(context)):
                    pass


@pytest.mark.parametrize("host", ["192.0.2.7", "999.0.0.1", "2001:db8::7"])
async def test_a_host_that_is_not_here_is_named_and_not_the_port(settings: Read, host: str) -> None:
    chosen = settings(web_host=host, web_port=free_port())
    async with open_context(chosen) as context:
        with pytest.raises(SettingsError, match=rf"^PAPERBOY_WEB_HOST: {host} is no address of this machine"):
            async with open_page(chosen, Browser(context)):
                pass


async def test_turned_off_there_is_no_page(settings: Read) -> None:
    async with open_context(settings()) as context, open_page(settings(web_port=0), Browser(context)) as address:
        assert address == ""


async def test_behind_a_proxy_the_page_knows_its_name_and_who_asks(settings: Read) -> None:
    port = free_port()
    chosen = settings(web_port=port, web_url="https://papers.example.org", web_per_s=0.1, web_proxies="127.0.0.1")
    through = {"host": "papers.example.org", "x-forwarded-proto": "https"}
    async with open_context(chosen) as context, open_page(chosen, Browser(context)) as address:
        assert address == "https://papers.example.org"
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=through) as client:
            first = await client.get("/trending.atom")
            asked = [await client.get("/", headers={"x-forwarded-for": "192.0.2.1"}) for _ in range(101)]
            other = await client.get("/", headers={"x-forwarded-for": "192.0.2.2"})
    assert first.headers["strict-transport-security"] == "max-age=15552000"
    assert "https://papers.example.org/trending.atom" in first.text
    assert [answer.status_code for answer in asked] == [200] * 100 + [429]
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://[::1]:8080"),
        ("::1", "http://[::1]:8080"),
        ("papers.local", "http://papers.local:8080"),
    ],
)
def test_the_address_is_one_that_a_browser_here_can_open(host: str, address: str) -> None:
    assert local_address(host, 8080) == address


@pytest.mark.parametrize("submits", [True, False])
async def test_an_operator_takes_page_link_and_form_for_submitting_away(settings: Read, submits: bool) -> None:
    chosen = settings(web_port=free_port(), web_submit=submits)
    async with open_context(chosen) as context:
        desk = ReadersDesk(context, build_mail(chosen, context), Dispatcher(context).handle, NoLimits())
        async with open_page(chosen, Browser(context), desk) as address, httpx.AsyncClient(base_url=address) as client:
            first = (await client.get("/")).text
            assert ('href="/submit"' in first, 'href="/subscribe"' in first) == (submits, True)
            assert (await client.get("/submit")).status_code == (200 if submits else 404)
            assert (await client.post("/submit")).status_code == (403 if submits else 405)
