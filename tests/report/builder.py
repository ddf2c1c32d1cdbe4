"""Small artifacts made by hand: a whole run's results without running anything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from mmxlib.artifacts.baseline import Baseline, ChannelPrior, Constraint, Prior
from mmxlib.artifacts.diagnostics import Backtest, Check, Diagnostics
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Channel, Event, Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.response import BaseDesign, Draws, Response
from mmxlib.artifacts.segments import Segment, Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.model.decomposition import media_draws
from mmxlib.report.model_frames import ModelFrames
from mmxlib.terms import (
    AdstockFamily,
    EffectScale,
    Method,
    Part,
    PriorFamily,
    SaturationFamily,
    Verdict,
)
from mmxlib.workflow.outputs import frames_of
from tests.report.plans import LEVEL, scenarios_of

CHANNELS = ("tv", "search", "social", "print", "radio", "newsletter")
HOSTILE = ("=cmd|' /C calc'!A0", "<script>alert(1)</script>", "../x", "😀 $\\frac{1}$", "@SUM(A1)", "a\nb\tc")
DRAWS = 40


@dataclass(frozen=True, eq=False)
class Story:
    """All artifacts of one imagined run."""

    raw: Panel
    panel: Panel
    segments: Segments
    trends: Trends
    baseline: Baseline
    fitted: FittedModel
    scenarios: Scenarios
    plan: BudgetPlan
    frames: ModelFrames

    def by_type(self) -> dict[type, object]:
        made = (self.raw, self.segments, self.trends, self.baseline, self.fitted, self.scenarios, self.plan)
        return {type(each): each for each in made}


def story(
    channels: Sequence[str] = CHANNELS,
    segments: int = 3,
    periods: int = 130,
    *,
    organic: Sequence[str] = ("newsletter",),
    failed: bool = False,
    currency: str = "EUR",
    noise: float = 0.02,
) -> Story:
    """Return a run with these channels and segments; the numbers agree with each other."""
    rng = np.random.default_rng(5)
    raw, groups = _raw_panel(channels, segments, periods, organic, currency, rng)
    panel = raw.grouped(groups.segment_of, groups.labels)
    response, base = _response(panel, rng)
    noises = noise * panel.outcome.mean() * rng.standard_normal(panel.outcome.shape)
    made = np.stack([media_draws(response, unit).mean(axis=0) for unit in range(len(panel.units))])
    panel = replace(panel, outcome=base + made.sum(axis=2) + noises)
    response = replace(response, panel=panel)
    fitted = _fitted(response, failed=failed)
    frames = frames_of(fitted, recent_periods=52)
    scenarios = scenarios_of(frames, panel)
    return Story(
        raw=raw,
        panel=panel,
        segments=groups,
        trends=_trends(panel, base),
        baseline=_baseline(panel, base),
        fitted=fitted,
        scenarios=scenarios,
        plan=scenarios.plans[0],
        frames=frames,
    )


def _raw_panel(
    channels: Sequence[str],
    segments: int,
    periods: int,
    organic: Sequence[str],
    currency: str,
    rng: np.random.Generator,
) -> tuple[Panel, Segments]:
    units = tuple(f"sub {index + 1:02d}" for index in range(segments if segments == 1 else 3 * segments))
    dates = np.datetime64("2023-01-02") + 7 * np.arange(periods)
    size = np.linspace(3e5, 4e4, len(units))[:, None]
    season = 1.0 + 0.15 * np.sin(2 * np.pi * np.arange(periods) / 52.18)[None, :]
    outcome = size * season * (1.0 + 0.02 * rng.standard_normal((len(units), periods)))
    bursts = rng.gamma(1.5, 1.0, (periods, len(channels))) * (rng.random((periods, len(channels))) < 0.8)
    exposure = bursts[None, :, :] * size[:, :, None] * np.linspace(0.05, 0.01, len(channels))
    paid = np.array([name not in organic for name in channels])
    panel = Panel(
        units=units,
        dates=dates.astype("datetime64[D]"),
        channels=tuple(
            Channel(name, paid=bool(p), has_exposure=not p) for name, p in zip(channels, paid, strict=True)
        ),
        controls=(),
        outcome=outcome,
        spend=np.where(paid, exposure, 0.0),
        exposure=exposure,
        control_values=np.empty((len(units), periods, 0)),
        events=(
            Event("Black Friday", date(2023, 11, 20), date(2023, 11, 26)),
            Event("Black Friday 2024", date(2024, 11, 25), date(2024, 12, 1)),
        ),
        currency=currency,
    )
    return panel, _segments(units, segments, outcome)


def _segments(units: tuple[str, ...], count: int, outcome: np.ndarray) -> Segments:
    rows = np.array_split(np.arange(len(units)), count)
    names = ("large and steady", "seasonal", "small and growing")
    made = tuple(
        Segment(f"S{k + 1}", names[k % 3], tuple(units[i] for i in members)) for k, members in enumerate(rows)
    )
    label_of = {unit: each.label for each in made for unit in each.members}
    sales = outcome.sum(axis=1)
    features = pd.DataFrame({"sub_category": units, "segment": [label_of[u] for u in units], "sales": sales})
    profile = pd.DataFrame(
        {
            "segment": [each.label for each in made],
            "name": [each.name for each in made],
            "members": [len(each.members) for each in made],
            "sales": [float(sales[list(members)].sum()) for members in rows],
        }
    )
    profile["share"] = profile["sales"] / profile["sales"].sum()
    components = features[["sub_category", "segment"]].assign(
        component_1=np.linspace(-2, 2, len(units)), component_2=np.sin(np.arange(len(units)) * 2.0)
    )
    tried = np.arange(2, min(6, len(units)) + 1) if count > 1 else np.array([1])
    candidates = pd.DataFrame(
        {
            "segments": tried,
            "silhouette": 0.55 - 0.06 * np.abs(tried - count),
            "stability": 0.9 - 0.1 * np.abs(tried - count),
            "inertia": 30.0 / tried,
            "chosen": tried == count,
        }
    )
    notes = (Note(f"{count} segments have the best silhouette."),)
    shown = (0.55, 0.9) if count > 1 else (None, None)
    return Segments(made, profile, features, components, candidates, (0.52, 0.21), *shown, notes)


def _response(panel: Panel, rng: np.random.Generator) -> tuple[Response, np.ndarray]:
    units, periods, channels = panel.exposure.shape
    scale = panel.outcome.mean(axis=1)
    exposure_scale = np.maximum(panel.exposure.mean(axis=1), 1e-9)
    share = np.linspace(0.16, 0.03, channels) / max(1.0, channels / 6.0)
    spread = np.linspace(0.1, 0.6, channels)
    effect = scale[None, :, None] * share * np.exp(spread * rng.standard_normal((DRAWS, 1, channels)))
    draws = Draws(
        retention=np.clip(0.4 + 0.05 * rng.standard_normal((DRAWS, channels)), 0.05, 0.9),
        half_saturation=np.exp(0.1 * rng.standard_normal((DRAWS, channels))),
        shape=np.ones((DRAWS, channels)),
        effect=np.repeat(effect, 1, axis=0) * np.ones((1, units, 1)),
        base=np.repeat((scale[:, None] * [0.8, 0.1])[None], DRAWS, axis=0),
        noise_sd=0.02 * np.repeat(scale[None, :], DRAWS, axis=0),
    )
    reference = Draws(**{name: getattr(draws, name)[:1] for name in Draws.__dataclass_fields__})
    season = np.sin(2 * np.pi * np.arange(periods) / 52.18)
    columns = np.repeat(np.stack([np.ones(periods), season], axis=-1)[None], units, axis=0)
    parts = (Part.LEVEL, Part.SEASON)
    none = np.empty((units, 0))
    design = BaseDesign(("level", "season"), parts, columns, np.empty(0), 1, none, none, np.ones(2))
    priors = tuple(_prior(channel.name) for channel in panel.channels)
    response = Response(
        method=Method.RIDGE,
        panel=panel,
        priors=priors,
        outcome_scale=scale,
        exposure_scale=exposure_scale,
        cost_per_exposure=np.where([c.paid for c in panel.channels], 1.0, 0.0) * np.ones((units, 1)),
        base=design,
        autocorrelation=np.full(units, 0.3),
        draws=draws,
        reference=reference,
        modes=pd.DataFrame({"mode": [1], "objective": [1.0], "weight": [1.0]}),
        prior_table=pd.DataFrame(),
        notes=(),
    )
    return response, np.einsum("utk,uk->ut", columns, draws.base[0])


def _prior(channel: str) -> ChannelPrior:
    return ChannelPrior(
        channel,
        AdstockFamily.GEOMETRIC,
        SaturationFamily.HILL,
        Prior(PriorFamily.BETA, 0.3, 0.2, 0.0, 0.98, "weak default"),
        Prior(PriorFamily.LOG_NORMAL, 1.0, 0.7, 0.05, 20.0, "weak default"),
        Prior(PriorFamily.LOG_NORMAL, 1.0, 0.2, 0.5, 4.0, "weak default"),
        Prior(PriorFamily.HALF_NORMAL, 0.0, 0.2, 0.0, np.inf, "weak default"),
        EffectScale.EFFECT,
    )


def _trends(panel: Panel, base: np.ndarray) -> Trends:
    dates = panel.dates.astype("datetime64[s]")
    decomposition, yoy, seasonality, flagged, impact = [], [], [], [], []
    for u, unit in enumerate(panel.units):
        trend = np.linspace(0.95, 1.05, len(dates)) * panel.outcome[u].mean()
        seasonal = 0.15 * trend * np.sin(2 * np.pi * np.arange(len(dates)) / 52.18)
        residual = panel.outcome[u] - trend - seasonal
        decomposition.append(
            pd.DataFrame(
                {
                    "segment": unit, "date": dates, "observed": panel.outcome[u], "trend": trend,
                    "seasonal": seasonal, "residual": residual, "score": residual / residual.std(),
                }
            )
        )  # fmt: skip
        before = np.concatenate([np.full(52, np.nan), panel.outcome[u][:-52]])
        yoy.append(
            pd.DataFrame(
                {
                    "segment": unit, "date": dates, "outcome": panel.outcome[u], "year_before": before,
                    "growth": panel.outcome[u] / before - 1.0,
                }
            )
        )  # fmt: skip
        seasonality.append((unit, "stl", 0.8 - 0.2 * u, 0.4, 13, 39, 0.3, 0.05))
        for at, kind in (((30 + 7 * u) % len(dates), "anomaly"), (90, "level_shift")):
            flagged.append(
                (
                    unit, dates[at], kind, panel.outcome[u, at], trend[at],
                    panel.outcome[u, at] / trend[at] - 1, 4.2, "", "Look at what happened in this week.",
                )
            )  # fmt: skip
        for k, event in enumerate(panel.events):
            lift = (0.3 - 0.28 * k) * trend[50]
            impact.append(
                (
                    unit, event.name, np.datetime64(event.start, "s"), np.datetime64(event.end, "s"), 1,
                    lift, lift - 0.1 * trend[50], lift + 0.1 * trend[50], lift / trend[50],
                    lift / trend[50] - 0.1, lift / trend[50] + 0.1, 0.01 * trend[50] if k else np.nan,
                    -0.05 * trend[50] if k else np.nan, 0.07 * trend[50] if k else np.nan, k == 0,
                )
            )  # fmt: skip
    return Trends(
        yoy=pd.concat(yoy, ignore_index=True),
        seasonality=pd.DataFrame(
            seasonality,
            columns=["segment", "method", "seasonal_strength", "trend_strength", "peak_week",
                     "trough_week", "amplitude", "yearly_growth"],
        ),
        decomposition=pd.concat(decomposition, ignore_index=True),
        flagged_periods=pd.DataFrame(
            flagged,
            columns=["segment", "date", "kind", "outcome", "expected", "deviation", "score", "event",
                     "suggestion"],
        ),
        event_impact=pd.DataFrame(
            impact,
            columns=["segment", "event", "start", "end", "periods", "lift", "lift_lower", "lift_upper",
                     "percent", "percent_lower", "percent_upper", "placebo_lift", "placebo_lower",
                     "placebo_upper", "reliable"],
        ),
        level=LEVEL,
        notes=(),
    )  # fmt: skip


def _baseline(panel: Panel, base: np.ndarray) -> Baseline:
    dates = panel.dates.astype("datetime64[s]")
    levels, series, excluded = [], [], []
    for u, unit in enumerate(panel.units):
        mean = float(base[u, -52:].mean())
        for method, factor in (("median", 0.98), ("mean", 1.0), ("regression", 1.03)):
            share = factor * mean / panel.outcome[u, -52:].mean()
            levels.append((unit, method, factor * mean, share, 48, 0.05))
        series.append(
            pd.DataFrame(
                {
                    "segment": unit, "date": dates, "outcome": panel.outcome[u], "median": 0.98 * base[u],
                    "mean": base[u], "regression": 1.03 * base[u],
                }
            )
        )  # fmt: skip
        excluded.append((unit, dates[46], "event"))
    return Baseline(
        levels=pd.DataFrame(
            levels, columns=["segment", "method", "baseline", "share", "periods_used", "spread"]
        ),
        series=pd.concat(series, ignore_index=True),
        excluded=pd.DataFrame(excluded, columns=["segment", "date", "reason"]),
        priors=tuple(_prior(channel.name) for channel in panel.channels),
        constraints=tuple(
            Constraint(channel.name, 0.7, 1.3, "scenario base: -30 % to +30 %")
            for channel in panel.channels
            if channel.paid
        ),
        notes=(),
    )


def _fitted(response: Response, *, failed: bool) -> FittedModel:
    panel = response.panel
    accuracy = pd.DataFrame({"unit": ["all", *panel.units], "r2": 0.94, "mape": 0.031, "nrmse": 0.04})
    checks = (
        Check("durbin_watson", panel.units[0], 1.9, "1.5 to 2.5", Verdict.PASS,
              "Errors of neighboring weeks are unrelated.", ""),
        Check(
            "variance_inflation", panel.channel_names[0], 12.0, "<= 10", Verdict.WARN,
            f"{panel.channel_names[0]} moves with the other channels.", "Vary its spend on its own.",
        ),
    )  # fmt: skip
    verdict = Verdict.FAIL if failed else Verdict.PASS
    guardrails = (
        Check(
            "baseline_share", "", 0.12 if failed else 0.79, ">= 0.2", verdict,
            f"The baseline is {'12' if failed else '79'} % of sales.",
            "Narrow the priors of the largest channels.",
        ),
        Check(
            "roi_plausible", panel.channel_names[-1], 14.0, "<= 10", Verdict.WARN,
            f"The ROI of {panel.channel_names[-1]} is higher than is usual.", "Test it before spending more.",
        ),
    )  # fmt: skip
    return FittedModel(response, Diagnostics(checks, accuracy), _backtest(panel), guardrails, ())


def _backtest(panel: Panel) -> Backtest:
    rng = np.random.default_rng(3)
    rows = []
    for fold, origin in enumerate((78, 91, 104)):
        for u, unit in enumerate(panel.units):
            actual = panel.outcome[u, origin : origin + 13]
            mean = actual * (1.0 + 0.05 * rng.standard_normal(13))
            rows.append(
                pd.DataFrame(
                    {
                        "fold": fold + 1, "date": panel.dates[origin : origin + 13].astype("datetime64[s]"),
                        "unit": unit, "actual": actual, "mean": mean, "lower": 0.9 * mean,
                        "upper": 1.1 * mean,
                        "seasonal_naive": actual * 1.08, "no_media": actual * 0.93,
                    }
                )
            )  # fmt: skip
    forecasts = pd.concat(rows, ignore_index=True)
    folds = pd.DataFrame(
        [
            (fold + 1, panel.dates[origin].astype("datetime64[s]"), unit, 13, 0.05, 0.08, 0.07, 0.88)
            for fold, origin in enumerate((78, 91, 104))
            for unit in panel.units
        ],
        columns=[
            "fold",
            "origin",
            "unit",
            "horizon",
            "model_mape",
            "seasonal_naive_mape",
            "no_media_mape",
            "coverage",
        ],
    )
    summary = pd.DataFrame(
        {
            "method": ["model", "seasonal_naive", "no_media"],
            "mape": [0.05, 0.08, 0.07],
            "nrmse": [0.06, 0.09, 0.08],
            "coverage": [0.88, np.nan, np.nan],
        }
    )
    return Backtest(folds, forecasts, summary, LEVEL)


def journal() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "time": ["2026-01-05 10:00", "2026-01-05 10:20"],
            "event": ["run opened", "approved"],
            "who": ["", "A. Reviewer"],
            "detail": ["", '=HYPERLINK("http://x")'],
        }
    )
