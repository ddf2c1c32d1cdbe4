"""The settings of budgets: scenarios as named questions, and what all of them share."""

import datetime

from pydantic import Field, field_validator, model_validator

from mmxlib.budget.optimizing import PRESENT
from mmxlib.budget.solving import STARTS
from mmxlib.forecasting.used_draws import MOST_DRAWS
from mmxlib.settings import Settings, setting
from mmxlib.terms import Detail, Goal, Objective, Solver


class BoundSettings(Settings):
    """How far spend may move: of a channel, a group, a segment or a period."""

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
    def _ordered(self) -> "BoundSettings":
        if (
            self.lower_spend is not None
            and self.upper_spend is not None
            and self.lower_spend > self.upper_spend
        ):
            raise ValueError("lower_spend must not exceed upper_spend")
        return self


class GroupSettings(BoundSettings):
    """Channels that are limited together."""

    channels: tuple[str, ...] = Field(description="The channels of the group.", min_length=1)


class FixedCellSettings(Settings):
    """Spend that is settled, whatever the plan."""

    channel: str = Field(description="The channel.")
    date: datetime.date = Field(description="The first day of the period.")
    spend: float = Field(description="What is spent.", json_schema_extra={"unit": "money"}, ge=0.0)
    segment: str | None = setting(None, "The segment; null means all of them.")


class FutureEventSettings(Settings):
    """An event to come, of a name that the data have."""

    name: str = Field(description="The event's name, written as in the data.")
    start: datetime.date = Field(description="Its first day.")
    end: datetime.date = Field(description="Its last day.")
    segment: str | None = setting(None, "The segment that it is for; null means all of them.")

    @model_validator(mode="after")
    def _ordered(self) -> "FutureEventSettings":
        if self.end < self.start:
            raise ValueError(f"the end, {self.end}, lies before the start, {self.start}")
        return self


class ScenarioSettings(Settings):
    """A named budget question."""

    goal: Goal = setting(
        Goal.TOTAL,
        "What settles the budget: the total below (total), the least return of the last money "
        "(marginal_roi), the most profit (profit, needs budget.margin), or sales to reach (target).",
    )
    budget_factor: float = setting(
        1.0, "Budget as a multiple of the present plan's spend (goal total).", unit="factor", gt=0.0, le=10.0
    )
    total: float | None = setting(
        None,
        "Budget over the plan's periods; where it is given, budget_factor is not used.",
        unit="money",
        gt=0.0,
    )
    marginal_roi_floor: float = setting(
        1.0,
        "What the last unit of money must bring (goal marginal_roi).",
        unit="money per money",
        gt=0.0,
    )
    target: float | None = setting(
        None, "Outcome that the plan's periods shall reach, base included (goal target).", gt=0.0
    )
    probability: float | None = setting(
        None, "Chance with which the target shall be reached; null asks for the mean.", gt=0.0, lt=1.0
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
        "What is made as large as possible: the mean outcome, the mean less its risk (mean_minus_risk), or "
        "the mean of the worst draws (cvar).",
    )
    risk: float = setting(
        1.0,
        "Standard deviations that mean_minus_risk takes off the mean; other objectives do not use it.",
        unit="sd",
        ge=0.0,
        le=10.0,
    )
    tail: float = setting(
        0.1, "Share of the worst draws whose mean is the cvar.", unit="share", gt=0.0, le=1.0
    )
    detail: Detail = setting(
        Detail.CHANNEL,
        "What is chosen: each channel's total with its present flighting (channel), or its spend in every "
        "period (channel_and_period).",
    )
    channels: dict[str, BoundSettings] = setting(
        {}, "Limits of single channels, by channel name, instead of the scenario's."
    )
    groups: dict[str, GroupSettings] = setting({}, "Limits of several channels together, by a name of yours.")
    segments: dict[str, BoundSettings] = setting(
        {}, "Limits of segments, by their names, over the channels that are not national."
    )
    each_period: BoundSettings | None = setting(
        None, "Limits of the spend on all channels in every single period."
    )
    fixed: tuple[FixedCellSettings, ...] = setting((), "Spend that is settled, by channel and period.")

    events: tuple[FutureEventSettings, ...] = setting(
        (), "Events to come that the scenario's forecast assumes beside those in the data."
    )
    controls: dict[str, float] = setting(
        {},
        "Change of controls by name, as a share of what the forecast assumes else: the last value of a price "
        "or of another control, of a promotion that of one year before.",
        unit="share",
    )

    @model_validator(mode="after")
    def _settled(self) -> "ScenarioSettings":
        if self.goal is Goal.TARGET and self.target is None:
            raise ValueError("goal target needs a target")
        return self


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
    solver: Solver = setting(
        Solver.SLSQP,
        "How plans are searched for: by gradients from several starts (slsqp; every period of every channel "
        "by second derivatives as well), or by chance over the whole range (differential_evolution, "
        "dual_annealing), which is slower and serves as a check.",
    )
    margin: float | dict[str, float] | None = setting(
        None,
        "Profit on one unit of outcome before the spend, one for all or by segment; null means that only the "
        "outcome counts.",
        unit="money per outcome",
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

    @field_validator("margin")
    @classmethod
    def _above_zero(cls, margin: float | dict[str, float] | None) -> float | dict[str, float] | None:
        each = margin.values() if isinstance(margin, dict) else [] if margin is None else [margin]
        if not all(0.0 < value < float("inf") for value in each):
            raise ValueError("a margin must be above zero")
        return margin

    @model_validator(mode="after")
    def _margin_given(self) -> "BudgetSettings":
        if self.margin is None and any(each.goal is Goal.PROFIT for each in self.scenarios.values()):
            raise ValueError("goal profit needs budget.margin")
        return self
