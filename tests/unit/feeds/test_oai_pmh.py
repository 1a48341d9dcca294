import io
from datetime import UTC, date, datetime

import pytest

from bot.domain.listing import FeedItem, NextPage, Rejected
from bot.feeds import oai_pmh
from tests.unit.feeds.payloads import next_pages, papers, payload, rejected

RAW = "http://arxiv.org/OAI/arXivRaw/"


def parse(*records: str, tail: str = "") -> list[FeedItem]:
    document = f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{"".join(records)}{tail}</ListRecords></OAI-PMH>'
    return list(oai_pmh.parse(io.BytesIO(document.encode())))


def record(metadata: str, identifier: str = "oai:arXiv.org:2611.00001", status: str = "") -> str:
    wrapped = f"<metadata>{metadata}</metadata>" if metadata else ""
    return f"<record><header{status}><identifier>{identifier}</identifier></header>{wrapped}</record>"


def raw(versions: str = "", **fields: str) -> str:
    fields = {"id": "2611.00001", "title": "T", "abstract": "An abstract."} | fields
    body = "".join(f"<{name.replace('_', '-')}>{text}</{name.replace('_', '-')}>" for name, text in fields.items())
    return record(f'<arXivRaw xmlns="{RAW}">{versions}{body}</arXivRaw>')


def test_the_request_names_set_and_day_or_the_token_alone() -> None:
    base = "http://127.0.0.1:8090"
    first = oai_pmh.request(base, set_spec="cs:cs:LG", since=date(2026, 3, 1))
    assert first.url == f"{base}/oai?verb=ListRecords&metadataPrefix=arXivRaw&set=cs%3Acs%3ALG&from=2026-03-01"
    assert oai_pmh.request(f"{base}/oai", token="a b&c").url == f"{base}/oai?verb=ListRecords&resumptionToken=a+b%26c"
    assert oai_pmh.request(base).url == f"{base}/oai?verb=ListRecords&metadataPrefix=arXivRaw"


def test_a_page_of_records_gives_papers_and_the_token() -> None:
    items = list(oai_pmh.parse(payload("arxiv-oai", "ListRecords_arXivRaw.xml")))
    found = {str(paper.id): paper for paper in papers(items)}
    assert rejected(items) == []
    assert len(found) == len(papers(items)) == 100
    (page,) = next_pages(items)
    assert page.token.endswith("skip%3D94")
    assert page.total is None
    cloaking = found["arXiv:0704.0248"]
    assert (cloaking.version, cloaking.categories) == (2, ("physics.optics", "math-ph", "math.MP"))
    assert cloaking.submitted_at == datetime(2007, 4, 2, 17, 42, tzinfo=UTC)
    assert cloaking.announced_at == datetime(2007, 4, 3, tzinfo=UTC)
    assert "Schrödinger form" in cloaking.abstract
    assert "Schrödinger equation" in found["arXiv:1101.6031"].title
    assert found["arXiv:1102.0436"].authors == ("Louise Oakes",)
    assert found["arXiv:1101.5767"].authors == ("Søren K. Boldsen", "Mia Hauge Dollerup")
    assert sum(paper.withdrawn for paper in found.values()) >= 5


def test_no_author_keeps_tex_or_affiliations() -> None:
    found = papers(oai_pmh.parse(payload("arxiv-oai", "ListRecords_arXivRaw.xml")))
    names = [name for paper in found for name in paper.authors]
    assert len(names) > 200
    assert [name for name in names if set(name) & set("\\{}()") or name.lower().startswith("and ")] == []


def test_a_bad_token_is_refused_with_the_services_words() -> None:
    (refused,) = list(oai_pmh.parse(payload("arxiv-oai", "badResumptionToken.xml")))
    assert isinstance(refused, Rejected)
    assert refused.reason.startswith("the service says: badResumptionToken: The value of")


def test_the_services_answer_to_impossible_dates_is_refused() -> None:
    # the file's name says noRecordsMatch; the service answered badArgument
    (refused,) = list(oai_pmh.parse(payload("arxiv-oai", "noRecordsMatch.xml")))
    assert isinstance(refused, Rejected)
    assert "until date must be greater" in refused.reason


def test_no_matching_records_is_nothing() -> None:
    answer = (
        b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="noRecordsMatch">none</error></OAI-PMH>'
    )
    assert list(oai_pmh.parse(io.BytesIO(answer))) == []


