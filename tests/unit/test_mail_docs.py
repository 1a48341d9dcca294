"""The page on mail says what the program does."""

import re
from pathlib import Path

import typer

from bot.__main__ import app
from bot.bootstrap.mail import FOLDER, HERE, KEY
from bot.domain.ticket import LIVES, Purpose
from bot.settings import Settings
from bot.usecases.record_bounce import BOUNCES, WITHIN
from tests.containers import ROOT

PAGE = (ROOT / "docs" / "mail.md").read_text("utf-8")
TEMPLATES = ROOT / "adapters" / "web" / "templates"


def test_every_setting_that_the_page_names_is_there_with_its_default() -> None:
    named = set(re.findall(r"PAPERBOY_[A-Z_]+[A-Z]", PAGE))
    assert named <= {f"PAPERBOY_{name.upper()}" for name in Settings.model_fields}
    for name in ("mail_per_s", "mail_per_connection"):
        assert f"| `PAPERBOY_{name.upper()}` | `{Settings.model_fields[name].default:g}` |" in PAGE
    assert HERE in PAGE
    assert f"`{FOLDER}`" in PAGE
    assert f"`{KEY}`" in PAGE


def test_the_times_of_the_page_are_those_of_the_program() -> None:
    reacts, manages = LIVES[Purpose.REACT], LIVES[Purpose.MANAGE]
    assert reacts is not None
    assert f"good for {reacts.days} days" in PAGE
    assert manages is not None
    assert manages.days == 1
    assert LIVES[Purpose.UNSUBSCRIBE] is None
    assert (BOUNCES, WITHIN.days) == (3, 30)


def test_what_is_pressed_is_called_so() -> None:
    pages = "".join(path.read_text("utf-8") for path in sorted(TEMPLATES.glob("*.html")))
    sources = "".join(path.read_text("utf-8") for path in sorted(Path(ROOT / "adapters").rglob("*.py")))
    for words in re.findall(r"\*\*([^*]+)\*\*", PAGE):
        if words not in {"Subscribing is confirmed twice", "In each mail"}:
            assert words in pages + sources, words


def test_the_command_that_reads_bounces_is_there() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    mail = group.commands["mail"]
    assert isinstance(mail, typer.core.TyperGroup)
    assert "paperboy mail bounce" in PAGE
    assert list(mail.commands) == ["bounce"]
