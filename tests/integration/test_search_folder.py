"""The index's folder: kept over restarts, shared by processes, made anew when damaged."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.search import TantivyIndex, index_trouble
from adapters.search.schema import build_schema
from bot.domain.search_query import SearchQuery
from bot.ports import StoreError
from tests.factories import make_paper

WORDS = SearchQuery(words=("retrieval",))


_OTHER = """
import sys, tantivy
index = tantivy.Index.open(sys.argv[1])
writer = index.writer(15_000_000, 1)
print("locked", flush=True)
sys.stdin.readline()
"""

_WRITER = """
import asyncio, sys
from pathlib import Path
from adapters.search import TantivyIndex
from tests.factories import make_paper

index = TantivyIndex(Path(sys.argv[1]))
asyncio.run(index.update([make_paper(key=500)], (), 50))
"""


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A folder with an index of 30 papers in several segments, one of them with deletions; its cursor is 5."""
    folder = tmp_path / "search"
    index = TantivyIndex(folder)
    for revision in range(1, 4):
        await index.update([make_paper(key=10 * revision + place) for place in range(10)], (), revision)
    await index.update([make_paper(key=11)], (), 5)
    await index.close()
    return folder


def _names(folder: Path, pattern: str = "*") -> list[str]:
    return sorted(path.name for path in folder.glob(pattern))


def _remove(folder: Path, pattern: str = "*") -> None:
    for path in folder.glob(pattern):
        path.unlink()


def _truncate(folder: Path, pattern: str, kept: float) -> None:
    victim = next(folder.glob(pattern))
    content = victim.read_bytes()
    victim.write_bytes(content[: int(len(content) * kept)])


def _write_elsewhere(folder: Path) -> None:
    """Another process adds paper 500 and moves the cursor to 50."""
    subprocess.run([sys.executable, "-c", _WRITER, str(folder)], check=True, timeout=60)


def _lock_elsewhere(folder: Path) -> "subprocess.Popen[str]":
    """Another process that holds the writer until it is told a line."""
    other = subprocess.Popen(
        [sys.executable, "-c", _OTHER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "locked\n"
    return other


async def _is_empty_and_fills_again(index: TantivyIndex) -> bool:
    empty = index.cursor() == 0 and await index.search(WORDS, 100) == []
    await index.update([make_paper(key=1)], (), 6)
    return empty and index.cursor() == 6 and await index.search(WORDS, 100) == [1]


async def test_papers_and_cursor_outlive_the_process(folder: Path) -> None:
    index = TantivyIndex(folder)
    assert index.cursor() == 5
    assert len(await index.search(WORDS, 100)) == 30
    await index.close()
    assert index.cursor() == 5, "a closed index opens again"
    await index.close()


async def test_a_missing_folder_is_an_empty_index(tmp_path: Path) -> None:
    assert await _is_empty_and_fills_again(TantivyIndex(tmp_path / "deep" / "down" / "search"))


async def test_nothing_is_opened_before_the_first_use(tmp_path: Path) -> None:
    TantivyIndex(tmp_path / "search")
    assert not (tmp_path / "search").exists()


async def test_an_update_without_papers_only_moves_the_cursor(folder: Path) -> None:
    index = TantivyIndex(folder)
    before = _names(folder)
    await index.update((), (), 12)
    assert index.cursor() == 12
    assert _names(folder) == before


@pytest.mark.parametrize("suffix", ["idx", "term", "pos", "fast", "fieldnorm", "store", "del"])
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.99])
async def test_a_truncated_file_makes_the_index_anew(suffix: str, kept: float, folder: Path) -> None:
    _truncate(folder, f"*.{suffix}", kept)
    assert await _is_empty_and_fills_again(TantivyIndex(folder))


@pytest.mark.parametrize("suffix", ["idx", "term", "pos", "fast", "fieldnorm", "store"])
async def test_a_removed_file_makes_the_index_anew(suffix: str, folder: Path) -> None:
    _remove(folder, f"*.{suffix}")
    assert await _is_empty_and_fills_again(TantivyIndex(folder))


