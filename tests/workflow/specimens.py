"""One hand-made specimen of every artifact, with the odd values that real ones may hold."""

from datetime import date

import numpy as np
import pandas as pd

from mmxlib.artifacts.baseline import Baseline, ChannelPrior, Constraint, Prior
from mmxlib.artifacts.diagnostics import Backtest, Check, Diagnostics
from mmxlib.artifacts.experiments import Experiment, StepTest
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.insights import ChannelAction, Insight, Insights, LiftTest
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Channel, Control, Event, Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios, Target
from mmxlib.artifacts.response import BaseDesign, Draws, Response
from mmxlib.artifacts.segments import Segment, Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.terms import (
    Action,
    AdstockFamily,
    ControlKind,
    Detail,
    EffectScale,
    Goal,
    Method,
    Objective,
    Part,
    PriorFamily,
    SaturationFamily,
    Solver,
    Verdict,
)

UNITS = ("Crisps", "Süßes, =1+1")
PERIODS = 6
DATES = np.arange("2025-01-06", "2025-02-17", 7, dtype="datetime64[D]")
NOTES = (Note("One sentence."), Note("A doubt.", "tv", Verdict.WARN))


def numbers(*shape: int) -> np.ndarray:
    """Return numbers with long fractions, the same each time."""
    return np.random.default_rng(len(shape)).gamma(2.0, 1.7, size=shape)


def panel() -> Panel:
    return Panel(
        units=UNITS,
        dates=DATES,
        channels=(Channel("tv", national=True), Channel("news", paid=False, has_exposure=True)),
        controls=(Control("price", ControlKind.PRICE),),
        outcome=numbers(2, PERIODS),
        spend=numbers(2, PERIODS, 2),
        exposure=numbers(2, PERIODS, 2),
        control_values=numbers(2, PERIODS, 1),
        events=(Event("sale", date(2025, 1, 8), date(2025, 1, 9), UNITS[0]),),
        experiments=(
            Experiment("tv", date(2025, 1, 6), date(2025, 1, 19), 12.5, 3.25),
            StepTest("tv", 10.0, -2.5, -1.25, 0.5, date=date(2025, 1, 19)),
        ),
        notes=NOTES,
    )


def segments() -> Segments:
    return Segments(
        segments=(Segment("S1", "large", UNITS[:1]), Segment("S2", "small", UNITS[1:])),
        profile=pd.DataFrame({"segment": ["S1", "S2"], "members": [1, 1], "sales": [0.1 + 0.2, 3.0]}),
        features=pd.DataFrame(
            {"sub_category": list(UNITS), "segment": ["S1", "S2"], "growth": [np.nan, 1.0]}
        ),
        components=pd.DataFrame({"sub_category": list(UNITS), "component_1": [1.0, -1.0]}),
        candidates=pd.DataFrame({"segments": [1, 2], "chosen": [False, True]}),
        explained=(0.7, 0.2),
        silhouette=None,
        stability=0.9,
        notes=NOTES,
    )


def trends() -> Trends:
    return Trends(
        yoy=pd.DataFrame({"segment": ["S1"] * PERIODS, "date": DATES, "growth": [np.nan] * PERIODS}),
        seasonality=pd.DataFrame({"segment": ["S1"], "method": ["stl"], "peak_week": [51]}),
        decomposition=pd.DataFrame({"date": pd.to_datetime(DATES).as_unit("ns"), "score": numbers(PERIODS)}),
        flagged_periods=pd.DataFrame(columns=["segment", "date", "kind"]),
        event_impact=pd.DataFrame({"event": ["sale", None], "placebo_lift": [np.nan, 2.0]}),
        level=0.9,
        notes=(),
    )


def prior(channel: str = "tv") -> ChannelPrior:
    share = Prior(PriorFamily.BETA, 0.3, 0.2, 0.0, 0.98, "weak default")
    effect = Prior(PriorFamily.HALF_NORMAL, 0.0, 0.2, 0.0, np.inf, "weak default")
    return ChannelPrior(
        channel=channel,
        adstock=AdstockFamily.GEOMETRIC,
        saturation=SaturationFamily.HILL,
        retention=share,
        half_saturation=share,
        shape=share,
        effect=effect,
        effect_scale=EffectScale.EFFECT,
    )


def baseline() -> Baseline:
    return Baseline(
        levels=pd.DataFrame({"segment": ["S1"], "method": ["median"], "baseline": [10.0], "share": [0.6]}),
        series=pd.DataFrame({"segment": ["S1"] * PERIODS, "date": DATES, "outcome": numbers(PERIODS)}),
        excluded=pd.DataFrame({"segment": ["S1"], "date": DATES[:1], "reason": ["event sale"]}),
        priors=(prior(),),
        constraints=(Constraint("tv", 0.7, 1.3, "optimization.yaml"),),
        notes=NOTES,
    )


def draws(count: int) -> Draws:
    return Draws(
        retention=numbers(count, 2),
        half_saturation=numbers(count, 2),
        shape=numbers(count, 2),
        effect=numbers(count, 2, 2),
        base=numbers(count, 2, 3),
        noise_sd=numbers(count, 2),
    )


