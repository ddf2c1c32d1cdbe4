"""The fifth agent: the best plan of every scenario, beside the present plan."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from pydantic import field_validator, model_validator

from mmxlib.agents.agent import Inputs
from mmxlib.artifacts.baseline import Baseline, Constraint
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.note import Note, percent
from mmxlib.artifacts.plan import Scenarios
from mmxlib.errors import Fault, SettingsError
from mmxlib.model.budget import PRESENT, STARTS, solved_scenarios
from mmxlib.model.budget_question import BudgetQuestion, check_feasible
from mmxlib.model.drawing import MOST_DRAWS
from mmxlib.model.planning import PlanBasis, plan_basis
from mmxlib.settings import Settings, setting
from mmxlib.terms import Objective, StepName


class ChannelBoundSettings(Settings):
    """How far one channel may move in a scenario; what is not said is the scenario's."""

    lower_change: float | None = setting(
        None, "Largest cut of the present spend, as a negative share.", unit="share", ge=-1.0, le=0.0
    )
    upper_change: float | None = setting(
        None, "Largest rise of the present spend.", unit="share", ge=0.0, le=100.0
    )
    lower_spend: float | None = setting(
        None, "Least spend over the plan's periods, instead of lower_change.", unit="money", ge=0.0
    )
    upper_spend: float | None = setting(
        None,
        "Most spend over the plan's periods, instead of upper_change; the only way to start a channel that "
        "has no present spend.",
        unit="money",
        ge=0.0,
    )

    @model_validator(mode="after")
    def _ordered(self) -> "ChannelBoundSettings":
        if (
            self.lower_spend is not None
            and self.upper_spend is not None
            and self.lower_spend > self.upper_spend
        ):
            raise ValueError("lower_spend must not exceed upper_spend")
        return self


class ScenarioSettings(Settings):
    """A named budget question."""

    budget_factor: float = setting(
        1.0, "Budget as a multiple of the present plan's spend.", unit="factor", gt=0.0, le=10.0
    )
    total: float | None = setting(
        None,
        "Budget over the plan's periods; where it is given, budget_factor is not used.",
        unit="money",
        gt=0.0,
    )
    lower_change: float = setting(
        -0.3,
        "Largest cut of any channel's present spend, as a negative share.",
        unit="share",
        ge=-1.0,
        le=0.0,
    )
    upper_change: float = setting(
        0.3, "Largest rise of any channel's present spend.", unit="share", ge=0.0, le=100.0
    )
    objective: Objective = setting(
        Objective.MEAN,
        "What is made as large as possible: the mean outcome, or the mean less its risk (mean_minus_risk).",
    )
    risk: float = setting(
        1.0,
        "Standard deviations that mean_minus_risk takes off the mean; the objective mean does not use it.",
        unit="sd",
        ge=0.0,
        le=10.0,
    )
    channels: dict[str, ChannelBoundSettings] = setting(
        {}, "Limits of single channels, by channel name, instead of the scenario's."
    )


DEFAULT_SCENARIOS = {
    "base": ScenarioSettings(),
    "aggressive": ScenarioSettings(budget_factor=1.2, lower_change=-0.6, upper_change=0.6),
    "conservative": ScenarioSettings(
        budget_factor=0.9, lower_change=-0.15, upper_change=0.15, objective=Objective.MEAN_MINUS_RISK
    ),
}
"""The three questions that every team asks."""


class BudgetSettings(Settings):
    """How budgets are planned."""

    periods: int = setting(
        13, "Length of a plan; the present plan is the spend of as many last periods.", unit="periods", ge=1
    )
    draws: int = setting(
        MOST_DRAWS, "Most draws of the model by which a plan is measured.", unit="draws", ge=1, le=MOST_DRAWS
    )
    starts: int = setting(
        STARTS,
        "Most starting points of the search for a plan; it stops early when its answer is proved best.",
        unit="starts",
        ge=1,
        le=200,
    )
    level: float = setting(0.9, "Probability inside the reported intervals.", unit="share", ge=0.5, le=0.99)
    scenarios: dict[str, ScenarioSettings] = setting(
        DEFAULT_SCENARIOS, "The scenarios by name; add as many as you like."
    )

    @field_validator("scenarios")
    @classmethod
    def _named(cls, scenarios: dict[str, ScenarioSettings]) -> dict[str, ScenarioSettings]:
        if not scenarios:
            raise ValueError("name at least one scenario")
        for name in scenarios:
            if not name.strip() or name == PRESENT or len(name) > 40:
                raise ValueError(
                    f"a scenario cannot be named {name!r}: use up to 40 letters, and not {PRESENT!r}, which "
                    "is the present plan's name"
                )
        return scenarios


