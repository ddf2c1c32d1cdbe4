"""How long people wait for a plan: the public functions, from a fitted model to the plan with its reasons.

    python -m tests.benchmarks.budget_speed

Models made by hand with 400 draws and shapes from 1.0 to 1.4 (around the default), 156 periods; limits of
30 % around the present spend. It prints the median of three warm runs in seconds, the first run in this
process, and the certified gap.
"""

import statistics
import time
from collections.abc import Callable

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.budget.optimizing import budget_for_target, optimize_budget
from mmxlib.model.model import Model
from mmxlib.terms import Detail
from tests.budget.responses import hand_made_response, media_mix

QUESTIONS = (
    (2, 13, 1, Detail.CHANNEL),
    (10, 13, 1, Detail.CHANNEL),
    (10, 13, 6, Detail.CHANNEL),
    (30, 52, 1, Detail.CHANNEL),
    (12, 26, 1, Detail.CHANNEL_AND_PERIOD),
    (12, 26, 6, Detail.CHANNEL_AND_PERIOD),
)
"""Channels, periods, units, what is chosen."""


def main() -> None:
    print("channels periods units  what                 first  median     gap")
    for channels, periods, units, detail in QUESTIONS:
        response = hand_made_response(
            media_mix(channels), draws=400, units=units, periods=156, shapes=(1.0, 1.4)
        )
        model = Model(response)

        def best(detail: Detail = detail, periods: int = periods, model: Model = model) -> BudgetPlan:
            return optimize_budget(model, periods=periods, detail=detail)

        plan = best()
        reported(f"{channels:8d} {periods:7d} {units:5d}  {detail:<19}", best)
        if detail is Detail.CHANNEL:
            target = 1.01 * plan.forecast_outcome

            def sought(target: float = target, periods: int = periods, model: Model = model) -> BudgetPlan:
                return budget_for_target(model, target, periods)

            reported(f"{channels:8d} {periods:7d} {units:5d}  {'target':<19}", sought)


def reported(name: str, question: Callable[[], BudgetPlan]) -> None:
    """Print the seconds that a question takes."""
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        plan = question()
        seconds.append(time.perf_counter() - start)
    gap = "unknown" if plan.gap is None else f"{plan.gap:.1e}"
    print(f"{name} {seconds[0]:6.2f} {statistics.median(seconds[1:]):7.2f} {gap:>7}", flush=True)


if __name__ == "__main__":
    main()
