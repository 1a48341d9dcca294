from pathlib import Path

import numpy as np
from matplotlib.image import imread

from bot.evaluation.picture import draw
from bot.evaluation.rows import Row, make_rows
from bot.evaluation.workshop import Job, Measured


def rows(task: str, metrics: tuple[str, ...], ks: tuple[int, ...] = (0,), reader: str = "") -> list[Row]:
    values = {name: np.linspace(0.1, 0.3, 5) for name in metrics}
    jobs = [Job(ranker, task, k, reader) for k in ks for ranker in ("random", "rank-bm25", "paperboy")]
    return make_rows([Measured(job, job.k or 5, tuple("abcde"), values) for job in jobs], seed=1)


def blue(path: Path) -> int:
    """How many pixels are clearly blue: Paperboy's bars."""
    pixels = imread(path)
    return int((pixels[..., 2] - pixels[..., 0] > 0.15).sum())


def test_a_picture_is_a_light_png_with_paperboys_bars_in_blue(tmp_path: Path) -> None:
    path = tmp_path / "quality.png"
    draw(rows("cold-start", ("ndcg@10", "map"), (1, 3, 5, 10)), path)
    pixels = imread(path)
    assert pixels[0, 0, :3].tolist() == [1.0, 1.0, 1.0]
    assert pixels.shape[1] == 900
    assert 1_000 < blue(path) < pixels.shape[0] * pixels.shape[1] / 3


def test_each_task_has_a_panel_of_its_own_and_the_same_rows_give_the_same_picture(tmp_path: Path) -> None:
    static = rows("static", ("ndcg@10", "map"), reader="a")
    loop = rows("loop", ("found@5", "found@10", "found@20"), reader="a")
    for name in ("one.png", "two.png"):
        draw([*static, *loop], tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert imread(tmp_path / "one.png").shape[1] == 1_800
    draw(rows("cold-start", ("pairwise_loss",), (2,)), tmp_path / "rated.png")
    assert imread(tmp_path / "rated.png").shape[1] == 900


def test_nothing_but_noughts_is_drawn_without_a_warning(tmp_path: Path) -> None:
    values = {"ndcg@10": np.zeros(4)}
    draw(make_rows([Measured(Job("random", "cold-start", 1), 1, tuple("abcd"), values)], seed=1), tmp_path / "0.png")
    assert (tmp_path / "0.png").stat().st_size > 1_000
