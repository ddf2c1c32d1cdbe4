"""The fifth agent: the best plan of every scenario, beside the present plan."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mmxlib.agents.agent import Inputs
from mmxlib.agents.scenario_questions import check_names, scenario_question
from mmxlib.agents.scenario_settings import BudgetSettings
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.plan import Scenarios
from mmxlib.budget.optimizing import solved_scenarios
from mmxlib.budget.plan_basis import plan_basis
from mmxlib.budget.question import check_stated
from mmxlib.budget.solving import Search
from mmxlib.terms import StepName


@dataclass(frozen=True, slots=True)
class BudgetOptimization:
    """FittedModel and the approved Baseline's constraints to Scenarios."""

    settings: BudgetSettings

    name: ClassVar[StepName] = StepName.BUDGET_OPTIMIZATION
    requires: ClassVar[tuple[type, ...]] = (FittedModel, Baseline)
    produces: ClassVar[type] = Scenarios
    calculation_version: ClassVar[int] = 2

    def run(self, inputs: Inputs, rng: np.random.Generator) -> Scenarios:
        """Return the plan of every scenario and the present plan.

        Raises
        ------
        InfeasibleError
            If no plan keeps a scenario's limits; all such scenarios are named.
        SettingsError
            If a scenario names what has no budget, or sets limits outside the approved constraints.
        """
        settings, seed = self.settings, int(rng.integers(2**32))
        basis = plan_basis(
            inputs[FittedModel].response,
            periods=settings.periods,
            draws=settings.draws,
        )
        constraints = {each.channel: each for each in inputs[Baseline].constraints}
        check_names(basis, settings)
        questions = [scenario_question(basis, name, settings, constraints) for name in settings.scenarios]
        check_stated(basis, questions)
        return solved_scenarios(basis, questions, Search(settings.starts, settings.level, seed))