@dataclass(frozen=True, slots=True)
class BudgetOptimization:
    """FittedModel and the approved Baseline's constraints to Scenarios."""

    settings: BudgetSettings

    name: ClassVar[StepName] = StepName.BUDGET_OPTIMIZATION
    requires: ClassVar[tuple[type, ...]] = (FittedModel, Baseline)
    produces: ClassVar[type] = Scenarios
    calculation_version: ClassVar[int] = 1

    def run(self, inputs: Inputs, rng: np.random.Generator) -> Scenarios:
        """Return the plan of every scenario and the present plan.

        Raises
        ------
        InfeasibleError
            If a scenario's limits cannot add up to its total; all such scenarios are named.
        SettingsError
            If a scenario names a channel without budget, or sets limits outside the approved constraints.
        """
        settings = self.settings
        basis = plan_basis(inputs[FittedModel].response, periods=settings.periods, draws=settings.draws)
        constraints = {each.channel: each for each in inputs[Baseline].constraints}
        _check_names(basis, settings)
        questions = [
            _question(basis, name, scenario, constraints) for name, scenario in settings.scenarios.items()
        ]
        check_feasible(basis, questions)
        return solved_scenarios(basis, questions, starts=settings.starts, level=settings.level, rng=rng)


def _check_names(basis: PlanBasis, settings: BudgetSettings) -> None:
    faults = [
        Fault(
            "MMX-B009",
            f"{channel!r} has no budget; the channels with spend are {', '.join(basis.channels)}.",
            "Correct the channel's name, or leave it out.",
            f"budget.scenarios.{name}.channels",
        )
        for name, scenario in settings.scenarios.items()
        for channel in scenario.channels
        if channel not in basis.channels
    ]
    if faults:
        raise SettingsError.of(faults)


@dataclass(frozen=True, slots=True)
class _Limits:
    """A channel's limits in money, and where each comes from."""

    lower: float
    upper: float
    lower_origin: str
    upper_origin: str
    narrowed: bool = False


def _question(
    basis: PlanBasis, name: str, scenario: ScenarioSettings, constraints: dict[str, Constraint]
) -> BudgetQuestion:
    present = float(basis.present.sum())
    limits = [
        _limits(
            f"budget.scenarios.{name}.channels.{channel}",
            float(spend),
            scenario,
            scenario.channels.get(channel),
            constraints.get(channel),
        )
        for channel, spend in zip(basis.channels, basis.present, strict=True)
    ]
    return BudgetQuestion(
        scenario=name,
        total=present * scenario.budget_factor if scenario.total is None else scenario.total,
        lower=np.array([each.lower for each in limits]),
        upper=np.array([each.upper for each in limits]),
        lower_origin=tuple(each.lower_origin for each in limits),
        upper_origin=tuple(each.upper_origin for each in limits),
        objective=scenario.objective,
        risk=scenario.risk,
        notes=_narrowed_note([c for c, each in zip(basis.channels, limits, strict=True) if each.narrowed]),
    )


def _limits(
    place: str,
    present: float,
    scenario: ScenarioSettings,
    own: ChannelBoundSettings | None,
    constraint: Constraint | None,
) -> _Limits:
    """Return the channel's own limits or else the scenario's, kept within the approved constraint."""
    stated = _stated(present, scenario, own or ChannelBoundSettings())
    if constraint is None:
        return stated
    least, most = constraint.lower_factor * present, constraint.upper_factor * present
    if present <= 0.0:  # factors of nothing would forbid what a limit in money allows
        return stated
    if own is not None and (stated.lower > most or stated.upper < least):
        raise SettingsError(
            f"{constraint.channel} is to spend from {stated.lower:,.0f} to {stated.upper:,.0f}, but the "
            f"approved constraint ({constraint.origin}) allows {least:,.0f} to {most:,.0f}.",
            remedy="Change the channel's limits in the scenario, or revise the constraint.",
            code="MMX-B010",
            place=place,
        )
    lower, upper = min(max(stated.lower, least), most), max(min(stated.upper, most), least)
    changes = [constraint.lower_factor - 1.0, constraint.upper_factor - 1.0]
    words = f"constraint {' to '.join(percent(each, signed=True) for each in changes)}, {constraint.origin}"
    return _Limits(
        lower,
        upper,
        words if lower != stated.lower else stated.lower_origin,
        words if upper != stated.upper else stated.upper_origin,
        narrowed=lower != stated.lower or upper != stated.upper,
    )


def _narrowed_note(channels: list[str]) -> tuple[Note, ...]:
    if not channels:
        return ()
    return (Note(f"The approved constraints replace limits of this scenario for {', '.join(channels)}."),)


def _stated(present: float, scenario: ScenarioSettings, own: ChannelBoundSettings) -> _Limits:
    low = scenario.lower_change if own.lower_change is None else own.lower_change
    high = scenario.upper_change if own.upper_change is None else own.upper_change
    lower, lower_origin = present * (1.0 + low), f"{percent(low, signed=True)} of the present spend"
    upper, upper_origin = present * (1.0 + high), f"{percent(high, signed=True)} of the present spend"
    if own.lower_spend is not None:
        lower, lower_origin = own.lower_spend, "set in money"
    if own.upper_spend is not None:
        upper, upper_origin = own.upper_spend, "set in money"
    return _Limits(lower, upper, lower_origin, upper_origin)
