"""What holds a solved plan: which limits bind, what each is worth, what money brings where."""

from dataclasses import dataclass

import numpy as np

from mmxlib.budget.layout import Layout
from mmxlib.budget.limits import CHANNEL_ROW, NamedLimits
from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.budget.question import BudgetQuestion
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.budgets.allocation import Allocation, AllocationProblem
from mmxlib.maths.budgets.limits import Limits
from mmxlib.maths.budgets.shadow_prices import shadow_prices
from mmxlib.terms import Detail

AT_LIMIT = 1e-6
"""A spend this close to a limit, as a share of the plan's total, is held by it."""

LOWER, UPPER, FREE = "lower", "upper", ""


@dataclass(frozen=True, slots=True)
class LimitedSpend:
    """Spend under a limit: of a channel, a group, a segment or a period.

    ``binding`` is ``lower``, ``upper`` or empty; ``price`` what one unit of money past the binding end would
    bring more, in units of the objective. ``lower_origin`` and ``upper_origin`` say where the ends come from.
    """

    kind: str
    name: str
    spend: float
    lower: float
    upper: float
    lower_origin: str
    upper_origin: str
    binding: str
    price: float

    @property
    def origin(self) -> str:
        """Where the binding end comes from."""
        return self.lower_origin if self.binding == LOWER else self.upper_origin


@dataclass(frozen=True, eq=False)
class PlanSensitivity:
    """What holds a solved plan, and what money brings.

    ``channels`` and ``sums``: its limits. ``slope``: (channel,), what one unit of money more brings in each
    channel, in units of the objective; ``cost`` what it must bring at least in a plan of free total (zero for
    a given total). ``taken`` and ``put``: what the last unit of money brings where it is given up most
    easily, and where the next is put best. ``crowded``: (channel,), whether a binding sum holds the channel.
    ``held_cells`` of ``cells`` are at a limit of their own.
    """

    channels: tuple[LimitedSpend, ...]
    sums: tuple[LimitedSpend, ...]
    slope: Vector
    cost: float
    taken: float
    put: float
    crowded: tuple[bool, ...]
    held_cells: int
    cells: int
    gap: float | None


@dataclass(frozen=True, eq=False)
class _Prices:
    """What a unit past each limit brings: ends of variables (variable,) and rows (row,), and of the total."""

    variable: Vector
    row: Vector
    taken: float
    put: float


def known_gap(allocation: Allocation) -> float | None:
    """Return how far a better allocation can be at most, None where no bound is known."""
    return float(allocation.gap) if np.isfinite(allocation.gap) else None


def plan_sensitivity(
    basis: PlanBasis,
    layout: Layout,
    *,
    question: BudgetQuestion,
    named: NamedLimits,
    problem: AllocationProblem,
    allocation: Allocation,
) -> PlanSensitivity:
    """Return what holds the plan, and what each limit is worth."""
    limits, x = named.limits, allocation.spend
    near = AT_LIMIT * float(x.sum() + named.committed)
    prices = _prices(limits, problem.price, allocation, near)
    sides = _sides(x, limits.lower, limits.upper, near, allocation.slope - prices.taken)
    row_spend = limits.rows @ x
    row_sides = _sides(row_spend, limits.row_lower, limits.row_upper, near, prices.row)
    rows = tuple(
        LimitedSpend(
            kind,
            name,
            float(row_spend[r] + named.constants[r]),
            float(limits.row_lower[r] + named.constants[r]),
            float(limits.row_upper[r] + named.constants[r]),
            named.origins[r],
            named.origins[r],
            row_sides[r],
            abs(float(prices.row[r])) if row_sides[r] else 0.0,
        )
        for r, (kind, name) in enumerate(zip(named.kinds, named.names, strict=True))
    )
    spend = (layout.money(x) * basis.counted).sum(axis=(0, 2))
    if layout.detail is Detail.CHANNEL:
        channels, slope = _channels(basis, question, spend, sides, prices.variable), allocation.slope
        held = 0
    else:
        channels = tuple(each for each in rows if each.kind == CHANNEL_ROW)
        slope = _channel_slopes(x, allocation.slope, basis)
        held = sum(bool(each) for each in sides)
    return PlanSensitivity(
        channels=channels,
        sums=tuple(each for each in rows if each.kind != CHANNEL_ROW),
        slope=slope,
        cost=problem.price,
        taken=prices.taken,
        put=prices.put,
        crowded=_crowded(basis, layout, limits.rows, row_sides, named.kinds),
        held_cells=held,
        cells=len(x),
        gap=known_gap(allocation),
    )


