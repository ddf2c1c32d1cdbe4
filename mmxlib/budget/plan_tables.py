"""A measured plan as an artifact: a table per channel, per cell, per limit, and beside other plans."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.plan import BudgetPlan, Target
from mmxlib.budget.beside_media import plan_forecast
from mmxlib.budget.measured_plan import Measured
from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.forecasting.tables import ALL_UNITS
from mmxlib.maths.arrays import Array, Cube, Vector
from mmxlib.model.returns import interval
from mmxlib.terms import Detail, Goal, Objective, Solver


@dataclass(frozen=True, eq=False)
class Account:
    """What is said of a plan beside its numbers.

    ``lower``, ``upper``, ``reason``, ``binding`` and ``shadow_price`` (in money) by channel; so is
    ``marginal``, the mean outcome that one unit of money more brings, where it is not that of the channel's
    whole plan scaled.
    """

    scenario: str
    objective: Objective
    gap: float | None
    status: str
    lower: Vector
    upper: Vector
    reason: Sequence[str]
    binding: Sequence[str]
    shadow_price: Vector
    notes: tuple[Note, ...]
    goal: Goal = Goal.TOTAL
    detail: Detail = Detail.CHANNEL
    solver: Solver = Solver.SLSQP
    marginal: Vector | None = None
    target: Target | None = None
    limits: pd.DataFrame | None = None
    cells: pd.DataFrame | None = None


def budget_plan(
    basis: PlanBasis, plan: Measured, account: Account, *, present: Measured, level: float
) -> BudgetPlan:
    """Return the plan as an artifact, measured against the ``present`` plan."""
    whole, now, money = plan.whole, present.whole, basis.money_per_outcome
    mean, lower, upper = (float(each) for each in interval(whole, level))
    _, least, most = (float(each) for each in interval(plan.forecast, level))
    profit, profit_lower, profit_upper = _profit(plan, level)
    total = float(plan.spend.sum())
    along = float((plan.slope.mean(axis=0) * plan.spend).sum())
    return BudgetPlan(
        scenario=account.scenario,
        objective=account.objective,
        table=_spend_table(basis, plan.money),
        channels=_channel_table(basis, plan, account, level),
        periods=basis.periods,
        total=total,
        present_total=float(basis.present.sum()),
        outcome=mean,
        outcome_lower=lower,
        outcome_upper=upper,
        present_outcome=float(now.mean()),
        outcome_in_periods=float(plan.in_periods.mean()),
        roi=mean * money / total if total > 0.0 else float("nan"),
        marginal_roi=along * money / total if total > 0.0 else float("nan"),
        probability_better=float((whole > now).mean()),
        gap=account.gap,
        level=level,
        status=account.status,
        notes=account.notes,
        goal=account.goal,
        detail=account.detail,
        solver=account.solver,
        forecast_outcome=float(plan.expected.mean()),
        forecast_lower=least,
        forecast_upper=most,
        profit=profit,
        profit_lower=profit_lower,
        profit_upper=profit_upper,
        target=account.target,
        limits=pd.DataFrame() if account.limits is None else account.limits,
        cells=pd.DataFrame() if account.cells is None else account.cells,
        forecast=pd.DataFrame() if basis.observed else _forecast(basis, plan.money, level),
    )


def beyond_observed(basis: PlanBasis, spend: Vector) -> Array:
    """Return whether each spend exceeds all ever observed over as many periods, shape (channel,)."""
    beyond: Array = spend > basis.observed_maximum * (1.0 + 1e-9) + 1e-12
    return beyond


def _forecast(basis: PlanBasis, money: Cube, level: float) -> pd.DataFrame:
    whole = np.zeros((len(basis.units), basis.periods, len(basis.response.panel.channels)))
    whole[:, :, basis.paid] = np.moveaxis(money, 1, 2)
    return plan_forecast(
        basis.response,
        whole,
        used=basis.used,
        assumed=basis.assumed,
        beside=basis.beside,
        level=level,
    )


def _profit(plan: Measured, level: float) -> tuple[float, float, float]:
    """Return the margin on what the spend causes, less the spend, with its interval."""
    if plan.earned is None:
        return (float("nan"),) * 3
    mean, lower, upper = (float(each) for each in interval(plan.earned - plan.spend.sum(), level))
    return mean, lower, upper


def _channel_table(basis: PlanBasis, plan: Measured, account: Account, level: float) -> pd.DataFrame:
    spend, present, money = plan.spend, basis.present, basis.money_per_outcome
    outcome, low, high = interval(plan.outcome, level)
    marginal = plan.slope.mean(axis=0) if account.marginal is None else account.marginal
    return pd.DataFrame(
        {
            "channel": list(basis.channels),
            "present_spend": present,
            "spend": spend,
            "change": _ratio(spend - present, present),
            "lower": account.lower,
            "upper": account.upper,
            "outcome": outcome,
            "outcome_lower": low,
            "outcome_upper": high,
            "roi": _ratio(outcome * money, spend),
            "marginal_roi": marginal * money,
            "binding": list(account.binding),
            "shadow_price": account.shadow_price,
            "observed_maximum": basis.observed_maximum,
            "beyond_observed": beyond_observed(basis, spend),
            "reason": list(account.reason),
        }
    )


def _ratio(part: Vector, whole: Vector) -> Vector:
    """Return the ratio, empty where there is nothing to divide by."""
    ratio: Vector = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0.0)
    return ratio


def _spend_table(basis: PlanBasis, money: Cube) -> pd.DataFrame:
    """Return spend by date, channel and unit, in that order; a national channel has one row per date."""
    blocks = []
    for c, name in enumerate(basis.channels):
        national = bool(basis.national[c])
        rows = money[:1, c] if national else money[:, c]
        units = [ALL_UNITS] if national else list(basis.units)
        blocks.append(
            pd.DataFrame(
                {
                    "date": np.repeat(basis.dates, len(units)),
                    "channel": name,
                    "unit": units * basis.periods,
                    "spend": rows.T.ravel(),
                }
            )
        )
    rank: Array = np.concatenate(
        [np.repeat(np.arange(basis.periods), len(b) // basis.periods) for b in blocks]
    )
    joined = pd.concat(blocks, ignore_index=True)
    return joined.iloc[np.argsort(rank, kind="stable")].reset_index(drop=True)


def compared(
    basis: PlanBasis, plan: BudgetPlan, own: Measured, *, present: Measured, level: float
) -> dict[str, object]:
    """Return the plan's row beside other scenarios; the present plan cannot beat itself: empty there."""
    gain, gain_lower, gain_upper = (float(each) for each in interval(own.whole - present.whole, level))
    before = float(basis.present.sum())
    return {
        "scenario": plan.scenario,
        "spend": plan.total,
        "change": plan.total / before - 1.0 if before > 0.0 else float("nan"),
        "forecast_outcome": plan.forecast_outcome,
        "forecast_lower": plan.forecast_lower,
        "forecast_upper": plan.forecast_upper,
        "outcome": plan.outcome,
        "outcome_lower": plan.outcome_lower,
        "outcome_upper": plan.outcome_upper,
        "gain": gain,
        "gain_lower": gain_lower,
        "gain_upper": gain_upper,
        "roi": plan.roi,
        "marginal_roi": plan.marginal_roi,
        "profit": plan.profit,
        "probability_better": float("nan") if own is present else plan.probability_better,
        "gap": float("nan") if plan.gap is None else plan.gap,
        "objective": str(plan.objective),
        "goal": "" if own is present else str(plan.goal),
    }
