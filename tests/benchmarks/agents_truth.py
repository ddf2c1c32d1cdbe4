"""What the agents before the model find of what was planted, over many seeds.

    python tests/benchmarks/agents_truth.py [segments|series|shifts|events|strengths|baselines ...] [seeds]

``segments``: the share of sets whose kinds are found (adjusted Rand index of 0.9 at least), or left together
where there is one kind. ``series``: anomalies of 3 to 6 noise sds, one week in forty: recall and precision
at the default threshold, and at the one that makes both equal; beside them what nobody could exceed who
knew trend, season and noise, and judged each week by itself. The same of four weeks in a row of 3 sds each.
``shifts``: lasting shifts of 3 and 4 noise sds. ``events``: the share of 90 % intervals of lifts that cover,
and of placebo windows that show nothing. ``strengths``: planted and found strength of season and trend.
``baselines``: the share within 5 % of the planted baseline, median and largest error.
"""

import sys
from collections.abc import Callable

import numpy as np

from mmxlib.maths.arrays import Array, Vector
from mmxlib.maths.threads import single_threaded
from tests.benchmarks import planted_baselines as baselines
from tests.benchmarks import planted_segments as segments
from tests.benchmarks import planted_series as series

SEEDS = 200
THRESHOLD = 3.5


def segment_rows(seeds: range) -> None:
    for shape in segments.SEPARABLE:
        found = np.array([segments.agreement(shape, seed)[0] for seed in seeds])
        told(shape.name, f"found {np.mean(found >= 0.9):.3f}", f"mean index {found.mean():.3f}")
    for shape in segments.ALONE:
        together = np.mean([segments.agreement(shape, seed)[1] == 1 for seed in seeds])
        told(shape.name, f"left together {together:.3f}")


def anomaly_rows(seeds: range) -> None:
    for kind in series.KINDS:
        for size in (3.0, 4.0, 5.0, 6.0):
            score, at = scores(kind, seeds, size)
            told(
                f"{kind.name}, {size:g} sds", hits(score, at), f"best possible {best_possible(size, at):.2f}"
            )
        score, at = scores(kind, seeds, 3.0, run=4)
        told(f"{kind.name}, four weeks of 3 sds", hits(score, at))


def scores(kind: series.Kind, seeds: range, size: float, *, run: int = 1) -> tuple[Vector, Array]:
    pairs = [series.anomaly_scores(kind, seed, size, run=run) for seed in seeds]
    return np.abs(np.concatenate([score for score, _ in pairs])), np.concatenate([at for _, at in pairs])


def hits(score: Vector, at: Array) -> str:
    """Return recall and precision, and what both are at the threshold that makes them equal."""
    flagged = score > THRESHOLD
    equal = np.mean(score[at] >= np.sort(score)[-int(at.sum())])
    return f"recall {flagged[at].mean():.2f} precision {at[flagged].mean():.2f} both {equal:.2f}"


def best_possible(size: float, at: Array) -> float:
    """Return recall and precision, where they are equal, of the week's own deviation in true noise sds."""
    rng = np.random.default_rng(0)
    odd = np.abs(size + rng.normal(size=200_000))
    regular = np.abs(rng.normal(size=int(200_000 * (~at).sum() / at.sum())))
    limit = np.sort(np.concatenate([odd, regular]))[-len(odd)]
    return float(np.mean(odd >= limit))


def shift_rows(seeds: range) -> None:
    for kind in series.KINDS:
        for size in (3.0, 4.0):
            found = [series.shifted(kind, seed, size) for seed in seeds]
            hit, count = sum(each[0] for each in found), sum(each[1] for each in found)
            told(
                f"{kind.name}, {size:g} sds",
                f"recall {hit / len(seeds):.2f} precision {hit / max(1, count):.2f}",
            )
        none = sum(series.shifted(kind, seed, 0.0)[1] for seed in seeds)
        told(f"{kind.name}, none", f"{none} found in {len(seeds)} series")


def event_rows(seeds: range) -> None:
    for kind in series.KINDS:
        for length, times in ((1, 1), (2, 1), (4, 1), (2, 3)):
            if length == 4 and kind.periods == 60:
                continue
            found = [series.lifted(kind, seed, length=length, times=times) for seed in seeds]
            truth = 5.0 * series.NOISE * length
            cover = np.mean([each[0].lift.lower <= truth <= each[0].lift.upper for each in found])
            placebos = [each.placebo for all_ in found for each in all_ if np.isfinite(each.placebo.mean)]
            nothing = np.mean([each.lower <= 0.0 <= each.upper for each in placebos]) if placebos else np.nan
            told(
                f"{kind.name}, {length} weeks, {times} times",
                f"cover {cover:.3f}",
                f"placebo shows nothing {nothing:.3f} of {len(placebos)}" if placebos else "no placebo",
            )


def strength_rows(seeds: range) -> None:
    for kind in series.KINDS:
        rows = np.array([series.strengths(kind, seed) for seed in seeds])
        season, trend = np.median(np.abs(rows[:, [1, 3]] - rows[:, [0, 2]]), axis=0)
        planted = rows.mean(axis=0)
        told(
            kind.name,
            f"season {planted[0]:.2f} found {planted[1]:.2f} typically off {season:.3f}",
            f"trend {planted[2]:.2f} found {planted[3]:.2f} typically off {trend:.3f}",
        )


def baseline_rows(seeds: range) -> None:
    for market in baselines.MARKETS:
        share(market.name, [baselines.errors(*baselines.planted_market(market, seed)) for seed in seeds])
    share("the package's own simulation", [baselines.errors(*baselines.simulated(seed)) for seed in seeds])


def share(name: str, found: list[dict[str, Vector]]) -> None:
    for method in ("median", "mean", "regression"):
        off = np.abs(np.concatenate([each[method] for each in found]))
        told(
            f"{name}, {method}",
            f"within 5 % {np.mean(off < 0.05):.3f}",
            f"typically off {np.median(off):.3f} at most {off.max():.3f}",
        )


def told(name: str, *found: str) -> None:
    print(f"{name:<48} {'   '.join(found)}", flush=True)


PARTS: dict[str, Callable[[range], None]] = {
    "segments": segment_rows,
    "series": anomaly_rows,
    "shifts": shift_rows,
    "events": event_rows,
    "strengths": strength_rows,
    "baselines": baseline_rows,
}


@single_threaded
def main(arguments: list[str]) -> None:
    counts = [int(each) for each in arguments if each.isdigit()]
    for name in [each for each in arguments if not each.isdigit()] or list(PARTS):
        print(f"-- {name}")
        PARTS[name](range(counts[0] if counts else SEEDS))


if __name__ == "__main__":
    main(sys.argv[1:])
