"""How near to the optimum the best plan by channel and period is proved to be.

12 channels x 26 periods x 400 draws, made by plain NumPy: Hill curves with shapes around 1.15 (the model's
default, slightly S-shaped), around 2 (S-shaped) or at most 1 (concave), parameters that differ between draws
as in a posterior, and a present plan with pulses. Cells may move by 30 % or anywhere between nothing and
three times the present mean. Figures: the certified gap; how far the slopes of the cells inside their bounds
differ from their mean (relative); what the plan gains on the present one.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.budgets.allocation import AllocationProblem
from mmxlib.maths.budgets.cell_allocation import best_cell_allocation
from mmxlib.maths.budgets.cell_objective import CellObjective
from mmxlib.maths.budgets.cell_response import Cells
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.maths.budgets.limits import Limits
from mmxlib.maths.budgets.spend_response import SpendCurves
from mmxlib.terms import Objective
from tests.benchmarks.benchmark import Setup
from tests.benchmarks.results import figures
from tests.maths.budgets.spending import box

TOOL = "mmxlib"
CHANNELS, PERIODS, DRAWS, STARTS = 12, 26, 400, 4
MONEY = 100.0
"""Mean present spend of a cell."""

SHAPES = {"concave": (0.85, 0.05), "default": (1.15, 0.1), "S-shaped": (2.0, 0.15)}
"""Median over channels and log sd of the shape; those below 1 are held there."""


def market(units: int, kind: str, seed: int = 0) -> tuple[SpendCurves, np.ndarray]:
    """Return the curves and the present plan, (channel * period,)."""
    rng = np.random.default_rng(seed)
    median, spread = SHAPES[kind]

    def drawn(center: np.ndarray, log_sd: float) -> np.ndarray:
        return center * np.exp(log_sd * rng.standard_normal((DRAWS, CHANNELS)))

    shape = drawn(median * np.exp(spread * rng.standard_normal(CHANNELS)), spread)
    retention = np.clip(
        rng.uniform(0.1, 0.8, CHANNELS) + 0.05 * rng.standard_normal((DRAWS, CHANNELS)), 0.0, 0.95
    )
    size = rng.gamma(4.0, 0.25, (units, CHANNELS, 1)) * np.ones(PERIODS)
    effect = rng.uniform(0.5, 1.5, (units, CHANNELS)) * np.exp(
        0.2 * rng.standard_normal((DRAWS, 1, CHANNELS))
    )
    spend = MONEY * rng.gamma(2.0, 0.5, (CHANNELS, PERIODS))
    curves = SpendCurves(
        adstock=np.zeros(CHANNELS, dtype=np.int64),
        family=np.zeros(CHANNELS, dtype=np.int64),
        retention=retention,
        timing=np.ones((DRAWS, CHANNELS)),
        half_saturation=drawn(1.8 * np.exp(0.3 * rng.standard_normal(CHANNELS)), 0.2),
        shape=np.minimum(shape, 1.0) if kind == "concave" else shape,
        effect=effect,
        carry_in=rng.uniform(0.2, 0.8, (DRAWS, units, CHANNELS)),
        history=np.zeros((units, CHANNELS, LAGS)),
        flight=size / MONEY,
        committed=np.zeros((units, CHANNELS, PERIODS)),
    )
    return curves, spend.ravel()


def problem(units: int, kind: str, *, wide: bool, rows: bool, objective: Objective) -> AllocationProblem:
    """Return the question how to spend the present total."""
    curves, present = market(units, kind)
    total = float(present.sum())
    limits = (
        box(0.0 * present, np.full(len(present), 3.0 * MONEY), total)
        if wide
        else box(0.7 * present, 1.3 * present, total)
    )
    if rows:  # every period's and every channel's total may move by 20 %
        weights = np.vstack((np.tile(np.eye(PERIODS), CHANNELS), np.kron(np.eye(CHANNELS), np.ones(PERIODS))))
        sums = weights @ present
        limits = Limits(limits.lower, limits.upper, total, total, weights, 0.8 * sums, 1.2 * sums)
    present = np.clip(present, limits.lower, limits.upper)
    return AllocationProblem(curves, limits, present, DrawObjective(objective))


def solved(name: str, question: AllocationProblem) -> pd.DataFrame:
    """Return the figures of a question."""
    answer = best_cell_allocation(question, starts=STARTS, rng=np.random.default_rng(0))
    limits, width = question.limits, question.limits.upper - question.limits.lower
    inside = np.minimum(answer.spend - limits.lower, limits.upper - answer.spend) > 1e-6 * width
    slopes = answer.slope[inside]
    objective = CellObjective(Cells(question.curves), question.objective)
    gain = answer.value / objective.point(question.present, 0.0).value - 1.0
    even = {}
    if inside.any() and not len(limits.rows):
        even["uneven"] = np.ptp(slopes) / np.abs(slopes).mean()
    return figures(name, TOOL, range(1), gap=answer.gap, gain=gain, **even)


def questions(*, short: bool) -> Iterator[tuple[str, AllocationProblem]]:
    """Yield every question with its name; the first ones of one unit alone in short."""
    for units in (1,) if short else (1, 6):
        for kind in SHAPES:
            for wide in (False, True):
                for rows, goal, words in (
                    (False, "mean", "mean"),
                    (True, "mean", "mean, limits on sums"),
                    (False, "mean_minus_risk", "mean less risk"),
                    (False, "cvar", "CVaR"),
                ):
                    if (units > 1 or short) and words != "mean":
                        continue
                    question = problem(units, kind, wide=wide, rows=rows, objective=Objective(goal))
                    room = "0 to 3 times the present" if wide else "30 % around the present"
                    yield f"{units} unit{'s' * (units > 1)}, {kind}, {room}, {words}", question


def measure(setup: Setup) -> pd.DataFrame:
    """Return the figures of every question."""
    return pd.concat(solved(name, question) for name, question in questions(short=setup.short))
