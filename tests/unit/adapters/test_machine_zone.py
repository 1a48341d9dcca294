from pathlib import Path

import pytest

from adapters.machine_zone import machine_zone


@pytest.mark.parametrize("value", ["Asia/Tokyo", ":Asia/Tokyo"])
def test_the_variable_tz_comes_first(value: str, tmp_path: Path) -> None:
    (tmp_path / "timezone").write_text("Europe/Berlin\n")
    assert machine_zone({"TZ": value}, tmp_path) == "Asia/Tokyo"


def test_the_link_of_the_machine_names_the_zone(tmp_path: Path) -> None:
    (tmp_path / "localtime").symlink_to(tmp_path / "zoneinfo/America/Argentina/Buenos_Aires")
    (tmp_path / "timezone").write_text("Europe/Berlin\n")
    assert machine_zone({"TZ": "UTC0"}, tmp_path) == "America/Argentina/Buenos_Aires"


def test_a_file_names_it_where_there_is_no_link(tmp_path: Path) -> None:
    (tmp_path / "timezone").write_text("Europe/Berlin\n")
    assert machine_zone({}, tmp_path) == "Europe/Berlin"


def test_a_machine_that_names_none_is_on_utc(tmp_path: Path) -> None:
    assert machine_zone({}, tmp_path) == "UTC"
    (tmp_path / "timezone").write_bytes(b"\xff\xff")
    assert machine_zone({"TZ": "Mars/Olympus"}, tmp_path) == "UTC"
