from pathlib import Path

import pytest

from tests.unit.feeds.payloads import FIXTURES, FOLDERS, shared


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_recorded_payload_is_named_in_a_test(folder: str) -> None:
    here = Path(__file__)
    sources = "".join(path.read_text("utf-8") for path in here.parent.glob("test_*.py") if path != here)
    files = sorted(path.name for path in shared(FIXTURES / folder).iterdir())
    assert files
    assert [name for name in files if f'"{name}"' not in sources] == []
