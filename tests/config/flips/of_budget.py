"""Flips of the settings of budgets, on models written by hand."""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import pandas as pd

from mmxlib.agents.agent import Inputs
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.diagnostics import Backtest, Diagnostics
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.plan import Scenarios
from mmxlib.artifacts.response import Response
from mmxlib.config import Config
from mmxlib.errors import MmxError
from mmxlib.terms import StepName
from mmxlib.workflow.default_agents import default_agents
from tests.agents.test_budget_optimization import priced_response
from tests.budget.responses import hand_made_response, media_mix
from tests.config.flips.flip import Flip, Seen, flip

EMPTY = pd.DataFrame()
ONE = "budget.scenarios.only"


@cache
def plain() -> Response:
    return hand_made_response(media_mix(3))


@cache
def rugged() -> Response:
    """Return a model with curves so S-shaped that a search from one place may miss the best plan."""
    return hand_made_response(media_mix(8), shapes=(3.0, 4.0), draws=3)


priced = cache(priced_response)


def planned(config: Config, response: Callable[[], Response]) -> Seen:
    """Return what the budget agent plans for the one scenario."""
    fitted = FittedModel(response(), Diagnostics((), EMPTY), Backtest(EMPTY, EMPTY, EMPTY, 0.9), (), ())
    inputs = Inputs({FittedModel: fitted, Baseline: Baseline(EMPTY, EMPTY, EMPTY, (), (), ())})
    agent = default_agents(config)[StepName.BUDGET_OPTIMIZATION]
    try:
        found = agent.run(inputs, np.random.default_rng(0))
    except MmxError as refused:
        return {"refused": [fault.code for fault in refused.faults]}
    assert isinstance(found, Scenarios)
    (plan,) = found.plans
    return {
        "spend": plan.channels["spend"].to_numpy(),
        "by period": plan.table,
        "total": plan.total,
        "periods": plan.periods,
        "outcome": plan.outcome,
        "range": (plan.outcome_lower, plan.outcome_upper),
        "forecast": plan.forecast_outcome,
        "profit": plan.profit,
        "limits": plan.limits,
        "target": plan.target,
        "solver": plan.solver,
    }


def on(
    to: Mapping[str, object],
    *shows: str,
    given: Callable[[], Response] = plain,
    **scenario: object,
) -> Flip:
    """Return a flip within the one scenario; ``scenario`` stands beside it."""
    return flip(
        {f"{ONE}.{name}": value for name, value in to.items()},
        *shows,
        beside={"budget.scenarios": {"only": scenario}, "budget.margin": 20.0},
        given=given,
    )


def whole(
    to: Mapping[str, object], *shows: str, given: Callable[[], Response] = plain, **beside: object
) -> Flip:
    """Return a flip of what all scenarios share; ``beside`` are settings of the budget."""
    stated = {f"budget.{name}": value for name, value in beside.items()}
    return flip(
        {f"budget.{name}": value for name, value in to.items()},
        *shows,
        beside={"budget.scenarios": {"only": {}}} | stated,
        given=given,
    )


LOWER, UPPER = "lower", "upper"
GROUPS = {
    LOWER: {"channels": ["channel_1", "channel_2"]},
    UPPER: {"channels": ["channel_0", "channel_1"]},
}
"""What the best plan would give less than now, and what it would give more."""


def bound(group: str, inside: str, name: str, value: float, **beside: object) -> Flip:
    """Return the flip of one end of a limit; ``inside`` is what is limited, empty for every period."""
    stated = GROUPS[name.split("_")[0]] if group == "groups" else {}
    place = {group: {inside: stated}} if inside else {}
    at = f"{group}.{inside}.{name}" if inside else f"{group}.{name}"
    return on({at: value}, "spend", **place, **beside)