def response() -> Response:
    design = BaseDesign(
        columns=("level", "trend", "price"),
        parts=(Part.LEVEL, Part.TREND, Part.CONTROLS),
        values=np.asfortranarray(numbers(2, PERIODS, 3)),
        knots=np.array([0.0, 3.0]),
        harmonics=2,
        control_center=numbers(2, 1),
        control_scale=numbers(2, 1),
        prior_sd=numbers(3),
    )
    return Response(
        method=Method.RIDGE,
        panel=panel(),
        priors=(prior(), prior("news")),
        outcome_scale=numbers(2),
        exposure_scale=numbers(2, 2),
        cost_per_exposure=numbers(2, 2),
        base=design,
        autocorrelation=numbers(2),
        draws=draws(4),
        reference=draws(1),
        modes=pd.DataFrame({"mode": [0], "weight": [1.0]}),
        prior_table=pd.DataFrame({"channel": ["tv"], "shift": [np.inf]}),
        notes=NOTES,
    )


def fitted(verdict: Verdict = Verdict.PASS) -> FittedModel:
    check = Check("r2", "", np.float64(0.9), ">= 0.5", verdict, "How well it fits.", "Look at the data.")
    return FittedModel(
        response=response(),
        diagnostics=Diagnostics((check,), pd.DataFrame({"unit": ["all"], "r2": [0.9]})),
        backtest=Backtest(pd.DataFrame(), pd.DataFrame(), pd.DataFrame({"method": ["model"]}), 0.9),
        guardrails=(check,),
        notes=NOTES,
    )


def plan(scenario: str = "base") -> BudgetPlan:
    return BudgetPlan(
        scenario=scenario,
        objective=Objective.MEAN,
        table=pd.DataFrame({"date": DATES, "channel": ["tv"] * PERIODS, "spend": numbers(PERIODS)}),
        channels=pd.DataFrame(
            {
                "channel": ["tv"], "present_spend": [100.0], "spend": [100.0], "lower": [70.0],
                "upper": [100.0], "marginal_roi": [1.1], "binding": ["upper"], "shadow_price": [0.1 + 0.2],
                "beyond_observed": [False], "reason": [None],
            }
        ),
        periods=13,
        total=100.0,
        present_total=100.0,
        outcome=250.0,
        outcome_lower=200.0,
        outcome_upper=300.0,
        present_outcome=240.0,
        outcome_in_periods=245.0,
        roi=2.5,
        marginal_roi=1.1,
        probability_better=0.8,
        gap=None,
        level=0.9,
        status="Solved.",
        notes=(),
        goal=Goal.TARGET,
        detail=Detail.CHANNEL_AND_PERIOD,
        solver=Solver.DUAL_ANNEALING,
        forecast_outcome=1000.1,
        forecast_lower=900.0,
        forecast_upper=1100.0,
        target=Target(1200.0, None, reached=False, chance=0.02),
        limits=pd.DataFrame(
            {
                "kind": ["group", "total"], "name": ["video, =1+1", ""], "lower": [0.0, 100.0],
                "upper": [np.inf, 100.0], "spend": [100.0, 100.0], "binding": ["", "upper"],
                "shadow_price": [np.nan, 1.1], "reason": ["", None],
            }
        ),
        cells=pd.DataFrame(
            {
                "date": DATES, "channel": ["tv"] * PERIODS, "spend": numbers(PERIODS), "lower": 0.0,
                "upper": np.inf, "marginal_roi": numbers(PERIODS), "binding": [""] * PERIODS,
            }
        ),
        forecast=pd.DataFrame(
            {
                "date": pd.to_datetime(DATES).as_unit("s"), "unit": ["all"] * PERIODS,
                "component": ["outcome"] * PERIODS, "mean": numbers(PERIODS), "lower": 0.0, "upper": np.nan,
            }
        ),
    )  # fmt: skip


def scenarios() -> Scenarios:
    nothing = float("nan")
    comparison = pd.DataFrame(
        {
            "scenario": ["present", "base", "aggressive"], "spend": [100.0] * 3, "change": [0.0] * 3,
            "forecast_outcome": [990.0, 1000.1, nothing], "forecast_lower": [890.0, 900.0, nothing],
            "forecast_upper": [1090.0, 1100.0, nothing], "outcome": [240.0, 250.0, 250.0],
            "gain": [0.0, 10.0, 10.0], "profit": [nothing] * 3, "gap": [None, None, 0.1 + 0.2],
            "objective": ["mean"] * 3, "goal": [None, "target", "target"],
        }
    )  # fmt: skip
    return Scenarios((plan(), plan("aggressive")), plan("present"), comparison, NOTES)


def insights() -> Insights:
    told = Insight("result", "Media brought 240.", {"media": 240.0, "b": 1.0}, {"media": "response"})
    action = ChannelAction("tv", Action.TEST, 10.0, 12.0, "why", 0.7, LiftTest(8, -0.5, 0.1, 0.2))
    return Insights("Headline", Verdict.PASS, (told,), (action,), "base")


SPECIMENS = (
    panel(),
    segments(),
    trends(),
    baseline(),
    fitted(),
    plan(),
    scenarios(),
    insights(),
)
