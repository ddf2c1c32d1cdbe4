"""What the agents before the model find of what was planted, over many seeds.

Segments: the share of sets whose kinds are found (adjusted Rand index of 0.9 at least), or left together
where there is one kind. Weeks: anomalies of 3 to 6 noise sds, one week in forty: recall and precision at the
default threshold, and at the one that makes both equal; beside them what nobody could exceed who knew trend,
season and noise, and judged each week by itself. The same of four weeks in a row of 3 sds each. Shifts:
lasting shifts of 3 and 4 noise sds. Events: the share of 90 % intervals of lifts that cover, and of placebo
windows that show nothing. Strengths: planted and found strength of season and trend. Baselines: the share
within 5 % of the planted baseline, median and largest error.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from mmxlib.maths.arrays import Array, Vector
from mmxlib.maths.threads import single_threaded
from tests.benchmarks import planted_baselines as baselines
from tests.benchmarks import planted_segments as segments
from tests.benchmarks import planted_series as series
from tests.benchmarks.benchmark import Setup
from tests.benchmarks.results import figures

TOOL = "mmxlib"
BOUND = "nobody could exceed"
SEEDS = 20
THRESHOLD = 3.5


def segment_rows(seeds: range) -> Iterator[pd.DataFrame]:
    for shape in segments.SEPARABLE:
        found = np.array([segments.agreement(shape, seed)[0] for seed in seeds])
        yield figures(shape.name, TOOL, seeds, found=np.mean(found >= 0.9), index=found.mean())
    for shape in segments.ALONE:
        together = np.mean([segments.agreement(shape, seed)[1] == 1 for seed in seeds])
        yield figures(shape.name, TOOL, seeds, left_together=together)


def anomaly_rows(seeds: range) -> Iterator[pd.DataFrame]:
    for kind in series.KINDS:
        for size in (3.0, 4.0, 5.0, 6.0):
            score, at = scores(kind, seeds, size)
            case = f"single weeks of {size:g} sd, {kind.name}"
            yield figures(case, TOOL, seeds, **hits(score, at))
            yield figures(case, BOUND, seeds, equal=best_possible(size, at))
        score, at = scores(kind, seeds, 3.0, run=4)
        yield figures(f"four weeks of 3 sd in a row, {kind.name}", TOOL, seeds, **hits(score, at))


def scores(kind: series.Kind, seeds: range, size: float, *, run: int = 1) -> tuple[Vector, Array]:
    pairs = [series.anomaly_scores(kind, seed, size, run=run) for seed in seeds]
    return np.abs(np.concatenate([score for score, _ in pairs])), np.concatenate([at for _, at in pairs])


def hits(score: Vector, at: Array) -> dict[str, float]:
    """Return recall and precision, and what both are at the threshold that makes them equal."""
    flagged = score > THRESHOLD
    equal = np.mean(score[at] >= np.sort(score)[-int(at.sum())])
    precision = at[flagged].mean() if flagged.any() else np.nan
    return {"recall": flagged[at].mean(), "precision": precision, "equal": float(equal)}


def best_possible(size: float, at: Array) -> float:
    """Return recall and precision, where they are equal, of the week's own deviation in true noise sds."""
    rng = np.random.default_rng(0)
    odd = np.abs(size + rng.normal(size=200_000))
    regular = np.abs(rng.normal(size=int(200_000 * (~at).sum() / at.sum())))
    limit = np.sort(np.concatenate([odd, regular]))[-len(odd)]
    return float(np.mean(odd >= limit))


def shift_rows(seeds: range) -> Iterator[pd.DataFrame]:
    for kind in series.KINDS:
        for size in (3.0, 4.0):
            found = [series.shifted(kind, seed, size) for seed in seeds]
            hit, count = sum(each[0] for each in found), sum(each[1] for each in found)
            yield figures(
                f"level shifts of {size:g} sd, {kind.name}",
                TOOL,
                seeds,
                recall=hit / len(seeds),
                precision=hit / max(1, count),
            )
        none = sum(series.shifted(kind, seed, 0.0)[1] for seed in seeds)
        yield figures(f"no level shift, {kind.name}", TOOL, seeds, found_in_vain=none / len(seeds))


