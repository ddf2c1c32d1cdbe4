"""How far from the best possible the optimizer's plans can be at most, and how long it takes.

    python -m tests.benchmarks.budget_gap

solves two hundred random problems of 2 to 12 channels under the mean, half of them S-shaped, of all families
of adstock and saturation: with a fixed total; with groups besides; with a free total and a price; with both.
It prints the certified gaps and the processor time, and then the time of ordinary questions with 400 draws.
"""

import time

import numpy as np

from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.terms import Objective
from tests.maths.budgets.spending import MEAN, RISK, mixed_problem, problem_of, random_curves, solved

INSTANCES = 200
DRAWS = 400
WORST_TENTH = DrawObjective(Objective.CVAR, tail=0.1)


def gaps() -> None:
    """Print the largest and the median gap of each kind of question."""
    print(f"{INSTANCES} instances each, half of them S-shaped: certified gap, seconds of processor time")
    for name, groups, free_total in (
        ("fixed total", False, False),
        ("fixed total, groups", True, False),
        ("free total, price", False, True),
        ("free total, price, groups", True, True),
    ):
        start = time.process_time()
        found = [
            solved(mixed_problem(seed, groups=groups, free_total=free_total)).gap for seed in range(INSTANCES)
        ]
        taken = (time.process_time() - start) / INSTANCES
        print(f"{name:28} max {max(found):.1e}  median {np.median(found):.1e}  {taken:.3f} s each")


def speed() -> None:
    """Print the time of one question with 400 draws, by size, shape of returns and objective."""
    print(f"{DRAWS} draws, from the curves to the certified plan")
    for channels, periods, units in ((10, 13, 1), (30, 52, 1), (10, 13, 6), (30, 52, 6)):
        for shapes, word in (((0.6, 1.4), "diminishing"), ((2.0, 4.0), "S-shaped")):
            for objective in (MEAN, RISK, WORST_TENTH):
                curves = random_curves(
                    1, channels=channels, draws=DRAWS, units=units, periods=periods, shapes=shapes
                )
                problem = problem_of(curves, objective=objective)
                start = time.process_time()
                answer = solved(problem)
                print(
                    f"{channels} channels, {periods} periods, {units} units, {word}, {objective.kind}: "
                    f"{time.process_time() - start:.2f} s, gap {answer.gap:.1e}",
                    flush=True,
                )


if __name__ == "__main__":
    solved(mixed_problem(1))  # compiles
    gaps()
    speed()
