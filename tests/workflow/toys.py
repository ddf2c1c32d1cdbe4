"""Six toy agents: quick, obedient, and able to fail when told."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from mmxlib.agents.agent import Inputs
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.terms import StepName, Verdict
from tests.workflow import specimens

SHAPES = {
    StepName.SEGMENTATION: ((Panel,), Segments, specimens.segments),
    StepName.TREND_SCANNER: ((Panel, Segments), Trends, specimens.trends),
    StepName.BASELINE: ((Panel, Segments, Trends), Baseline, specimens.baseline),
    StepName.MODEL_OPTIMIZATION: ((Panel, Segments, Baseline), FittedModel, specimens.fitted),
    StepName.BUDGET_OPTIMIZATION: ((FittedModel, Baseline), Scenarios, specimens.scenarios),
    StepName.INSIGHT: ((Panel, FittedModel, Scenarios, BudgetPlan), Insights, specimens.insights),
}


class UnpluggedError(Exception):
    """The machine was unplugged."""


@dataclass(frozen=True)
class Toy:
    """Serves one step; its notes show its settings, its draw and what it read."""

    step: StepName
    knob: int = 0
    version: int = 1
    verdict: Verdict = Verdict.PASS

    @property
    def name(self) -> StepName:
        return self.step

    @property
    def requires(self) -> tuple[type, ...]:
        return SHAPES[self.step][0]

    @property
    def produces(self) -> type:
        return SHAPES[self.step][1]

    @property
    def calculation_version(self) -> int:
        return self.version

    def run(self, inputs: Inputs, rng: np.random.Generator) -> object:
        if self.knob < 0:
            raise UnpluggedError
        read = [len(inputs[each].notes) for each in self.requires]
        return made(self.step, self.verdict, f"{self.knob} {rng.integers(10**9)} {read}")


@cache
def made(step: StepName, verdict: Verdict, note: str) -> object:
    """Return a step's specimen with a note: the same object for the same, which is frozen."""
    given = (verdict,) if step is StepName.MODEL_OPTIMIZATION else ()
    return replace(SHAPES[step][2](*given), notes=(Note(note),))


def toys(**changed: Toy) -> dict[str, Toy]:
    """Return the six toys, some of them changed by the name of their step."""
    return {step.value: changed.get(step.value, Toy(step)) for step in SHAPES}


def toy(step: StepName, **settings: object) -> Toy:
    """Return the toy of one step."""
    return replace(Toy(step), **settings)
