"""The contract that every agent of a run keeps, whichever there are."""

import dataclasses
from functools import cache

import numpy as np
import pytest

from mmxlib.agents.agent import Agent, Inputs
from mmxlib.artifacts.codec import decode, encode
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.config import Config, revised
from mmxlib.errors import UsageError
from mmxlib.terms import StepName
from mmxlib.workflow.default_agents import default_agents
from tests.config.flips.of_model import QUICK
from tests.evaluation.handmade import made_panel

SETTINGS = QUICK | {"budget.scenarios": {"only": {}}}

AGENTS = default_agents(revised(Config(), SETTINGS))
every_agent = pytest.mark.parametrize("step", AGENTS)


@cache
def artifacts() -> dict[type, object]:
    """Return what the agents make of a small market, one from the other, by type."""
    made: dict[type, object] = {Panel: made_panel(units=4, channels=2, effect=0.3)}
    for agent in AGENTS.values():
        made[agent.produces] = agent.run(given(agent, made), np.random.default_rng(0))
        if isinstance(scenarios := made[agent.produces], Scenarios):
            made[BudgetPlan] = scenarios.plans[0]
    return made


def given(agent: Agent, made: dict[type, object]) -> Inputs:
    """Return what the agent says it reads, and nothing else."""
    return Inputs({kind: made[kind] for kind in agent.requires})


def test_every_step_but_the_approval_of_a_budget_has_an_agent() -> None:
    assert set(AGENTS) == set(StepName) - {StepName.ALLOCATION}


@every_agent
def test_it_serves_its_step_and_says_by_which_version(step: StepName) -> None:
    agent = AGENTS[step]
    assert isinstance(agent, Agent)
    assert agent.name is step
    assert agent.calculation_version >= 1


@every_agent
def test_it_is_a_value_equal_to_another_of_the_same_settings(step: StepName) -> None:
    agent, other = AGENTS[step], default_agents(revised(Config(), SETTINGS))[step]
    assert agent == other
    assert dataclasses.is_dataclass(agent)
    for field in dataclasses.fields(agent):
        with pytest.raises(AttributeError):
            setattr(agent, field.name, None)


@every_agent
def test_what_it_reads_was_made_before_it(step: StepName) -> None:
    before = list(AGENTS)[: list(AGENTS).index(step)]
    there = {Panel, *(AGENTS[each].produces for each in before)}
    there |= {BudgetPlan} if Scenarios in there else set()
    assert set(AGENTS[step].requires) <= there


@every_agent
def test_it_works_with_what_it_names_and_asks_by_name_for_what_is_not_there(step: StepName) -> None:
    agent = AGENTS[step]
    assert agent.produces in artifacts(), "made from what `given` let it read"
    with pytest.raises(UsageError, match="MMX-A001"):
        agent.run(Inputs({}), np.random.default_rng(0))


@every_agent
def test_it_makes_what_it_says_with_sentences_that_explain_it(step: StepName) -> None:
    agent = AGENTS[step]
    made = artifacts()[agent.produces]
    assert type(made) is agent.produces
    notes = getattr(made, "notes", ())
    assert notes
    for note in notes:
        assert isinstance(note, Note)
        assert note.text.endswith((".", "!", "?"))
        assert "nan" not in note.text.split()


@every_agent
def test_what_it_makes_comes_back_from_its_bytes(step: StepName) -> None:
    made = artifacts()[AGENTS[step].produces]
    stored = encode(made)
    assert encode(decode(type(made), stored)) == stored


@every_agent
def test_it_makes_the_same_bytes_again_and_leaves_what_it_read_alone(step: StepName) -> None:
    agent = AGENTS[step]
    before = {kind: encode(made).digest for kind, made in given(agent, artifacts()).by_type.items()}
    again = agent.run(given(agent, artifacts()), np.random.default_rng(0))
    assert encode(again).digest == encode(artifacts()[agent.produces]).digest
    after = {kind: encode(made).digest for kind, made in given(agent, artifacts()).by_type.items()}
    assert after == before
