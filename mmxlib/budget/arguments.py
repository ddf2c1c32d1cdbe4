"""From what a caller asks of a budget to a question, once all that is wrong with it has been said."""

from collections.abc import Iterator, Mapping

import numpy as np

from mmxlib.artifacts.note import percent
from mmxlib.budget.choices import (
    CHANGE,
    GIVEN,
    Choices,
    PeriodBounds,
    Range,
    choice_faults,
    fixed_cells,
    goal_faults,
)
from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.budget.question import BudgetQuestion, SumLimit
from mmxlib.budget.spend_limits import fixed_cube, group_limit, period_limit, segment_limit
from mmxlib.errors import UsageError
from mmxlib.maths.arrays import Vector
from mmxlib.model.windows import day_of
from mmxlib.terms import Goal


def stated_question(
    basis: PlanBasis,
    choices: Choices,
    *,
    budget: float | Range | None,
    floor: float | None,
    margin: float | Mapping[str, float] | None,
    goal: Goal | None = None,
) -> BudgetQuestion:
    """Return the question that a caller's arguments ask.

    ``goal`` None lets the arguments say it: a floor, a margin without a fixed total, or else the total.

    Raises
    ------
    UsageError
        With every argument that names what the model does not know or is out of range.
    """
    settled = goal or _goal(budget, floor, margin)
    faults = [*choice_faults(basis, choices), *goal_faults(basis, budget, floor, margin, settled)]
    if faults:
        raise UsageError.of(faults)
    lower, upper, origins = _channel_bounds(basis, choices, budget)
    sums = tuple(_sums(basis, choices))
    low, high = budget if isinstance(budget, tuple) else (budget, budget)
    free = settled is not Goal.TOTAL
    present = float(basis.present.sum())
    if low is None or high is None:
        low, high = (0.0, float(upper.sum())) if free else (present, present)
    return BudgetQuestion(
        "custom",
        float(low),
        float(high),
        lower,
        upper,
        origins,
        origins,
        goal=settled,
        detail=choices.detail,
        objective=choices.objective,
        sums=sums,
        fixed=fixed_cube(basis, list(fixed_cells(choices.fixed))),
        cell_upper=cell_ceiling(basis, upper),
        floor=1.0 if floor is None else floor,
        margin=None if margin is None else margins(basis, margin),
        solver=choices.solver,
    )


def cell_ceiling(basis: PlanBasis, upper: Vector) -> Vector:
    """Return the most that a channel may spend in one period, (channel,), where nobody says otherwise.

    The most it ever spent in one, or its upper limit spread evenly, and 30 % more.
    """
    most: Vector = (1.0 + CHANGE) * np.maximum(basis.observed_peak, upper / basis.periods)
    return most


def margins(basis: PlanBasis, margin: float | Mapping[str, float]) -> Vector:
    """Return the profit on one unit of outcome in each unit of the panel, (unit,)."""
    if isinstance(margin, Mapping):
        return np.array([float(margin[unit]) for unit in basis.units])
    return np.full(len(basis.units), float(margin))


def _goal(
    budget: float | Range | None, floor: float | None, margin: float | Mapping[str, float] | None
) -> Goal:
    if floor is not None:
        return Goal.MARGINAL_ROI
    if margin is not None and (budget is None or isinstance(budget, tuple)):
        return Goal.PROFIT
    return Goal.TOTAL


def _channel_bounds(
    basis: PlanBasis, choices: Choices, budget: float | Range | None
) -> tuple[Vector, Vector, tuple[str, ...]]:
    """Return the channels' bounds and where they come from."""
    present, whole = basis.present, float(basis.present.sum())
    asked = budget if isinstance(budget, int | float) else whole
    factor = asked / whole if whole > 0.0 else 0.0
    lower = present * factor * (1.0 - choices.change)
    upper = present * factor * (1.0 + choices.change)
    around = "its present share" if isinstance(budget, int | float) else "its present spend"
    origins = [f"{percent(choices.change)} around {around}"] * len(present)
    for c, name in enumerate(basis.channels):
        if name in choices.bounds:
            lower[c], upper[c] = choices.bounds[name]
            origins[c] = GIVEN
    return lower, upper, tuple(origins)


def _sums(basis: PlanBasis, choices: Choices) -> Iterator[SumLimit]:
    for name, (channels, low, high) in choices.groups.items():
        yield group_limit(basis, name, channels, lower=low, upper=high, origin=GIVEN)
    for unit, (low, high) in choices.segments.items():
        yield segment_limit(basis, unit, lower=low, upper=high, origin=GIVEN)
    for period, (low, high) in _period_ranges(basis, choices.period_bounds):
        yield period_limit(basis, period, lower=low, upper=high, origin=GIVEN)


def _period_ranges(basis: PlanBasis, stated: PeriodBounds) -> Iterator[tuple[int, Range]]:
    if isinstance(stated, tuple):
        yield from ((period, stated) for period in range(basis.periods))
        return
    for day, limits in stated.items():
        yield int(np.flatnonzero(basis.dates == day_of(day))[0]), limits