def _sides(values: Vector, lower: Vector, upper: Vector, near: float, worth: Vector) -> list[str]:
    """Return which end holds each value; where both do, the one past which more would be gained."""
    names = []
    for value, low, high, gain in zip(values, lower, upper, worth, strict=True):
        below, above = value - low <= near, high - value <= near
        if below and above:
            below = gain < 0.0
            above = not below
        names.append(LOWER if below else UPPER if above else FREE)
    return names


def _prices(limits: Limits, price: float, allocation: Allocation, near: float) -> _Prices:
    """Return what a unit of money past each of ``limits`` brings, where money costs ``price``.

    They are the limits as they were set: what the total leaves to a channel is no limit of its own.
    With nothing but bounds and a fixed total the two ends of a shift tell it exactly, whatever is at its
    bound. Else the multipliers of the linearized problem do, which are one of several answers where no
    variable is free.
    """
    x, slope = allocation.spend, allocation.slope
    if limits.fixed_total and not len(limits.rows):
        givers, takers = slope[x - limits.lower > near], slope[limits.upper - x > near]
        taken = float(givers.min()) if len(givers) else float(slope.mean())
        put = float(takers.max()) if len(takers) else float(slope.mean())
        at_top = limits.upper - x <= near
        gain = np.where(at_top, slope - taken, put - slope)
        return _Prices(np.maximum(gain, 0.0), np.empty(0), taken, put)
    dual = shadow_prices(limits, x, slope - price)
    whole = dual.total_upper - dual.total_lower + price
    rows = dual.row_upper - dual.row_lower
    return _Prices(np.maximum(dual.upper, dual.lower), rows, whole, whole)


def _channels(
    basis: PlanBasis, question: BudgetQuestion, spend: Vector, sides: list[str], prices: Vector
) -> tuple[LimitedSpend, ...]:
    return tuple(
        LimitedSpend(
            CHANNEL_ROW,
            name,
            float(spend[c]),
            float(question.lower[c]),
            float(question.upper[c]),
            question.lower_origin[c],
            question.upper_origin[c],
            sides[c],
            float(prices[c]) if sides[c] else 0.0,
        )
        for c, name in enumerate(basis.channels)
    )


def _channel_slopes(x: Vector, slope: Vector, basis: PlanBasis) -> Vector:
    """Return what one unit of money more brings, spread as the channel's own; of an unspent one, at best."""
    own, steep = (each.reshape(len(basis.channels), basis.periods) for each in (x, slope))
    spend = own.sum(axis=1)
    along = (own * steep).sum(axis=1)
    mean: Vector = np.divide(along, spend, out=steep.max(axis=1), where=spend > 0.0)
    return mean


def _crowded(
    basis: PlanBasis, layout: Layout, rows: Matrix, sides: list[str], kinds: tuple[str, ...]
) -> tuple[bool, ...]:
    """Return whether a binding sum of several channels holds a variable of each channel."""
    binding = np.array([bool(side) and kind != CHANNEL_ROW for side, kind in zip(sides, kinds, strict=True)])
    touched = (np.abs(rows[binding]) > 0.0).sum(axis=0) if binding.any() else np.zeros(layout.size)
    per_channel = touched.reshape(len(basis.channels), -1).sum(axis=1)
    return tuple(bool(count > 0) for count in per_channel)
