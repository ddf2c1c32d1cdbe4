"""How long people wait for a plan.

The public functions, from a fitted model to the plan with its forecast and reasons: models made by hand with
400 draws and shapes from 1.0 to 1.4 (around the default), 156 periods; limits of 30 % around the present
spend. And by the mathematics alone, from the curves to the certified plan, for every objective. Medians of
three warm runs, and the first run in this process.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

import pandas as pd

from mmxlib.budget.optimizing import budget_for_target, optimize_budget
from mmxlib.model.model import Model
from mmxlib.terms import Detail
from tests.benchmarks.benchmark import Setup
from tests.benchmarks.budget_questions import questions
from tests.benchmarks.results import figures
from tests.budget.responses import hand_made_response, media_mix
from tests.maths.budgets.spending import solved

TOOL = "mmxlib"
QUESTIONS = (
    (2, 13, 1, Detail.CHANNEL),
    (10, 13, 1, Detail.CHANNEL),
    (10, 13, 6, Detail.CHANNEL),
    (30, 52, 1, Detail.CHANNEL),
    (12, 26, 1, Detail.CHANNEL_AND_PERIOD),
    (12, 26, 6, Detail.CHANNEL_AND_PERIOD),
)
"""Channels, periods, units, what is chosen."""


class Planned(Protocol):
    """A plan of which the gap is certified, or not known."""

    @property
    def gap(self) -> float | None: ...


def case(channels: int, periods: int, units: int, what: str) -> str:
    return f"{channels} channels, {periods} weeks, {units} unit{'s' * (units > 1)}, {what}"


def measure(setup: Setup) -> pd.DataFrame:
    """Return the seconds of every question, and its certified gap."""
    found = []
    for channels, periods, units, detail in QUESTIONS[:2] if setup.short else QUESTIONS:
        response = hand_made_response(
            media_mix(channels), draws=400, units=units, periods=156, shapes=(1.0, 1.4)
        )
        model = Model(response)
        best = partial(optimize_budget, model, periods=periods, detail=detail)
        by_cells = detail is Detail.CHANNEL_AND_PERIOD
        what = "every period of every channel" if by_cells else "totals"
        found.append(waited(case(channels, periods, units, what), best))
        if not by_cells:
            target = 1.01 * best().forecast_outcome
            sought = partial(budget_for_target, model, target, periods)
            found.append(waited(case(channels, periods, units, "least spend for a target"), sought))
    for each in questions(short=setup.short, units=(1, 6)):
        found.append(waited(f"curves alone: {each.case}", partial(solved, each.problem()), times=1))
    return pd.concat(found)


def waited(name: str, question: Callable[[], Planned], *, times: int = 3) -> pd.DataFrame:
    """Return the seconds that a question takes at first and then."""
    seconds = []
    for _ in range(times + 1):
        start = time.perf_counter()
        plan = question()
        seconds.append(time.perf_counter() - start)
    known = {} if plan.gap is None else {"gap": plan.gap}
    return figures(name, TOOL, first_seconds=seconds[0], seconds=statistics.median(seconds[1:]), **known)
