"""A message as a mail, read back with the standard library."""

import re
from collections import Counter
from dataclasses import replace
from email.headerregistry import Address as Mailbox
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mail.outbound import MAX_SUBJECT, mail_bytes, subject_of
from adapters.mail.urls import safe_url
from bot.domain.chat import Bullets, File, Image, Message, PaperCard, Table, Text
from bot.domain.paper import PaperId
from bot.domain.untyped import without_commands
from tests.factories import NOON
from tests.integration.web.site import Seen
from tests.mail_parts import SENDER, Links, plain_of, text_of
from tests.mail_peer import parse

CARD = PaperCard(
    PaperId("arXiv:2503.09566"),
    "Flow Matching für alle: « 流 » – ein <b>Titel</b>",
    "https://arxiv.org/abs/2503.09566?a=1&b=2",
    "Ada Lovelace · 2026",
    "We train flows. " * 30,
    1,
    ('your interest "flows": flow matching',),
)
DIGEST = Message(
    (
        Text("Your papers for Thursday, 26 November", "heading"),
        CARD,
        Text("1 of 40 new papers (the last 7 days). `why 1` says more.", "note"),
    )
)


@pytest.mark.parametrize("url", ["", "javascript:alert(1)"])
def test_a_paper_without_an_address_of_its_own_is_linked_to_its_page_here(url: str) -> None:
    card = replace(CARD, paper=PaperId("local:1f"), url=url)
    mail = parse(made(Message((card,))))
    assert "https://paperboy.test/papers/local:1f" in plain_of(mail).splitlines()
    html = mail.get_body(("html",))
    assert html is not None
    assert "https://paperboy.test/papers/local:1f" in Seen(html.get_content()).links()
    assert "javascript" not in text_of(mail)


def made(message: Message = DIGEST, token: str = "token-1", sender: Mailbox = SENDER) -> bytes:
    return mail_bytes(message, sender, "ada@example.org", token, NOON, Links())


def words_of(shown: str) -> Counter[str]:
    """Every word that a reader sees, and how often, wherever it stands; addresses of links are none."""
    return Counter(re.findall(r"\w+", re.sub(r"https?://\S+", " ", shown)))


def test_a_digest_has_the_headers_that_bulk_mail_must_have() -> None:
    mail = parse(made())
    assert mail["From"] == "Paperboy <papers@paperboy.test>"
    assert [box.addr_spec for box in mail["To"].addresses] == ["ada@example.org"]
    assert parsedate_to_datetime(mail["Date"]) == NOON
    assert mail["Message-ID"] == "<token-1@paperboy.test>"
    assert mail["List-Unsubscribe"] == f"<{Links().unsubscribe('ada@example.org')}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == "Paperboy digests <digests.paperboy.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"].startswith("Your papers for Thursday, 26 November: Flow Matching für alle: « 流 »")
    assert mail["MIME-Version"] == "1.0"
    assert mail.defects == []


def test_a_digest_says_the_same_as_text_and_as_html() -> None:
    mail = parse(made())
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = (part.get_content() for part in mail.iter_parts())
    assert words_of(plain) == words_of(Seen(html.partition("</head>")[2]).text)
    for said in ("Flow Matching für alle", "Ada Lovelace · 2026", "We train flows.", "1 of 40 new papers"):
        assert said in plain
        assert said in html.replace("&nbsp;", " ")
    for body in (plain, html):
        assert "why 1" not in body
        for reaction in ("like", "dislike", "save"):
            assert f"/mail/react/{reaction}-" in body
        assert Links().why("", PaperId("")) in body
        assert Links().manage("") in body
        assert Links().unsubscribe("") in body


def test_html_fetches_nothing_and_shows_markup_as_text() -> None:
    html = parse(made()).get_body(("html",))
    assert html is not None
    body = html.get_content()
    assert "&lt;b&gt;Titel&lt;/b&gt;" in body
    assert not re.search(r"<(img|script|link|iframe|object|form)\b|url\(|@import|@font-face", body)
    assert "prefers-color-scheme: dark" in body
    assert re.search(r'<p class="reason" style="[^"]+border-left', body)


def test_markup_from_outside_is_nowhere_markup_not_even_between_quotes() -> None:
    """A mail program that looks for tags in its own way finds none but ours."""
    hostile = '"><script>alert(1)</script></title></style>'
    card = PaperCard(
        PaperId("local:x"), hostile, f"https://x.test/{hostile}", hostile, hostile, 1, (hostile,), label=hostile
    )
    html = parse(made(Message((Text(hostile, "heading"), card, Text(hostile))))).get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()
    assert html.get_content().count("</style>") == html.get_content().count("</title>") == 1