def event_rows(seeds: range) -> Iterator[pd.DataFrame]:
    for kind in series.KINDS:
        for length, times in ((1, 1), (2, 1), (4, 1), (2, 3)):
            if length == 4 and kind.periods == 60:
                continue
            found = [series.lifted(kind, seed, length=length, times=times) for seed in seeds]
            truth = 5.0 * series.NOISE * length
            cover = np.mean([each[0].lift.lower <= truth <= each[0].lift.upper for each in found])
            placebos = [each.placebo for all_ in found for each in all_ if np.isfinite(each.placebo.mean)]
            nothing = {}
            if placebos:
                nothing["nothing"] = np.mean([each.lower <= 0.0 <= each.upper for each in placebos])
            case = f"events of {length} weeks, {times} times, {kind.name}"
            yield figures(case, TOOL, seeds, covers=cover, **nothing)


def strength_rows(seeds: range) -> Iterator[pd.DataFrame]:
    for kind in series.KINDS:
        rows = np.array([series.strengths(kind, seed) for seed in seeds])
        season, trend = np.median(np.abs(rows[:, [1, 3]] - rows[:, [0, 2]]), axis=0)
        yield figures(f"strength, {kind.name}", TOOL, seeds, season_off=season, trend_off=trend)


def baseline_rows(seeds: range) -> Iterator[pd.DataFrame]:
    for market in baselines.MARKETS:
        found = [baselines.errors(*baselines.planted_market(market, seed)) for seed in seeds]
        yield from baseline_shares(f"baseline, {market.name}", seeds, found)
    found = [baselines.errors(*baselines.simulated(seed)) for seed in seeds]
    yield from baseline_shares("baseline, the package's own simulation", seeds, found)


def baseline_shares(name: str, seeds: range, found: list[dict[str, Vector]]) -> Iterator[pd.DataFrame]:
    for method in ("median", "mean", "regression"):
        off = np.abs(np.concatenate([each[method] for each in found]))
        yield figures(
            f"{name}, {method}",
            TOOL,
            seeds,
            within_5=np.mean(off < 0.05),
            typically_off=np.median(off),
            at_most_off=off.max(),
        )


PARTS: tuple[Callable[[range], Iterator[pd.DataFrame]], ...] = (
    segment_rows,
    anomaly_rows,
    shift_rows,
    event_rows,
    strength_rows,
    baseline_rows,
)


PLAIN = series.KINDS[0].name
"""Three years of a series without anything that makes it harder."""
BELIEVED_WRONGLY = baselines.MARKETS[1].name


def groups(table: pd.DataFrame) -> dict[str, list[str]]:
    """Return the cases of which the lowest, the highest and the mean figures are told together."""
    cases = list(dict.fromkeys(table["case"]))

    def of(*starts: str) -> list[str]:
        return [case for case in cases if case.startswith(starts)]

    pausing = [f"baseline, {market.name}," for market in baselines.MARKETS if market.pause > 0.0]
    pausing.remove(f"baseline, {BELIEVED_WRONGLY},")
    in_a_row = "four weeks of 3 sd in a row"
    return {
        "all kinds apart": [shape.name for shape in segments.SEPARABLE],
        "all lone kinds": [shape.name for shape in segments.ALONE],
        f"{in_a_row}, all harder series": [f"{in_a_row}, {kind.name}" for kind in series.KINDS[1:]],
        "all events": of("events of"),
        "all baselines where media pause": of(*pausing),
        "all baselines of curves not believed": of(f"baseline, {BELIEVED_WRONGLY},"),
        "all baselines where media never pause": of("baseline, never pause,"),
    }


def together(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the lowest, the highest and the mean figures of groups of cases."""
    own = table[table["tool"] == TOOL]
    for name, cases in groups(table).items():
        rows = own[own["case"].isin(cases)]
        for figure, found in rows.groupby("figure", sort=False)["value"]:
            spans = {"lowest": found.min(), "highest": found.max(), "mean": found.mean()}
            for word, value in spans.items():
                yield rows.iloc[:1].assign(case=name, figure=f"{word}_{figure}", value=value)


@single_threaded
def measure(setup: Setup) -> pd.DataFrame:
    """Return what was found of every planting, and of groups of plantings together."""
    seeds = range(2 if setup.short else SEEDS)
    table = pd.concat(each for part in PARTS for each in part(seeds))
    return pd.concat([table, *together(table)])
