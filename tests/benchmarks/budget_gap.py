"""How far from the best possible the optimizer's plans can be at most: certified gaps.

Two hundred random problems of 2 to 12 channels under the mean, half of them S-shaped, of all families of
adstock and saturation: with a fixed total; with groups besides; with a free total and a price; with both. And
ordinary questions with 400 draws, by size, shape of returns and objective.
"""

import numpy as np
import pandas as pd

from tests.benchmarks.benchmark import Setup
from tests.benchmarks.budget_questions import questions
from tests.benchmarks.results import figures
from tests.maths.budgets.spending import mixed_problem, solved

TOOL = "mmxlib"
KINDS = {
    "fixed total": (False, False),
    "fixed total, limits on groups": (True, False),
    "free total at a price of money": (False, True),
    "free total, limits on groups": (True, True),
}
"""Whether groups have limits and whether the total is free."""


def measure(setup: Setup) -> pd.DataFrame:
    """Return the largest and the median gap of each kind of problem, and the gap of each question."""
    seeds, found = range(8 if setup.short else 200), []
    for name, (groups, free_total) in KINDS.items():
        gaps = [solved(mixed_problem(seed, groups=groups, free_total=free_total)).gap for seed in seeds]
        found.append(figures(name, TOOL, seeds, largest_gap=max(gaps), median_gap=np.median(gaps)))
    for each in questions(short=setup.short, units=(1,)):
        found.append(figures(each.case, TOOL, range(1, 2), gap=solved(each.problem()).gap))
    return pd.concat(found)
