"""The order of the steps, their keys and streams, and where a run stands."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

import numpy as np

from mmxlib.agents.agent import Agent, Inputs
from mmxlib.artifacts.codec import canonical, sha256
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.errors import DecisionError, UsageError
from mmxlib.settings import Settings
from mmxlib.terms import Checkpoint, StepName, Verdict
from mmxlib.workflow.checkpoints import (
    CheckpointDecisions,
    Standing,
    StepRecord,
    content,
    content_id,
    decisions,
)
from mmxlib.workflow.journal import Entry
from mmxlib.workflow.reusing import reusable_record

CHECKPOINT_AFTER: Mapping[StepName, Checkpoint] = {
    StepName.BASELINE: Checkpoint.BASELINE,
    StepName.BUDGET_OPTIMIZATION: Checkpoint.BUDGET,
}


def step_of(name: str) -> StepName:
    """Return the step of that name.

    Raises
    ------
    UsageError
        If there is none.
    """
    if name not in list(StepName):
        raise UsageError(
            f'There is no step "{name}".', remedy=f"The steps are {', '.join(StepName)}.", code="MMX-W110"
        )
    return StepName(name)


@dataclass(frozen=True, slots=True)
class Allocation:
    """The step that takes the approved scenario's plan as the budget; no replaceable agent.

    ``override`` is the reason for which failed guardrails were overridden, or empty.
    """

    scenario: str
    override: str = ""

    name: ClassVar[StepName] = StepName.ALLOCATION
    requires: ClassVar[tuple[type, ...]] = (Scenarios,)
    produces: ClassVar[type] = BudgetPlan
    calculation_version: ClassVar[int] = 1

    def run(self, inputs: Inputs, rng: np.random.Generator) -> BudgetPlan:
        """Return the plan of the approved scenario.

        Raises
        ------
        DecisionError
            If there is no such scenario.
        """
        scenarios = inputs[Scenarios]
        plan = scenarios.plan(self.scenario)
        if plan is None:
            known = ", ".join(each.scenario for each in scenarios.plans)
            raise DecisionError(
                f'There is no scenario "{self.scenario}".',
                remedy=f"The scenarios are {known}.",
                code="MMX-W030",
            )
        if not self.override:
            return plan
        reason = Note(f"A guardrail failed and was overridden: {self.override}", "guardrails", Verdict.WARN)
        return replace(plan, notes=(*plan.notes, reason))


@dataclass(frozen=True, slots=True)
class Position:
    """Where a run stands.

    ``done`` are the finished steps that hold for the present data and settings, in order. Either ``step`` is
    the next to run, by ``agent``, or ``checkpoint`` waits with ``content_id`` and what was ``decided`` on it,
    or neither: all is done. ``approvals`` are those that hold.
    """

    done: tuple[StepRecord, ...]
    step: StepName | None = None
    agent: Agent | None = None
    key: str = ""
    basis: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    checkpoint: Checkpoint | None = None
    content_id: str = ""
    decided: CheckpointDecisions | None = None
    approvals: tuple[Entry, ...] = ()


def with_replacements(agents: Mapping[StepName, Agent], own: Mapping[str, Agent]) -> dict[StepName, Agent]:
    """Return ``agents`` with a user's own in their places.

    Raises
    ------
    UsageError
        If a name is no replaceable step, or an agent makes or needs something that the step does not.
    """
    replaced = dict(agents)
    for name, agent in own.items():
        if name not in replaced:
            raise UsageError(
                f'"{name}" is not an agent that can be replaced.',
                remedy=f"The agents are {', '.join(each.value for each in agents)}.",
                code="MMX-W031",
            )
        step = StepName(name)
        before = list(agents)[: list(agents).index(step)]
        known = {Panel, *(agents[each].produces for each in before)}
        known |= {BudgetPlan} if step is StepName.INSIGHT else set()
        strange = [each.__name__ for each in agent.requires if each not in known]
        if agent.produces is not agents[step].produces or strange:
            wants = f"needs {', '.join(strange)}, which no earlier step makes"
            makes = f"makes {agent.produces.__name__}, not {agents[step].produces.__name__}"
            raise UsageError(
                f"The replacement for {step.value} {wants if strange else makes}.",
                remedy="Correct its `requires` and `produces`.",
                code="MMX-W032",
            )
        replaced[step] = agent
    return replaced


def stream(seed: int, step: StepName) -> np.random.Generator:
    """Return a step's own stream of randomness: the run's seed and the step's name."""
    name = int.from_bytes(hashlib.sha256(step.value.encode()).digest()[:8], "big")
    return np.random.default_rng([seed, name])


