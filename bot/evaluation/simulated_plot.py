"""The picture of a simulation: precision day by day, and how much of what is relevant has been found."""

import io

import numpy as np

from bot.evaluation.simulate import Simulated

SMOOTH = 7
"""Days of the running mean: one day of some dozen readers is mostly noise."""

_COLOURS = {
    "paperboy": "#0b6e4f",
    "no exploration": "#e08e0b",
    "no learning": "#b3261e",
    "random": "#8a8a8a",
    "oracle": "#3d5a98",
}


def draw_png(simulated: Simulated) -> bytes:
    """A PNG of 10 by 4.4 inches: means over readers with bands of two standard errors."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.4), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    n = simulated.plan.n
    for name, days in simulated.days.items():
        colour = _COLOURS.get(name)
        style = "--" if name in ("oracle", "random") else "-"
        smoothed = np.array([_running_mean(row / n) for row in days["hits"]])
        at = np.arange(1, smoothed.shape[1] + 1)
        mean = smoothed.mean(axis=0)
        error = 2 * smoothed.std(axis=0) / np.sqrt(len(smoothed))
        (line,) = left.plot(at, mean, style, color=colour, label=name)
        left.fill_between(at, mean - error, mean + error, color=line.get_color(), alpha=0.15, linewidth=0)
        whole = np.maximum(days["possible"].sum(axis=1, keepdims=True), 1)
        right.plot(at, (days["hits"].cumsum(axis=1) / whole).mean(axis=0), style, color=line.get_color(), label=name)
    left.set(xlabel="day", ylabel=f"precision@{n}, mean of {SMOOTH} days", ylim=(0, None))
    right.set(xlabel="day", ylabel="share of all relevant papers shown", ylim=(0, None))
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    right.legend(frameon=False)
    figure.suptitle(f"{simulated.readers} simulated readers, {n} papers a day")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=90, metadata={"Software": None})
    return picture.getvalue()


def _running_mean(values: np.ndarray) -> np.ndarray:
    """The mean of each day and the up to SMOOTH - 1 days before it."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    ends = np.arange(1, len(values) + 1)
    begins = np.maximum(ends - SMOOTH, 0)
    mean: np.ndarray = (sums[ends] - sums[begins]) / (ends - begins)
    return mean
