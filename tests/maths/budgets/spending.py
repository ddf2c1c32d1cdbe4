"""Random curves of spend and allocation problems, for tests."""

from dataclasses import replace

import numpy as np

from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.allocation import Allocation, AllocationProblem, best_allocation
from mmxlib.maths.budgets.certificate import tables_of
from mmxlib.maths.budgets.draw_objectives import DrawObjective, even_weights
from mmxlib.maths.budgets.limits import Limits
from mmxlib.maths.budgets.slope_table import SlopeTable
from mmxlib.maths.budgets.spend_response import SpendCurves
from mmxlib.maths.saturations.registry import SATURATIONS
from mmxlib.terms import Objective, Solver

ALL_ADSTOCKS = tuple(each.code for each in ADSTOCKS.values())
ALL_FAMILIES = tuple(each.code for each in SATURATIONS.values())

MEAN = DrawObjective(Objective.MEAN)
RISK = DrawObjective(Objective.MEAN_MINUS_RISK)
CVAR = DrawObjective(Objective.CVAR, tail=0.4)
"""Of the four draws of `random_curves`, the worst and a part of the next."""


def box(lower: Vector, upper: Vector, total: float) -> Limits:
    """Return the limits of a fixed total between bounds, without rows."""
    none = np.empty(0)
    return Limits(lower, upper, total, total, np.empty((0, len(lower))), none, none)


def in_money(limits: Limits, unit: float) -> Limits:
    """Return the limits in another unit of money."""
    bounds = ("lower", "upper", "total_lower", "total_upper", "row_lower", "row_upper")
    return replace(limits, **{name: unit * getattr(limits, name) for name in bounds})


def two_hills(*, periods: int = 2, flight: float = 0.03) -> AllocationProblem:
    """Return two steep channels and money for one; the present plan feeds the weaker one."""
    curves = SpendCurves(
        family=np.zeros(2, dtype=np.int64),
        adstock=np.zeros(2, dtype=np.int64),
        retention=np.full((1, 2), 0.4),
        timing=np.ones((1, 2)),
        history=np.zeros((1, 2, LAGS)),
        half_saturation=np.ones((1, 2)),
        shape=np.full((1, 2), 4.0),
        effect=np.array([[[1.0, 1.3]]]),
        carry_in=np.zeros((1, 1, 2)),
        flight=np.full((1, 2, periods), flight),
        committed=np.zeros((1, 2, periods)),
    )
    present = np.array([69.0, 1.0])
    return AllocationProblem(curves, box(np.zeros(2), np.full(2, 70.0), 70.0), present, MEAN)


def random_curves(
    seed: int,
    *,
    channels: int = 3,
    draws: int = 4,
    units: int = 2,
    periods: int = 6,
    shapes: tuple[float, float] = (0.6, 1.4),
    families: tuple[int, ...] = (0,),
    adstocks: tuple[int, ...] = (0,),
    carry_in: float = 1.0,
    committed: float = 0.0,
) -> SpendCurves:
    """Return curves for which a total near 100 per channel is ordinary."""
    chance = np.random.default_rng(seed)
    return SpendCurves(
        adstock=np.resize(np.array(adstocks, dtype=np.int64), channels),
        family=np.resize(np.array(families, dtype=np.int64), channels),
        retention=chance.uniform(0.0, 0.9, (draws, channels)),
        half_saturation=np.exp(chance.normal(0.0, 0.4, (draws, channels))),
        shape=chance.uniform(*shapes, (draws, channels)),
        effect=chance.uniform(0.5, 1.5, (draws, units, channels)),
        carry_in=carry_in * chance.uniform(0.0, 1.0, (draws, units, channels)),
        flight=chance.uniform(0.0, 0.02, (units, channels, periods)),
        timing=np.exp(chance.normal(0.2, 0.4, (draws, channels))),
        history=carry_in * chance.uniform(0.0, 2.0, (units, channels, LAGS)),
        committed=committed * chance.uniform(0.0, 1.0, (units, channels, periods)),
    )


def problem_of(
    curves: SpendCurves,
    *,
    factor: float = 1.0,
    lower: float = 0.7,
    upper: float = 1.3,
    objective: DrawObjective = MEAN,
    money: float = 1.0,
) -> AllocationProblem:
    """Return the question how to spend ``factor`` times a present plan, bounded by factors of it."""
    present: Vector = money * np.linspace(60.0, 140.0, len(curves.family))
    limits = box(lower * present, upper * present, factor * float(present.sum()))
    return AllocationProblem(curves, limits, present, objective)


def with_groups(problem: AllocationProblem) -> AllocationProblem:
    """Return ``problem`` with two overlapping groups whose shares of the total must not move far.

    They hold for the channels in proportion to the present plan, so that the limits are feasible.
    """
    limits, channels = problem.limits, len(problem.present)
    rows = np.zeros((2, channels))
    rows[0, : (channels + 1) // 2] = 1.0
    rows[1, channels // 3 :] = np.linspace(0.5, 1.0, channels - channels // 3)
    even = rows @ (problem.present / problem.present.sum() * limits.total_upper)
    tight = Limits(
        limits.lower,
        limits.upper,
        limits.total_lower,
        limits.total_upper,
        rows,
        np.array([0.0, 0.9]) * even,
        np.array([1.05, np.inf]) * even,
    )
    return replace(problem, limits=tight)


def with_free_total(problem: AllocationProblem, *, price: float) -> AllocationProblem:
    """Return ``problem`` with a total from 60 to 140 % of its own, and money at ``price``."""
    limits = problem.limits
    free = replace(limits, total_lower=0.6 * limits.total_lower, total_upper=1.4 * limits.total_upper)
    return replace(problem, limits=free, price=price)


def solved(
    problem: AllocationProblem, *, starts: int = 8, solver: Solver = Solver.SLSQP, seed: int = 0
) -> Allocation:
    """Return the best allocation, by tables made for this problem."""
    return best_allocation(
        problem, tables=tables_for(problem), starts=starts, rng=np.random.default_rng(seed), solver=solver
    )


def tables_for(problem: AllocationProblem) -> tuple[SlopeTable, ...]:
    """Return the tables of the mean over the problem's bounds."""
    return tables_of(
        problem.curves,
        lower=problem.limits.lower,
        upper=problem.limits.upper,
        further=[],
        weights=even_weights(problem.curves.draws),
        measure=problem.measure,
    )


def mixed_problem(seed: int, *, groups: bool = False, free_total: bool = False) -> AllocationProblem:
    """Return one of a series of problems of 2 to 12 channels; every second one is S-shaped."""
    chance = np.random.default_rng(seed)
    curves = random_curves(
        seed,
        channels=int(chance.integers(2, 13)),
        draws=20,
        shapes=(2.0, 4.0) if seed % 2 == 1 else (0.6, 1.3),
        families=(0,) if seed % 4 < 2 else ALL_FAMILIES,
        adstocks=ALL_ADSTOCKS if seed % 3 == 0 else (0,),
    )
    problem = problem_of(curves, factor=float(chance.uniform(0.3, 1.6)), lower=0.0, upper=2.5)
    problem = with_free_total(problem, price=float(chance.uniform(0.0, 0.08))) if free_total else problem
    return with_groups(problem) if groups else problem