@pytest.mark.parametrize("garbage", [b"", b"{}", b"\xff\x00 garbage", b'{"segments": 5}', b"[" * 100_000])
@pytest.mark.parametrize("name", ["meta.json", "cursor.json"])
async def test_garbage_in_a_json_file_makes_the_index_anew(name: str, garbage: bytes, folder: Path) -> None:
    (folder / name).write_bytes(garbage)
    assert await _is_empty_and_fills_again(TantivyIndex(folder))


@pytest.mark.parametrize("revision", ["null", '"5"', "-1", "true", "1.5"])
async def test_a_cursor_that_is_no_revision_makes_the_index_anew(revision: str, folder: Path) -> None:
    found = json.loads((folder / "cursor.json").read_text())
    (folder / "cursor.json").write_text(json.dumps(found | {"revision": json.loads(revision)}))
    assert await _is_empty_and_fills_again(TantivyIndex(folder))


async def test_an_index_of_another_version_is_made_anew(folder: Path) -> None:
    found = json.loads((folder / "cursor.json").read_text())
    (folder / "cursor.json").write_text(json.dumps(found | {"schema_version": found["schema_version"] + 1}))
    assert await _is_empty_and_fills_again(TantivyIndex(folder))


async def test_a_lost_meta_file_makes_the_index_anew(folder: Path) -> None:
    (folder / "meta.json").unlink()
    assert await _is_empty_and_fills_again(TantivyIndex(folder))


async def test_a_file_in_the_folders_place_gives_way(tmp_path: Path) -> None:
    (tmp_path / "search").write_text("in the way")
    assert await _is_empty_and_fills_again(TantivyIndex(tmp_path / "search"))


async def test_making_anew_leaves_no_file_of_the_old_index_and_no_folder_harmed(folder: Path) -> None:
    old = set(_names(folder, "*.idx"))
    (folder / "keep").mkdir()
    (folder / "keep" / "note.txt").write_text("mine")
    (folder / "meta.json").write_text("garbage")
    TantivyIndex(folder).cursor()
    assert not old & set(_names(folder))
    assert (folder / "keep" / "note.txt").read_text() == "mine"


async def test_a_folder_that_vanishes_under_a_running_index_is_made_anew(folder: Path) -> None:
    index = TantivyIndex(folder)
    assert len(await index.search(WORDS, 100)) == 30
    shutil.rmtree(folder)
    assert await index.search(WORDS, 100) == []
    assert await _is_empty_and_fills_again(index)


async def test_damage_to_a_running_index_makes_it_anew(folder: Path) -> None:
    index = TantivyIndex(folder)
    assert len(await index.search(WORDS, 100)) == 30
    (folder / "meta.json").write_text("garbage")
    assert await index.search(WORDS, 100) == []
    assert await _is_empty_and_fills_again(index)


async def test_changes_gathered_before_the_index_was_made_anew_are_not_taken_for_all(folder: Path) -> None:
    index = TantivyIndex(folder)
    assert index.cursor() == 5
    (folder / "meta.json").write_text("garbage")
    assert await index.search(WORDS, 100) == []
    await index.update([make_paper(key=77)], (), 9)
    assert await index.search(WORDS, 100) == []
    assert await _is_empty_and_fills_again(index)


async def test_an_update_of_a_folder_that_vanished_starts_over(folder: Path) -> None:
    index = TantivyIndex(folder)
    assert index.cursor() == 5
    (folder / "meta.json").write_text("garbage")
    await index.update([make_paper(key=1)], (), 6)
    assert index.cursor() == 0, "the update is not counted: the store must tell everything again"
    assert await _is_empty_and_fills_again(index)


async def test_a_folder_that_cannot_be_used_leaves_search_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    index = TantivyIndex(tmp_path / "file" / "search")
    assert await _is_empty_and_fills_again(index)
    await index.close()
    assert index.cursor() == 6


