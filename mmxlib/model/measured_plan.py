"""A plan measured with all draws: what it brings, as a table per channel, per cell and beside others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.spend_response import spend_response
from mmxlib.model.budget_words import beyond_observed
from mmxlib.model.planning import PlanBasis
from mmxlib.model.returns import interval
from mmxlib.terms import Objective

NATIONAL_UNIT = "all"
"""The unit under which a national channel's spend stands in a plan's table."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What a plan's totals bring, by draw: (draw, channel), and inside the periods (draw,)."""

    totals: Vector
    outcome: Matrix
    slope: Matrix
    in_periods: Vector

    @property
    def whole(self) -> Vector:
        """The outcome over all channels, (draw,)."""
        total: Vector = self.outcome.sum(axis=1)
        return total


@dataclass(frozen=True, eq=False)
class Account:
    """What is said of a plan beside its numbers; ``lower``, ``upper``, ``reason``, ``binding`` by channel."""

    scenario: str
    objective: Objective
    gap: float | None
    status: str
    lower: Vector
    upper: Vector
    reason: Sequence[str]
    binding: Sequence[str]
    notes: tuple[Note, ...]


def measured(basis: PlanBasis, totals: Vector) -> Measured:
    """Return what ``totals`` (channel,), in money, bring."""
    response = spend_response(basis.curves, totals)
    inside: Vector = response.in_periods.sum(axis=1) + basis.organic
    return Measured(totals, response.outcome, response.slope, inside)


def budget_plan(
    basis: PlanBasis, plan: Measured, account: Account, *, present: Measured, level: float
) -> BudgetPlan:
    """Return the plan as an artifact, measured against the ``present`` plan."""
    whole, now, money = plan.whole, present.whole, basis.money_per_outcome
    mean, lower, upper = (float(each) for each in interval(whole, level))
    total = float(plan.totals.sum())
    along = float((plan.slope.mean(axis=0) * plan.totals).sum())
    return BudgetPlan(
        scenario=account.scenario,
        objective=account.objective,
        table=_spend_table(basis, plan.totals),
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
    )


def _channel_table(basis: PlanBasis, plan: Measured, account: Account, level: float) -> pd.DataFrame:
    totals, present, money = plan.totals, basis.present, basis.money_per_outcome
    outcome, low, high = interval(plan.outcome, level)
    return pd.DataFrame(
        {
            "channel": list(basis.channels),
            "present_spend": present,
            "spend": totals,
            "change": _ratio(totals - present, present),
            "lower": account.lower,
            "upper": account.upper,
            "outcome": outcome,
            "outcome_lower": low,
            "outcome_upper": high,
            "roi": _ratio(outcome * money, totals),
            "marginal_roi": plan.slope.mean(axis=0) * money,
            "binding": list(account.binding),
            "observed_maximum": basis.observed_maximum,
            "beyond_observed": beyond_observed(basis, totals),
            "reason": list(account.reason),
        }
    )


def _ratio(part: Vector, whole: Vector) -> Vector:
    """Return the ratio, empty where there is nothing to divide by."""
    ratio: Vector = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0.0)
    return ratio


def _spend_table(basis: PlanBasis, totals: Vector) -> pd.DataFrame:
    """Return spend by date, channel and unit, in that order; a national channel has one row per date."""
    blocks = []
    for c, name in enumerate(basis.channels):
        national = bool(basis.national[c])
        rows = basis.pattern[:1, c] if national else basis.pattern[:, c]
        units = [NATIONAL_UNIT] if national else list(basis.units)
        blocks.append(
            pd.DataFrame(
                {
                    "date": np.repeat(basis.dates, len(units)),
                    "channel": name,
                    "unit": units * basis.periods,
                    "spend": (totals[c] * rows).T.ravel(),
                }
            )
        )
    rank: Array = np.concatenate(
        [np.repeat(np.arange(basis.periods), len(b) // basis.periods) for b in blocks]
    )
    joined = pd.concat(blocks, ignore_index=True)
    return joined.iloc[np.argsort(rank, kind="stable")].reset_index(drop=True)


def compared(
    basis: PlanBasis, plan: BudgetPlan, measured: Measured, *, present: Measured, level: float
) -> dict[str, object]:
    """Return the plan's row beside other scenarios; the present plan cannot beat itself: empty there."""
    gain, gain_lower, gain_upper = (float(each) for each in interval(measured.whole - present.whole, level))
    before = float(basis.present.sum())
    return {
        "scenario": plan.scenario,
        "spend": plan.total,
        "change": plan.total / before - 1.0 if before > 0.0 else float("nan"),
        "outcome": plan.outcome,
        "outcome_lower": plan.outcome_lower,
        "outcome_upper": plan.outcome_upper,
        "gain": gain,
        "gain_lower": gain_lower,
        "gain_upper": gain_upper,
        "roi": plan.roi,
        "marginal_roi": plan.marginal_roi,
        "probability_better": float("nan") if measured is present else plan.probability_better,
        "gap": float("nan") if plan.gap is None else plan.gap,
        "objective": str(plan.objective),
    }