LIMITS: dict[str, Flip] = {
    "channels.*.lower_change": bound("channels", "channel_2", "lower_change", 0.0),
    "channels.*.upper_change": bound("channels", "channel_0", "upper_change", 0.1),
    "channels.*.lower_spend": bound("channels", "channel_2", "lower_spend", 6000.0),
    "channels.*.upper_spend": bound("channels", "channel_0", "upper_spend", 1300.0),
    "groups.*.lower_change": bound("groups", "some", "lower_change", 0.0),
    "groups.*.upper_change": bound("groups", "some", "upper_change", 0.1),
    "groups.*.lower_spend": bound("groups", "some", "lower_spend", 8600.0),
    "groups.*.upper_spend": bound("groups", "some", "upper_spend", 4000.0),
    "segments.*.lower_change": bound("segments", "S1", "lower_change", -0.05),
    "segments.*.upper_change": bound("segments", "S1", "upper_change", 0.1, goal="profit"),
    "segments.*.lower_spend": bound("segments", "S1", "lower_spend", 4000.0),
    "segments.*.upper_spend": bound("segments", "S1", "upper_spend", 5000.0, goal="profit"),
    "each_period.lower_change": bound("each_period", "", "lower_change", -0.05),
    "each_period.upper_change": bound("each_period", "", "upper_change", 0.05),
    "each_period.lower_spend": bound(
        "each_period", "", "lower_spend", 400.0, lower_change=-0.6, upper_change=2.0
    ),
    "each_period.upper_spend": bound("each_period", "", "upper_spend", 1500.0, goal="profit"),
}


def fixed(name: str, value: object, **beside: object) -> Flip:
    cell = {"channel": "channel_0", "date": "2024-03-11", "spend": 500.0, "segment": "S1"} | beside
    return on({"fixed": [cell | {name: value}]}, "by period", fixed=[cell])


def event(name: str, value: object, shows: str = "forecast") -> Flip:
    sale = {"name": "sale", "start": "2024-03-04", "end": "2024-03-17", "segment": "S1"}
    return on({"events": [sale | {name: value}]}, shows, given=priced, events=[sale])


SHARED: dict[str, Flip] = {
    "periods": whole({"periods": 6}, "periods", "spend"),
    "draws": whole({"draws": 10}, "outcome"),
    "starts": whole({"starts": 1}, "spend", given=rugged),
    "solver": whole({"solver": "dual_annealing"}, "solver", "spend"),
    "margin": whole({"margin": 30.0}, "profit", margin=20.0),
    "margin.*": whole({"margin.S1": 30.0}, "profit", margin={"S1": 20.0, "S2": 20.0}),
    "level": whole({"level": 0.5}, "range"),
}

ALONE: dict[str, Flip] = {
    "goal": on({"goal": "profit"}, "total", "spend"),
    "budget_factor": on({"budget_factor": 1.1}, "total", "spend"),
    "total": on({"total": 4000.0}, "total", "spend", lower_change=-1.0, upper_change=10.0),
    "marginal_roi_floor": on(
        {"marginal_roi_floor": 0.5}, "total", goal="marginal_roi", marginal_roi_floor=0.05
    ),
    "target": on({"target": 29000.0}, "target", "total", goal="target", target=28700.0),
    "probability": on({"probability": 0.7}, "target", "total", goal="target", target=28000.0),
    "lower_change": on({"lower_change": 0.0}, "spend"),
    "upper_change": on({"upper_change": 0.0}, "spend"),
    "objective": on({"objective": "mean_minus_risk"}, "spend"),
    "risk": on({"risk": 4.0}, "spend", objective="mean_minus_risk"),
    "tail": on({"tail": 0.5}, "spend", objective="cvar"),
    "detail": on({"detail": "channel_and_period"}, "by period"),
    "controls.*": on({"controls.price": 0.1}, "forecast", given=priced, controls={"price": 0.05}),
    **LIMITS,
    "groups.*.channels": on(
        {"groups.some.channels": ["channel_0", "channel_2"]},
        "spend",
        groups={"some": {"channels": ["channel_0", "channel_1"], "upper_change": 0.0}},
    ),
    "fixed.*.channel": fixed("channel", "channel_2"),
    "fixed.*.date": fixed("date", "2024-03-18"),
    "fixed.*.spend": fixed("spend", 400.0),
    "fixed.*.segment": fixed("segment", "S2"),
    "events.*.name": event("name", "feast", "refused"),
    "events.*.start": event("start", "2024-03-11"),
    "events.*.end": event("end", "2024-03-10"),
    "events.*.segment": event("segment", None),
}

BUDGET: dict[str, Flip] = {
    **{f"budget.{name}": tried for name, tried in SHARED.items()},
    **{f"budget.scenarios.*.{name}": tried for name, tried in ALONE.items()},
}
