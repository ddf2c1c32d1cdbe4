"""What a step's result depends on, as it is recorded."""

import json
from datetime import date

import numpy as np
import pytest

from mmxlib.agents.agent import Inputs
from mmxlib.agents.budget_optimization import BudgetOptimization
from mmxlib.agents.scenario_settings import BudgetSettings, FixedCellSettings, ScenarioSettings
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.plan import Scenarios
from mmxlib.errors import DecisionError
from mmxlib.terms import StepName
from mmxlib.workflow.orchestrator import Allocation, basis_of
from tests.workflow import specimens


def recorded(day: date) -> str:
    cell = FixedCellSettings(channel="tv", date=day, spend=1.0)
    settings = BudgetSettings(scenarios={"base": ScenarioSettings(fixed=(cell,))})
    basis = basis_of(
        BudgetOptimization(settings),
        step=StepName.BUDGET_OPTIMIZATION,
        panel="",
        seed=0,
        keys={FittedModel: "a", Baseline: "b"},
    )
    return json.dumps(basis)


def test_a_day_among_the_settings_is_part_of_what_a_step_depends_on() -> None:
    assert "2026-01-05" in recorded(date(2026, 1, 5))
    assert recorded(date(2026, 1, 5)) != recorded(date(2026, 1, 12))


def test_a_scenario_that_is_not_there_is_refused_with_those_that_are() -> None:
    inputs = Inputs({Scenarios: specimens.scenarios()})
    with pytest.raises(DecisionError, match='no scenario "bold"') as caught:
        Allocation("bold").run(inputs, np.random.default_rng(0))
    assert caught.value.code == "MMX-W030"
    assert caught.value.faults[0].remedy == "The scenarios are base, aggressive."