def basis_of(
    agent: Agent, *, step: StepName, panel: str, seed: int, keys: Mapping[type, str]
) -> dict[str, Any]:
    """Return everything that a step's result depends on.

    Parameters
    ----------
    agent
        Who does the step.
    step
        The step.
    panel
        The digest of the data.
    seed
        The run's seed.
    keys
        The keys of the finished steps, by the type they make.
    """
    kind = type(agent)
    return {
        "step": step.value,
        "agent": f"{kind.__module__}.{kind.__qualname__}",
        "calculation_version": agent.calculation_version,
        "settings": _settings_of(agent),
        "seed": seed,
        "inputs": {"Panel": panel} if Panel in agent.requires else {},
        "requires": {each.__name__: keys[each] for each in agent.requires if each is not Panel},
    }


def _settings_of(agent: Agent) -> dict[str, Any]:
    """Return an agent's settings as plain JSON, by the name of its field."""
    fields = (
        {each.name: getattr(agent, each.name) for each in dataclasses.fields(agent)}
        if dataclasses.is_dataclass(agent)
        else dict(getattr(agent, "__dict__", {}))
    )
    return {name: _plain(value, f"{type(agent).__name__}.{name}") for name, value in fields.items()}


def _plain(value: object, place: str) -> Any:
    if isinstance(value, Settings):
        return {name: _plain(getattr(value, name), f"{place}.{name}") for name in type(value).model_fields}
    if isinstance(value, Mapping):
        # a list of pairs: the order of named settings may matter
        return [[str(name), _plain(each, place)] for name, each in value.items()]
    if isinstance(value, tuple | list):
        return [_plain(each, place) for each in value]
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | bool | int | float) or value is None:
        return value
    raise UsageError(
        f"{place} holds {type(value).__name__}, which cannot be recorded as a setting.",
        remedy="Build the agent from settings, numbers, text and tuples of these.",
        code="MMX-W033",
    )


def position(
    agents: Mapping[StepName, Agent],
    *,
    panel: str,
    seed: int,
    records: Mapping[str, StepRecord],
    entries: Sequence[Entry],
) -> Position:
    """Return where a run stands for the present data, settings and decisions.

    Parameters
    ----------
    agents
        The six agents, in order.
    panel
        The digest of the data.
    seed
        The run's seed.
    records
        Every step ever finished in this run, by key.
    entries
        The journal.
    """
    done: list[StepRecord] = []
    keys: dict[type, str] = {}
    approvals: list[Entry] = []
    for step in StepName:
        agent = _allocation(approvals[-1]) if step is StepName.ALLOCATION else agents[step]
        basis = basis_of(agent, step=step, panel=panel, seed=seed, keys=keys)
        key = sha256(canonical(basis))
        record = records.get(key) or reusable_record(agent, basis, records)
        if record is None:
            return Position(
                tuple(done), step=step, agent=agent, key=key, basis=basis, approvals=tuple(approvals)
            )
        done.append(record)
        keys[agent.produces] = record.key
        checkpoint = CHECKPOINT_AFTER.get(step)
        if checkpoint is not None:
            identity = content_id(content(checkpoint, panel, done))
            decided = decisions(checkpoint, identity, entries)
            if decided.standing is not Standing.APPROVED or decided.entry is None:
                return Position(
                    tuple(done),
                    checkpoint=checkpoint,
                    content_id=identity,
                    decided=decided,
                    approvals=tuple(approvals),
                )
            approvals.append(decided.entry)
    return Position(tuple(done), approvals=tuple(approvals))


def _allocation(approved: Entry) -> Allocation:
    return Allocation(approved.said["scenario"], approved.said["override"] or "")
