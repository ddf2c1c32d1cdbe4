"""A plan measured with all draws: what it brings, within which periods, and what is forecast under it."""

from dataclasses import dataclass, replace

import numpy as np

from mmxlib.budget.layout import Layout, layout_of
from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.maths.budgets.spend_response import SpendCurves, spend_response
from mmxlib.terms import Detail


@dataclass(frozen=True, eq=False)
class Measured:
    """What a plan brings.

    ``money`` and ``exposure``: (unit, channel, period), spend and exposure of every cell, national repeated
    in every unit, exposure in multiples of its scale. ``spend``: (channel,). ``outcome``: (draw, channel),
    contribution_of_spend; ``slope`` its derivative by the channel's spend when its own plan is scaled.
    ``in_periods``: (draw,), what media bring inside the periods, carry-in and organic media included.
    ``expected``: (draw,), all that is expected inside the periods, base included; ``forecast``: (path,), the
    same with noise and unknown changes of trend. ``earned``: (draw,), the margin on what the spend causes,
    before the spend; None without a margin.
    """

    money: Cube
    exposure: Cube
    spend: Vector
    outcome: Matrix
    slope: Matrix
    in_periods: Vector
    expected: Vector
    forecast: Vector
    earned: Vector | None = None

    @property
    def whole(self) -> Vector:
        """The outcome over all channels, (draw,)."""
        total: Vector = self.outcome.sum(axis=1)
        return total


def measured(
    basis: PlanBasis, layout: Layout, variables: Vector, *, margin: Vector | None = None
) -> Measured:
    """Return what the ``variables`` (variable,) of a layout, in money >= 0, bring.

    ``margin``: (unit,), the profit on one unit of outcome before the spend, or None.
    """
    money, exposure = layout.money(variables), layout.exposure(variables)
    spend = layout.channel_spend(variables, basis.counted)
    spent = spend[None, :, None] > 0.0
    own = np.divide(exposure, spend[None, :, None], out=np.zeros(exposure.shape), where=spent)
    # a channel without spend is measured at the pattern that its first money would follow
    flight = np.where(spent, own, basis.pattern * basis.reach)
    curves = basis.curves(flight, np.where(spent, 0.0, exposure))
    response = spend_response(curves, spend)
    inside: Vector = response.in_periods.sum(axis=1) + basis.organic
    expected: Vector = inside + basis.beside.base
    return Measured(
        money=money,
        exposure=exposure,
        spend=spend,
        outcome=response.outcome,
        slope=response.slope,
        in_periods=inside,
        expected=expected,
        forecast=np.resize(expected, len(basis.beside.chance)) + basis.beside.chance,
        earned=None if margin is None else spend_response(valued(curves, margin), spend).outcome.sum(axis=1),
    )


def valued(curves: SpendCurves, worth: Vector | float) -> SpendCurves:
    """Return the curves whose outcome counts ``worth`` per unit of outcome, one for all units or (unit,)."""
    return replace(curves, effect=curves.effect * np.reshape(worth, (1, -1, 1)))


def measured_present(basis: PlanBasis, margin: Vector | None = None) -> Measured:
    """Return what the present plan brings; ``margin`` as in `measured`."""
    return measured(basis, layout_of(basis, Detail.CHANNEL), basis.present, margin=margin)