def test_lines_stay_within_the_limits_of_rfc_5322() -> None:
    raw = made(Message((Text("ü" * 3000, "heading"), Text("wide " * 2000), CARD)))
    head, _, body = raw.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=60))
def test_no_text_makes_a_header_of_its_own(heading: str, title: str, name: str) -> None:
    card = PaperCard(PaperId("local:x"), title, title, title, title, 1, (title,))
    message = Message(
        (Text(heading, "heading"), card, Text(title), File(f"{name}\r\nBcc: eve@x.test", title, "text/x"))
    )
    raw = made(message)
    mail = parse(raw)
    known = {
        "to", "message-id", "list-id", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "from", "subject",
        "date", "mime-version", "content-type",
    }  # fmt: skip
    assert {header.lower() for header in mail} == known
    assert len(mail.keys()) == len(known)
    assert len(mail["Subject"]) <= MAX_SUBJECT + 2
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    shown = text_of(mail)
    assert not [char for char in "\x1b\x07\u202e\u2066\x9b\x00" if char in shown]


def test_the_name_of_the_sender_cannot_be_a_header() -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        made(sender=Mailbox("Paperboy\r\nBcc: eve@x.test", addr_spec="papers@paperboy.test"))


def test_an_address_that_is_no_line_is_refused() -> None:
    with pytest.raises(ValueError, match="no line"):
        mail_bytes(DIGEST, SENDER, "ada@example.org>\r\nBcc: <eve@x.test", "token", NOON, Links())


def test_files_and_pictures_are_attached_under_harmless_names() -> None:
    message = Message(
        (Text("yours"), File("../../über uns.bib", "@article{ü}", "text/x"), Image("p.png", b"\x89PNG", "A"))
    )
    mail = parse(made(message))
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names == ["ber-uns.bib", "p.png"]
    assert [part.get_content() for part in mail.iter_attachments()] == ["@article{ü}".encode(), b"\x89PNG"]
    assert "[A]" in text_of(mail)


def test_lists_and_tables_are_in_both_bodies() -> None:
    message = Message(
        (Bullets(("first", "second")), Table(("term", "value"), (("flow", "1.25"),)), Text("bad", "error"))
    )
    plain, html = (part.get_content() for part in parse(made(message)).iter_parts())
    assert "- first\r\n- second" in plain
    assert "term | value\r\nflow | 1.25" in plain
    assert html.count("<li") == 2
    assert html.count("<td") == 4


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("2 of 40 new papers (the last 7 days). `why 1` says more.", "2 of 40 new papers (the last 7 days)."),
        (
            "I do not know yet what you care about; `interests add x` tells me.",
            "I do not know yet what you care about.",
        ),
        ("`digest subscribe` brings them here; `digest resume` tries the old place.", ""),
        ("Nothing to take away.", "Nothing to take away."),
    ],
)
def test_what_one_would_have_to_type_is_left_out(text: str, left: str) -> None:
    assert without_commands(text) == left


def test_a_subject_is_the_heading_or_the_first_words() -> None:
    assert subject_of(Message((Text("Hello\nworld"),))) == "Hello world"
    assert subject_of(Message(())) == "Paperboy"
    assert subject_of(Message((CARD,))).startswith("Flow Matching")


@pytest.mark.parametrize(
    "title",
    [
        "Diffusion models for protein design",
        "x" * 119,
        "word " * 23 + "end",
        "Flüsse und « 流 » " * 6 + "end",
        "=?utf-8?q?Click=20here?= and =?utf-8?b?SGk=?=",
        "A: b: c",
    ],
)
def test_a_subject_comes_back_as_it_was_in_lines_that_are_short_enough(title: str) -> None:
    raw = made(Message((Text(title, "heading"),)))
    head = raw.partition(b"\r\n\r\n")[0]
    assert parse(raw)["Subject"] == subject_of(Message((Text(title),))).strip()
    subject = head.partition(b"\r\nSubject:")[2].partition(b"\r\nFrom:")[0]
    assert max(len(line) for line in subject.split(b"\r\n")) <= 78
    assert subject.split(b"\r\n")[0].strip()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://user@evil.test",
        "https://[",
        "data:text/html,x",
        "https://x.test/<a",
        "https://x.test/ a",
        "",
    ],
)
def test_only_addresses_of_pages_become_links(url: str) -> None:
    assert safe_url(url) == ""