def test_an_answer_to_another_question_is_refused() -> None:
    assert list(oai_pmh.parse(payload("arxiv-oai", "Identify.xml"))) == [
        Rejected("document", "no answer to ListRecords")
    ]


def test_versions_give_the_first_and_the_last_date() -> None:
    versions = (
        '<version version="v2"><date>Tue, 03 Nov 2026 10:00:00 GMT</date></version>'
        '<version version="v1"><date>Mon, 02 Nov 2026 10:00:00 GMT</date></version>'
        '<version version="draft"><date>never</date></version>'
    )
    (paper,) = papers(parse(raw(versions, doi="10.1000/A 10.1000/B")))
    assert (paper.version, paper.doi, paper.year) == (2, "10.1000/a", 2026)
    assert paper.submitted_at == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert paper.updated_at == datetime(2026, 11, 3, 10, tzinfo=UTC)


def test_deleted_records_are_passed_over() -> None:
    assert papers(parse(record("", status=' status="deleted"'), raw())) == papers(parse(raw()))


def test_a_bad_record_is_refused_by_its_identifier_and_the_next_is_read() -> None:
    items = parse(
        record(""),
        record("<other/>"),
        record(f'<arXivRaw xmlns="{RAW}"><id>x</id></arXivRaw>', "oai:elsewhere:1"),
        raw(title=""),
        raw(),
    )
    assert [refused.reason for refused in rejected(items)] == [
        "a record without metadata",
        "metadata of an unknown kind: other",
        "no arXiv id",
        "no title",
    ]
    assert rejected(items)[2].where == "oai:elsewhere:1"
    assert len(papers(items)) == 1


@pytest.mark.parametrize(("size", "total"), [("12345", 12345), ("many", None), ("", None)])
def test_a_token_says_how_long_the_list_is(size: str, total: int | None) -> None:
    tail = f'<resumptionToken completeListSize="{size}" cursor="0"> next|1 </resumptionToken>'
    assert next_pages(parse(raw(), tail=tail)) == [NextPage("next|1", total)]
    assert next_pages(parse(raw(), tail="<resumptionToken/>")) == []


def test_the_arxiv_format_is_read_too() -> None:
    metadata = (
        '<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2611.00001</id><created>2026-11-02</created><updated>2026-11-09</updated>'
        "<authors><author><keyname>Doe</keyname><forenames>Jane</forenames><suffix>Jr.</suffix></author>"
        "<author><keyname>Consortium</keyname></author></authors><title>T</title><categories>cs.LG stat.ML</categories>"
        "<abstract>An abstract.</abstract></arXiv>"
    )
    (paper,) = papers(parse(record(metadata)))
    assert (paper.id, paper.authors) == ("arXiv:2611.00001", ("Jane Doe Jr.", "Consortium"))
    assert paper.updated_at == datetime(2026, 11, 9, tzinfo=UTC)
    assert paper.categories == ("cs.LG", "stat.ML")


def test_dublin_core_is_read_too() -> None:
    metadata = (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>T</dc:title><dc:creator>Doe, Jane</dc:creator><dc:creator>Roe, Rick</dc:creator>"
        "<dc:description>An abstract that is the longer one.</dc:description>"
        "<dc:description>Comment: 5 pages</dc:description>"
        "<dc:date>2026-11-09</dc:date><dc:date>2026-11-02</dc:date><dc:subject>Physics</dc:subject>"
        "<dc:identifier>{}</dc:identifier><dc:identifier>doi:10.1000/XYZ</dc:identifier></oai_dc:dc>"
    )
    elsewhere = record(metadata.format("http://repo.example/1"), "oai:repo:1")
    ours, other = papers(parse(record(metadata.format("http://arxiv.org/abs/2611.00001")), elsewhere))
    assert (ours.id, ours.doi, ours.authors) == ("arXiv:2611.00001", "10.1000/xyz", ("Jane Doe", "Rick Roe"))
    assert ours.abstract == "An abstract that is the longer one."
    assert ours.submitted_at == datetime(2026, 11, 2, tzinfo=UTC)
    assert (other.id, other.url, other.categories) == ("doi:10.1000/xyz", "http://repo.example/1", ("Physics",))
