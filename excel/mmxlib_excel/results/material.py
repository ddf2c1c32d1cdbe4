"""What result sheets are filled from: the artifacts that hold, and the frames that reports share."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import TypeVar

from mmxlib.agents.insight import InsightSettings
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.report.model_frames import ModelFrames
from mmxlib.report.narrative import Summary
from mmxlib.report.numbers import Measures
from mmxlib.terms import StepName, Verdict
from mmxlib.workflow.outputs import frames_of, summary_of

ArtifactT = TypeVar("ArtifactT")

NO_WORTH = (
    "There is no ROI, and its charts are empty: the outcome counts units, and what one is worth is not "
    "known. Say it as revenue_per_unit on the sheet Settings."
)

BASE = "base"
"""The scenario that stands on the sheet of the budget as long as none is approved."""


@dataclass(frozen=True, eq=False)
class Material:
    """The artifacts of a run that hold now, by type, with the Panel among them.

    ``insight`` are the run's settings of the summary; ``stale`` the steps that were done, for other data,
    settings or decisions. Frames are computed on first use and kept: they take seconds.
    """

    found: Mapping[type, object]
    insight: InsightSettings
    stale: frozenset[StepName] = frozenset()

    def get(self, kind: type[ArtifactT]) -> ArtifactT | None:
        """Return the artifact of a type, or None where the run has none that holds."""
        value = self.found.get(kind)
        return value if isinstance(value, kind) else None

    @cached_property
    def frames(self) -> ModelFrames | None:
        """The frames of the fitted model."""
        fitted = self.get(FittedModel)
        return None if fitted is None else frames_of(fitted, recent_periods=self.insight.recent_periods)

    @cached_property
    def summary(self) -> Summary:
        """What the executive summary says so far."""
        return summary_of(self.found, self.insight, self.frames)

    @property
    def panel(self) -> Panel:
        """The data."""
        panel = self.get(Panel)
        assert panel is not None
        return panel

    @property
    def measures(self) -> Measures:
        """How the data's money and outcome are written."""
        return Measures.of(self.panel)

    @property
    def without_worth(self) -> str:
        """The sentence for charts that need the worth of a unit, where it is not known; empty where it is."""
        return NO_WORTH if isnan(self.panel.money_per_outcome) else ""

    @property
    def channels(self) -> tuple[str, ...]:
        """The media of the model."""
        return () if self.frames is None else tuple(str(each) for each in self.frames.summary["channel"])

    @property
    def failed(self) -> bool:
        """Whether the model failed its guardrails."""
        fitted = self.get(FittedModel)
        return fitted is not None and fitted.verdict is Verdict.FAIL

    @property
    def plan(self) -> BudgetPlan | None:
        """The approved plan; before that the base scenario's, unless the model failed its guardrails."""
        approved, scenarios = self.get(BudgetPlan), self.get(Scenarios)
        if approved is not None or scenarios is None or self.failed:
            return approved
        return scenarios.plan(BASE) or next(iter(scenarios.plans), None)
