"""Experiments as settings: tests listed in priors.yaml, as rows of a file would be."""

import datetime

from pydantic import Field, model_validator

from mmxlib.artifacts.experiments import AnyExperiment, Experiment, StepTest, step_fault
from mmxlib.settings import Settings, setting

LIFT = ("start", "end", "lift", "standard_error")
STEP = ("x", "delta_x", "delta_y", "sigma")


class ExperimentSettings(Settings):
    """One test: a lift in a window, or a step in spend."""

    channel: str = Field(description="The channel tested, written as in the media.")
    unit: str | None = setting(
        None, "The sub-category (or region) in which it was tested, as in sales; empty: all of them."
    )
    start: datetime.date | None = setting(None, "First day of a lift test.")
    end: datetime.date | None = setting(None, "Last day of a lift test.")
    lift: float | None = setting(
        None, "Outcome that the tested exposure brought over the window.", unit="outcome"
    )
    standard_error: float | None = setting(None, "Standard error of the lift.", unit="outcome", gt=0.0)
    change: float | None = setting(
        None,
        "Share of the channel's exposure that a lift test added; negative: withheld; empty: -1, all of it.",
        unit="share",
    )
    x: float | None = setting(
        None,
        "Spend per period before the step, in a test of a step in spend.",
        unit="spend per period",
        ge=0.0,
    )
    delta_x: float | None = setting(
        None, "Change of spend per period that the step made.", unit="spend per period"
    )
    delta_y: float | None = setting(
        None,
        "Change of outcome per period that the step brought once carryover had settled.",
        unit="outcome per period",
    )
    sigma: float | None = setting(None, "Standard error of delta_y.", unit="outcome per period", gt=0.0)
    date: datetime.date | None = setting(
        None, "Day from which a step test was known, for backtests; empty: always known."
    )

    @model_validator(mode="after")
    def _one_kind(self) -> "ExperimentSettings":
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        kinds = {"a lift": (*LIFT, "change"), "a step in spend": (*STEP, "date")}
        kind = "a step in spend" if any(name in given for name in STEP) else "a lift"
        needed = STEP if kind == "a step in spend" else LIFT
        missing = [name for name in needed if name not in given]
        strange = [name for each, own in kinds.items() if each != kind for name in own if name in given]
        if strange:
            raise ValueError(f"a test of {kind} has no {', '.join(strange)}; list each test on its own")
        if missing:
            raise ValueError(f"a test of {kind} needs {', '.join(missing)}")
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError(f"the end, {self.end}, lies before the start, {self.start}")
        fault = "" if self.x is None else step_fault(self.x, *self._rest_of_step())
        if fault:
            raise ValueError(fault)
        return self

    def _rest_of_step(self) -> tuple[float, float, float]:
        assert self.delta_x is not None  # as checked above
        assert self.delta_y is not None
        assert self.sigma is not None
        return self.delta_x, self.delta_y, self.sigma

    def experiment(self) -> AnyExperiment:
        """Return the test itself."""
        if self.x is not None:
            return StepTest(self.channel, self.x, *self._rest_of_step(), unit=self.unit, date=self.date)
        assert self.start is not None  # as checked above
        assert self.end is not None
        assert self.lift is not None
        assert self.standard_error is not None
        return Experiment(
            self.channel,
            self.start,
            self.end,
            self.lift,
            self.standard_error,
            unit=self.unit,
            change=-1.0 if self.change is None else self.change,
        )
