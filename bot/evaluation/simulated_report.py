"""What a simulation comes to: means over readers with their confidence intervals, as a table and as JSON."""

from dataclasses import asdict

import numpy as np

from bot.evaluation.simulate import RANDOM_FIVE, Simulated

RESAMPLES = 2_000

Floats = np.ndarray

_SHOWN = ("precision", "found", "regret", "diversity", "shown", "explored", "explored_precision")


def reader_values(days: dict[str, Floats], n: int) -> dict[str, Floats]:
    """float64[readers] by measure. Places of a list that stay empty count as misses.

    precision: relevant papers a place; found: share of all relevant papers; regret: relevant papers a day fewer than
    the oracle's list; diversity: mean over the days with two papers and more, NaN without; shown: papers a day;
    explored: share of those; explored_precision: relevant papers among these, NaN without any.
    """
    hits, possible = days["hits"], days["possible"]
    shown, explored = days["shown"].sum(axis=1), days["explored"].sum(axis=1)
    kept = ~np.isnan(days["diversity"])
    return {
        "precision": hits.mean(axis=1) / n,
        "found": _ratio(hits.sum(axis=1), possible.sum(axis=1)),
        "regret": (np.minimum(possible, n) - hits).mean(axis=1),
        "diversity": _ratio(np.where(kept, days["diversity"], 0.0).sum(axis=1), kept.sum(axis=1)),
        "shown": days["shown"].mean(axis=1),
        "explored": _ratio(explored, shown),
        "explored_precision": _ratio(days["explored_hits"].sum(axis=1), explored),
    }


def interval(values: Floats, seed: int) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean over readers; NaN are left out."""
    draw = np.random.default_rng([seed, 5])
    picks = draw.integers(len(values), size=(RESAMPLES, len(values)))
    counted = ~np.isnan(values)[picks]
    sums = np.where(counted, values[picks], 0.0).sum(axis=1)
    means = sums / np.maximum(counted.sum(axis=1), 1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def document(simulated: Simulated) -> dict[str, object]:
    """The `--json` document; differences are paired by reader: to the first variant, or to random first papers."""
    n, seed = simulated.plan.n, simulated.plan.seed
    rows: list[dict[str, object]] = []
    base: dict[str, Floats] | None = None
    for name, days in simulated.days.items():
        values = reader_values(days, n)
        base = values if base is None else base
        row: dict[str, object] = {"variant": name}
        row |= {_named(measure, n): _mean(values[measure]) for measure in _SHOWN}
        row["ci"] = {_named(measure, n): _rounded(interval(values[measure], seed)) for measure in _SHOWN[:4]}
        row["difference"] = {
            _named(measure, n): _rounded(interval(values[measure] - base[measure], seed)) for measure in _SHOWN[:4]
        }
        rows.append(row)
    return {
        "plan": {**asdict(simulated.plan), "readers": simulated.readers},
        "rows": rows,
        "daily": {name: _daily(days, n) for name, days in simulated.days.items()},
        "cold_start": _starts(simulated),
    }


def _daily(days: dict[str, Floats], n: int) -> dict[str, list[float]]:
    """Means over readers, day by day: `found` and `regret` so far."""
    whole = days["possible"].sum(axis=1)[:, None]
    missed = np.minimum(days["possible"], n) - days["hits"]
    found = _ratio(days["hits"].cumsum(axis=1), np.broadcast_to(whole, days["hits"].shape))
    return {
        _named("precision", n): _series(days["hits"].mean(axis=0) / n),
        "found": _series(np.nan_to_num(found).mean(axis=0)),
        "regret": _series(missed.cumsum(axis=1).mean(axis=0)),
    }


def _starts(simulated: Simulated) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    seed = simulated.plan.seed
    for name, values in simulated.starts.items():
        base = simulated.starts[RANDOM_FIVE]
        rows.append(
            {
                "start": name,
                "ndcg@10": _mean(values[:, 0]),
                "precision@5": _mean(values[:, 1]),
                "liked": _mean(values[:, 2]),
                "ci": {
                    "ndcg@10": _rounded(interval(values[:, 0], seed)),
                    "precision@5": _rounded(interval(values[:, 1], seed)),
                },
                "more": {
                    "ndcg@10": _mean(values[:, 0] - base[:, 0]),
                    "precision@5": _mean(values[:, 1] - base[:, 1]),
                },
                "difference": {
                    "ndcg@10": _rounded(interval(values[:, 0] - base[:, 0], seed)),
                    "precision@5": _rounded(interval(values[:, 1] - base[:, 1], seed)),
                },
            }
        )
    return rows


def tables(simulated: Simulated) -> str:
    """The same as Markdown."""
    n = simulated.plan.n
    found = document(simulated)
    rows, starts = _dicts(found["rows"]), _dicts(found["cold_start"])
    lines = []
    if rows:
        lines = [
            f"| | precision@{n} | found | regret | diversity | shown | explored |",
            "|---|---|---|---|---|---|---|",
        ]
    for row in rows:
        cells = [_cell(row, _named(measure, n)) for measure in _SHOWN[:4]]
        explored = f"{row['explored']:.0%}" if row["explored"] is not None else "-"
        lines.append(f"| {row['variant']} | {' | '.join(cells)} | {row['shown']:.1f} | {explored} |")
    if starts:
        lines += [""] * bool(rows)
        lines += [
            "| first papers | liked | nDCG@10 | precision@5 | nDCG@10 more than random |",
            "|---|---|---|---|---|",
        ]
        for row in starts:
            cells = [_cell(row, measure) for measure in ("ndcg@10", "precision@5")]
            cells.append("" if row["start"] == RANDOM_FIVE else _more(row, "ndcg@10"))
            lines.append(f"| {row['start']} | {row['liked']:.2f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _dicts(rows: object) -> list[dict[str, object]]:
    assert isinstance(rows, list)
    return rows


def _cell(row: dict[str, object], measure: str) -> str:
    value, intervals = row[measure], row["ci"]
    assert isinstance(intervals, dict)
    if not isinstance(value, float):
        return "-"
    low, high = intervals[measure]
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _more(row: dict[str, object], measure: str) -> str:
    value, intervals = row["more"], row["difference"]
    assert isinstance(value, dict)
    assert isinstance(intervals, dict)
    low, high = intervals[measure]
    return f"{value[measure]:+.3f} [{low:+.3f}, {high:+.3f}]"


def _named(measure: str, n: int) -> str:
    return f"precision@{n}" if measure == "precision" else measure


def _ratio(part: Floats, whole: Floats) -> Floats:
    ratio: Floats = np.divide(part, whole, out=np.full(np.broadcast(part, whole).shape, np.nan), where=whole > 0)
    return ratio


def _mean(values: Floats) -> float | None:
    kept = values[~np.isnan(values)]
    return round(float(kept.mean()), 4) if len(kept) else None


def _rounded(pair: tuple[float, float]) -> list[float]:
    return [round(value, 4) for value in pair]


def _series(values: Floats) -> list[float]:
    return [round(value, 4) for value in values.tolist()]
