"""A loopback arXiv and Hugging Face: announcement feeds, API pages and daily papers of the test's own papers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Record:
    """A paper as arXiv has it."""

    number: str
    title: str
    abstract: str
    submitted_at: datetime
    categories: tuple[str, ...] = ("cs.LG",)
    authors: tuple[str, ...] = ("Ada Lovelace",)


@dataclass
class FakeArxiv:
    """Serves `records` (newest first) in pages of `page`; `announced` are those of today's feed."""

    records: list[Record] = field(default_factory=list)
    announced: list[Record] = field(default_factory=list)
    daily: list[dict[str, object]] = field(default_factory=list)
    page: int = 2_000
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def environment(self) -> dict[str, str]:
        return {
            "PAPERBOY_ARXIV_FEED_URL": self.url,
            "PAPERBOY_ARXIV_API_URL": f"{self.url}/api/query",
            "PAPERBOY_ARXIV_OAI_URL": f"{self.url}/oai",
            "PAPERBOY_HF_URL": self.url,
        }

    def answer(self, path: str) -> tuple[int, str, str]:
        self.asked.append(path)
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        if parts.path.startswith("/rss/"):
            return 200, "application/rss+xml", self._rss()
        if parts.path == "/api/query":
            return 200, "application/atom+xml", self._api(query)
        if parts.path == "/api/daily_papers":
            return 200, "application/json", json.dumps(self.daily)
        return 404, "text/plain", "not here"

    def _rss(self) -> str:
        items = "".join(
            f"<item><title>{escape(record.title)}</title><link>https://arxiv.org/abs/{record.number}</link>"
            f"<description>arXiv:{record.number}v1 Announce Type: new \n"
            f"Abstract: {escape(record.abstract)}</description>"
            f'<guid isPermaLink="false">oai:arXiv.org:{record.number}v1</guid>'
            + "".join(f"<category>{name}</category>" for name in record.categories)
            + f"<pubDate>{datetime.now(UTC):%a, %d %b %Y} 00:00:00 -0500</pubDate>"
            "<arxiv:announce_type>new</arxiv:announce_type>"
            f"<dc:creator>{escape(', '.join(record.authors))}</dc:creator></item>"
            for record in self.announced
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:arxiv="http://arxiv.org/schemas/atom" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel><title>updates on arXiv.org</title>'
            f"<pubDate>{datetime.now(UTC):%a, %d %b %Y} 00:00:00 -0500</pubDate>{items}</channel></rss>"
        )

    def _api(self, query: dict[str, list[str]]) -> str:
        start = int(query.get("start", ["0"])[0])
        found = self.records
        if "id_list" in query:
            wanted = query["id_list"][0].split(",")
            found = [record for record in [*self.records, *self.announced] if record.number in wanted]
        entries = "".join(
            f"<entry><id>http://arxiv.org/abs/{record.number}v1</id><title>{escape(record.title)}</title>"
            f"<updated>{record.submitted_at:%Y-%m-%dT%H:%M:%SZ}</updated>"
            f"<published>{record.submitted_at:%Y-%m-%dT%H:%M:%SZ}</published>"
            f"<summary>{escape(record.abstract)}</summary>"
            + "".join(f'<category term="{name}"/>' for name in record.categories)
            + "".join(f"<author><name>{escape(name)}</name></author>" for name in record.authors)
            + f'<arxiv:primary_category term="{record.categories[0]}"/></entry>'
            for record in found[start : start + self.page]
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
            f"<opensearch:itemsPerPage>{self.page}</opensearch:itemsPerPage>"
            f"<opensearch:totalResults>{len(found)}</opensearch:totalResults>"
            f"<opensearch:startIndex>{start}</opensearch:startIndex>{entries}</feed>"
        )


@contextmanager
def running_arxiv(arxiv: FakeArxiv) -> Iterator[FakeArxiv]:
    """Serve on a loopback port of its own while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, text = arxiv.answer(self.path)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Tests need no access log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    arxiv.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield arxiv
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
