"""What a plan chooses: its variables, and how they become money and exposure in every cell.

A cell is a unit's spend on a channel in one period. A variable is a channel's total, spread by the present
plan's pattern, or a channel's spend in one period, split over units as in the present plan. Cells that are
fixed are taken out of the pattern; they spend what they are given, whatever the variables are.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.maths.arrays import Array, Cube, Vector
from mmxlib.maths.budgets.spend_response import SpendCurves
from mmxlib.terms import Detail


@dataclass(frozen=True, eq=False)
class Layout:
    """The variables of a plan.

    ``pattern``: (unit, channel, period), the cell's share of its variable. ``fixed``: (unit, channel,
    period), money of fixed cells, zero elsewhere. ``curves`` turn variables into outcome, the exposure of
    fixed cells being committed. With detail channel a variable is a channel's free total; with
    channel_and_period it is a channel's free spend in one period, channel by channel.
    """

    detail: Detail
    pattern: Cube
    fixed: Cube
    curves: SpendCurves

    @property
    def size(self) -> int:
        """The number of variables."""
        _, channels, periods = self.pattern.shape
        return int(channels if self.detail is Detail.CHANNEL else channels * periods)

    def spread(self, values: Vector) -> Cube:
        """Return values (variable,) in every cell of their variable, (unit, channel, period)."""
        _, channels, periods = self.pattern.shape
        if self.detail is Detail.CHANNEL:
            own = np.repeat(values[:, None], periods, axis=1)
        else:
            own = values.reshape(channels, periods)
        return np.broadcast_to(own, self.pattern.shape)

    def money(self, variables: Vector) -> Cube:
        """Return the spend of every cell, (unit, channel, period), national spend in every unit."""
        spend: Cube = self.fixed + self.spread(variables) * self.pattern
        return spend

    def channel_spend(self, variables: Vector, counted: Cube) -> Vector:
        """Return each channel's spend, (channel,), exactly; ``counted`` is the basis's."""
        own = variables.reshape(self.pattern.shape[1], -1).sum(axis=1)
        return np.asarray(own + (self.fixed * counted).sum(axis=(0, 2)))

    def exposure(self, variables: Vector) -> Cube:
        """Return the exposure of every cell in multiples of its scale, (unit, channel, period)."""
        seen: Cube = self.curves.committed + self.spread(variables) * self.curves.flight
        return seen

    def gathered(self, cells: Cube) -> Vector:
        """Return the sum of cells (unit, channel, period) by variable."""
        by_period = cells.sum(axis=0)
        return np.asarray(by_period.sum(axis=1) if self.detail is Detail.CHANNEL else by_period.ravel())


def layout_of(basis: PlanBasis, detail: Detail, fixed: Cube | None = None) -> Layout:
    """Return the variables of plans on ``basis``.

    ``fixed``: (unit, channel, period), the spend of fixed cells, NaN where a cell is free; None fixes none. A
    national channel is fixed in every unit alike.
    """
    given = np.full(basis.pattern.shape, np.nan) if fixed is None else fixed
    free = np.isnan(given)
    spent = np.where(free, 0.0, given)
    if detail is Detail.CHANNEL:
        pattern, flight, unpaid = _by_channel(basis, free)
    else:
        pattern, flight, unpaid = _by_period(basis, free)
    committed = np.where(free, unpaid, spent * basis.reach)
    return Layout(detail, pattern, spent, basis.curves(flight, committed))


def _by_channel(basis: PlanBasis, free: Array) -> tuple[Cube, Cube, Cube]:
    """Return pattern, flight, and exposure that no money explains, of channels' totals."""
    kept = (basis.pattern * free * basis.counted).sum(axis=(0, 2))[None, :, None]
    pattern = np.divide(basis.pattern * free, kept, out=np.zeros(basis.pattern.shape), where=kept > 0.0)
    known = basis.present[None, :, None] > 0.0
    own = np.divide(basis.exposure, basis.present[None, :, None], out=np.zeros(pattern.shape), where=known)
    flight = np.where(known, own, basis.pattern * basis.reach)
    flight = np.divide(flight * free, kept, out=np.zeros(pattern.shape), where=kept > 0.0)
    return pattern, flight, np.where(known, 0.0, basis.exposure)


def _by_period(basis: PlanBasis, free: Array) -> tuple[Cube, Cube, Cube]:
    """Return pattern, flight, and exposure that no money explains, of channels' spend by period."""
    counted = basis.counted
    whole = (basis.pattern * counted).sum(axis=2, keepdims=True)
    overall = np.where(basis.national[None, :, None], 1.0, np.broadcast_to(whole, basis.pattern.shape))
    inside = (basis.pattern * counted).sum(axis=0, keepdims=True)
    split = np.divide(basis.pattern, inside, out=overall.copy(), where=inside > 0.0)
    kept = (split * free * counted).sum(axis=0, keepdims=True)
    pattern = np.divide(split * free, kept, out=np.zeros(split.shape), where=kept > 0.0)
    unspent = basis.pattern * basis.present[None, :, None] <= 0.0
    return pattern, pattern * basis.reach, np.where(unspent, basis.exposure, 0.0)
