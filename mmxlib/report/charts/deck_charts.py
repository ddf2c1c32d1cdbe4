"""The charts of the deck, each drawn once: those of the page, and one for every channel's curve."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from mmxlib.artifacts.diagnostics import Diagnostics
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.files import safe_name
from mmxlib.report.charts.budget import allocation_chart
from mmxlib.report.charts.canvas import Picture, chart_files
from mmxlib.report.charts.fit import fitted_chart
from mmxlib.report.charts.forecast import cells_chart, forecast_chart
from mmxlib.report.charts.returns import contributions_chart, curve_chart, curves_chart, roi_chart
from mmxlib.report.charts.scenarios import scenarios_chart
from mmxlib.report.forecast import plan_forecast
from mmxlib.report.model_frames import CurveMarks, ModelFrames
from mmxlib.report.numbers import Measures
from mmxlib.report.style import color_key
from mmxlib.report.tables import CURVE


@dataclass(frozen=True, eq=False)
class DeckCharts:
    """What the deck's charts are drawn from; ``marks`` is the spend marked on each channel's curve."""

    frames: ModelFrames
    measures: Measures
    marks: Mapping[str, CurveMarks]
    diagnostics: Diagnostics
    scenarios: Scenarios | None
    plan: BudgetPlan | None

    def of_page(self) -> tuple[Picture, ...]:
        """Return the charts of the page, in its order."""
        fit = fitted_chart(self.frames, self.diagnostics, self.measures)
        return (*(each for each in self._named.values() if each is not None), fit)

    def files(self) -> dict[str, bytes]:
        """Return the charts as files, by path, each with its numbers beside it."""
        curves = {
            f"decks/{CURVE}{safe_name(name)}": curve_chart(
                name, curve, self.marks[name], level=self.frames.level, measures=self.measures
            )
            for name, curve in self.frames.curves.items()
        }
        named = {f"decks/{name}": picture for name, picture in self._named.items()}
        return chart_files({**named, **curves})

    @cached_property
    def _named(self) -> dict[str, Picture | None]:
        """The charts that are both on the page and files."""
        frames, measures, plan = self.frames, self.measures, self.plan
        names = [str(each) for each in frames.summary["channel"]]
        colors = color_key(names, frames.summary["contribution"].tolist())
        forecast = None if plan is None else plan_forecast(plan, names)
        approved = None if plan is None else plan.scenario
        return {
            "channel_contributions": contributions_chart(frames, colors, measures),
            "roi": roi_chart(frames, colors, measures),
            "response_curves": curves_chart(frames, self.marks, measures),
            "allocation": None if plan is None else allocation_chart(plan, measures),
            "scenarios": None
            if self.scenarios is None
            else scenarios_chart(self.scenarios, measures, approved=approved),
            "forecast": None if forecast is None else forecast_chart(frames, forecast, measures),
            "plan_by_period": None if plan is None else cells_chart(plan, measures),
        }
