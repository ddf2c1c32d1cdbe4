"""The plans that the planner offers beside the one typed in it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.response import Response
from mmxlib.forecasting.forecast import spend_plan
from mmxlib.forecasting.spend_plans import (
    PRESENT_PERIODS,
    SpendPlan,
    check_periods,
    future_dates,
    present_plan,
)
from mmxlib.maths.arrays import Matrix
from mmxlib_excel.layout.planner.planner_sheet import OWN, PRESENT, RECOMMENDED
from mmxlib_excel.layout.planner.room import PLANS


@dataclass(frozen=True, eq=False)
class KeptPlan:
    """A plan to choose: its name, its spend, and its budget with a forecast where it has one."""

    name: str
    spend: SpendPlan
    budget: BudgetPlan | None


@dataclass(frozen=True, eq=False)
class KeptPlans:
    """The present plan first, then the recommended one where there is one, then scenarios.

    ``left_out`` names those that have other periods, or for which there is no room.
    """

    plans: tuple[KeptPlan, ...]
    left_out: tuple[str, ...]


def periods_of(panel: Panel, scenarios: Scenarios | None, plan: BudgetPlan | None) -> int:
    """Return how many periods are planned: those of the plan, of the scenarios, or as of a forecast."""
    if plan is not None:
        return plan.periods
    if scenarios is not None:
        return scenarios.present.periods
    return min(PRESENT_PERIODS, len(panel.dates))


def kept_plans(
    response: Response, periods: int, scenarios: Scenarios | None, plan: BudgetPlan | None
) -> KeptPlans:
    """Return the plans of so many periods that there is room for.

    Raises
    ------
    DataError
        If a plan is not one for the periods after the model's data.
    UsageError
        If the data have fewer periods.
    """
    present = present_plan(response, periods)
    kept = [KeptPlan(PRESENT, present, None if scenarios is None else scenarios.present)]
    left_out = []
    for name, budget in _budgets(scenarios, plan):
        if budget.periods != periods or len(kept) == PLANS:
            left_out.append(name)
        else:
            kept.append(KeptPlan(name, spend_plan(response, budget, periods), budget))
    return KeptPlans(tuple(kept), tuple(left_out))


def _budgets(scenarios: Scenarios | None, plan: BudgetPlan | None) -> Iterator[tuple[str, BudgetPlan]]:
    """Yield each budget with a name of its own."""
    if plan is not None:
        yield RECOMMENDED, plan
    for each in () if scenarios is None else scenarios.plans:
        clashes = each.scenario.lower() in (OWN, PRESENT, RECOMMENDED)
        yield f"scenario {each.scenario}" if clashes else each.scenario, each


def no_spend(panel: Panel, periods: int) -> SpendPlan:
    """Return the plan of the next periods that spends nothing."""
    check_periods(panel, periods)
    return SpendPlan(future_dates(panel, periods), np.zeros((len(panel.units), periods, len(panel.channels))))


def spend_by_channel(panel: Panel, plan: SpendPlan) -> Matrix:
    """Return the spend of a plan over all units, national counted once; (channel, period)."""
    spend: Matrix = np.where(panel.national, plan.spend[0], plan.spend.sum(axis=0)).T
    return spend


def shares(response: Response, periods: int) -> Matrix:
    """Return how an amount for all units is divided over them, as a forecast does; (unit, channel)."""
    panel = response.panel
    paid = [channel.name for channel in panel.channels if channel.paid]
    dates = future_dates(panel, periods)
    rows = [(day, name, 1.0) for day in dates for name in paid]
    if not rows:
        return np.zeros((len(panel.units), len(panel.channels)))
    frame = pd.DataFrame(rows, columns=["date", "channel", "spend"])
    divided: Matrix = spend_plan(response, frame, periods).spend[:, 0]
    return divided
