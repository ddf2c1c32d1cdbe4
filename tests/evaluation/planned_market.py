"""A market with a known truth, cut where a plan is made, and what then came."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

import mmxlib as mmx
from mmxlib.artifacts.panel import Panel
from mmxlib.budget.optimizing import solved_scenarios
from mmxlib.budget.plan_basis import plan_basis
from mmxlib.budget.solving import Search
from tests.evaluation.handmade import made_panel, response_share

PERIODS, AHEAD, UNITS, EFFECT, COST = 117, 26, 3, 0.3, 0.03
QUICK = {"draws": 60, "starts": 4, "harmonics": 1}
SIZE = 1000.0 * 0.5 ** np.arange(UNITS)


@dataclass(frozen=True, eq=False)
class Market:
    """History, the plan made at its end (more of the same spend), all data, and what truly changed.

    ``base``, ``spend``, ``effectiveness`` are what the planted changes made of the outcome.
    """

    past: Panel
    plan: pd.DataFrame
    panel: Panel
    base: float = 0.0
    spend: float = 0.0
    effectiveness: float = 0.0


def planned_market(
    *,
    spent: float = 1.0,
    effect: float = 1.0,
    shift: float = 0.0,
    seed: int = 0,
    noise: float = 0.02,
) -> Market:
    """Return a market whose plan repeats the last periods' spend.

    In the plan's periods, the first channel's spend is ``spent`` times the planned, its effect ``effect``
    times what it was, and every unit's base changes by ``shift`` of its size.
    """
    panel = made_panel(units=UNITS, periods=PERIODS + AHEAD, noise=noise, effect=EFFECT, seed=seed)
    cost = COST * SIZE[:, None, None]
    exposure = panel.spend / cost
    quiet = panel.outcome - _media(exposure).sum(axis=2)
    planned = exposure.copy()
    planned[:, PERIODS:] = exposure[:, PERIODS - AHEAD : PERIODS]
    actual = planned.copy()
    actual[:, PERIODS:, 0] *= spent
    media = _media(actual)
    by_spend = media[:, PERIODS:].sum() - _media(planned)[:, PERIODS:].sum()
    lost = (effect - 1.0) * media[:, PERIODS:, 0].sum()
    media[:, PERIODS:, 0] *= effect
    quiet[:, PERIODS:] += shift * SIZE[:, None]
    spend = actual * cost
    came = replace(panel, spend=spend, exposure=spend, outcome=quiet + media.sum(axis=2))
    return Market(
        past=came.window(0, PERIODS),
        plan=plan_frame(came, planned * cost),
        panel=came,
        base=float(shift * SIZE.sum() * AHEAD),
        spend=float(by_spend),
        effectiveness=float(lost),
    )


def plan_frame(panel: Panel, spend: np.ndarray, *, first: int = PERIODS) -> pd.DataFrame:
    """Return the spend (unit, period, channel) of the periods from ``first`` on as a plan's table."""
    return pd.DataFrame(
        [
            (day, channel, unit, spend[u, first + t, c])
            for t, day in enumerate(panel.dates[first:])
            for c, channel in enumerate(panel.channel_names)
            for u, unit in enumerate(panel.units)
        ],
        columns=["date", "channel", "unit", "spend"],
    )


def _media(exposure: np.ndarray) -> np.ndarray:
    """Return what exposure (unit, period, channel) brings."""
    media = np.empty(exposure.shape)
    for unit, size in enumerate(SIZE):
        for channel in range(exposure.shape[2]):
            media[unit, :, channel] = size * EFFECT * response_share(exposure[unit, :, channel])
    return media


def fitted(panel: Panel) -> mmx.Model:
    return mmx.fit_model(panel, settings=QUICK)


def present_plan(model: mmx.Model, periods: int = 13) -> mmx.BudgetPlan:
    basis = plan_basis(model.response, periods=periods)
    return solved_scenarios(basis, [], Search(starts=1, level=0.9, seed=0)).present