async def test_a_crash_between_commit_and_cursor_repeats_the_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = TantivyIndex(folder)

    class CrashError(BaseException):
        pass

    def crash(*_: object) -> None:
        raise CrashError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", crash)
        with pytest.raises(CrashError):
            await index.update([make_paper(key=77)], (), 9)
    again = TantivyIndex(folder)
    assert again.cursor() == 5
    assert 77 in await again.search(WORDS, 100)
    await again.update([make_paper(key=77)], (), 9)
    assert again.cursor() == 9
    assert [int(key) for key in await again.search(WORDS, 100)].count(77) == 1


async def test_a_full_disk_is_said_and_the_index_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = TantivyIndex(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="disk"):
            await index.update([make_paper(key=77)], (), 9)
    assert index.cursor() == 5
    assert len(await index.search(WORDS, 100)) >= 30


async def test_updates_at_the_same_time_wait_for_each_other(folder: Path) -> None:
    index = TantivyIndex(folder, lock_wait_s=0.0)
    await asyncio.gather(*(index.update([make_paper(key=100 + number)], (), 6 + number) for number in range(4)))
    assert len(await index.search(WORDS, 100)) == 34
    assert index.cursor() == 9


async def test_while_another_process_writes_an_update_is_skipped_and_reading_goes_on(folder: Path) -> None:
    other = _lock_elsewhere(folder)
    index = TantivyIndex(folder, lock_wait_s=0.12)
    await index.update([make_paper(key=77)], (), 9)
    assert index.cursor() == 5
    assert len(await index.search(WORDS, 100)) == 30
    other.communicate("\n", timeout=30)
    await index.update([make_paper(key=77)], (), 9)
    assert index.cursor() == 9
    assert len(await index.search(WORDS, 100)) == 31


async def test_what_another_process_wrote_is_found_at_the_next_search(folder: Path) -> None:
    index = TantivyIndex(folder)
    assert len(await index.search(WORDS, 100)) == 30
    _write_elsewhere(folder)
    assert 500 in await index.search(WORDS, 100)
    assert index.cursor() == 50


async def test_a_folder_another_process_made_anew_is_followed(folder: Path) -> None:
    index = TantivyIndex(folder)
    assert len(await index.search(WORDS, 100)) == 30
    (folder / "cursor.json").unlink()
    _write_elsewhere(folder)
    assert await index.search(WORDS, 100) == [500]
    await index.update([make_paper(key=501)], (), 51)
    assert sorted(await index.search(WORDS, 100)) == [500, 501]


async def test_a_failure_that_is_not_the_engines_is_not_swallowed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = TantivyIndex(folder)
    with monkeypatch.context() as patch:
        patch.setattr("adapters.search.index.to_document", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await index.update([make_paper(key=1)], (), 9)
    assert index.cursor() == 5
    await index.update([make_paper(key=1)], (), 9)
    assert len(await index.search(WORDS, 100)) == 31


async def test_a_paper_without_a_key_is_the_callers_mistake(folder: Path) -> None:
    index = TantivyIndex(folder)
    with pytest.raises(ValueError, match="has not been stored"):
        await index.update([make_paper()], (), 9)
    assert index.cursor() == 5


async def test_a_panic_inside_a_search_makes_the_index_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tantivy

    index = TantivyIndex(folder)

    def panic(*_: object, **__: object) -> tantivy.Query:
        return tantivy.Query.phrase_query(build_schema(), "text", ["one"])

    with monkeypatch.context() as patch:
        patch.setattr("adapters.search.query.QueryBuilder.build", panic)
        assert await index.search(WORDS, 10) == []
    assert await _is_empty_and_fills_again(index)


async def test_a_look_at_the_index_finds_damage_and_repairs_nothing(folder: Path, tmp_path: Path) -> None:
    assert index_trouble(tmp_path / "nothing") == ""
    assert index_trouble(folder) == ""
    cursor = (folder / "cursor.json").read_bytes()
    (folder / "cursor.json").write_text("{}")
    assert "another version" in index_trouble(folder)
    assert (folder / "cursor.json").read_text() == "{}"
    (folder / "cursor.json").write_bytes(cursor)
    (folder / "meta.json").write_bytes((folder / "meta.json").read_bytes()[:20])
    assert "damaged" in index_trouble(folder)
