"""The operator's page names what there is."""

import re

import typer

from adapters.metrics import PrometheusMetrics
from bot.__main__ import app
from bot.settings import Settings
from tests.containers import ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def test_every_variable_that_the_pages_name_is_a_setting() -> None:
    known = {f"PAPERBOY_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"PAPERBOY_[A-Z_]*[A-Z]", OPERATIONS + README))
    assert len(named) > 20
    assert named <= known


def test_every_setting_is_in_the_readme() -> None:
    shown = {f"PAPERBOY_{name.upper()}" for name in Settings.model_fields if not name.endswith("_file")}
    shortened = {f"PAPERBOY{name}" for name in re.findall(r"`(_[A-Z_]+)`", README)}
    assert shown - set(re.findall(r"PAPERBOY_[A-Z_]*[A-Z]", README)) - shortened == set()


def test_every_metric_that_is_to_be_watched_is_measured() -> None:
    measured = PrometheusMetrics().render().decode()
    named = set(re.findall(r"`(paperboy_[a-z_]+)", OPERATIONS))
    assert len(named) > 8
    assert all(f"# HELP {name} " in measured for name in named)


def test_every_admin_command_is_there() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    admin = group.commands["admin"]
    assert isinstance(admin, typer.core.TyperGroup)
    named = set(re.findall(r"paperboy admin ([a-z-]+)", OPERATIONS + README))
    assert named == set(admin.commands)
    assert set(re.findall(r"^paperboy ([a-z]+)", OPERATIONS, re.MULTILINE)) <= set(group.commands)
