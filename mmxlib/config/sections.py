"""The sections of the settings and the file in which each is kept."""

from collections.abc import Mapping

from mmxlib.agents.baseline import BaselineSettings, ConstraintSettings
from mmxlib.agents.insight import InsightSettings
from mmxlib.agents.scenario_settings import BudgetSettings
from mmxlib.agents.segmentation import SegmentationSettings
from mmxlib.agents.trend_scanner import TrendScannerSettings
from mmxlib.data.roles import DataSettings
from mmxlib.evaluation.backtesting import BacktestSettings
from mmxlib.evaluation.guardrails import GuardrailSettings
from mmxlib.model.settings import ModelSettings, PriorSettings
from mmxlib.settings import Settings, setting


class Config(Settings):
    """All settings of a run."""

    seed: int = setting(
        0, "Where all randomness starts: the same seed gives the same results.", ge=0, le=2**32 - 1
    )
    data: DataSettings = setting(DataSettings(), "What the columns and files of your data mean.")
    segmentation: SegmentationSettings = setting(
        SegmentationSettings(), "How sub-categories are grouped into segments."
    )
    trend_scanner: TrendScannerSettings = setting(
        TrendScannerSettings(), "How growth, season, shifts and unusual periods are found."
    )
    baseline: BaselineSettings = setting(
        BaselineSettings(), "How the outcome with no paid media is estimated before the model."
    )
    priors: PriorSettings = setting(PriorSettings(), "What is believed of each channel before the data.")
    model: ModelSettings = setting(ModelSettings(), "How the model is fitted.")
    backtest: BacktestSettings = setting(
        BacktestSettings(), "How the model is tried on data it has not seen."
    )
    budget: BudgetSettings = setting(BudgetSettings(), "Which budgets are planned, and how.")
    constraints: ConstraintSettings = setting(
        ConstraintSettings(), "How far the budget may move at all, whatever a scenario says."
    )
    guardrails: GuardrailSettings = setting(
        GuardrailSettings(), "When a result is good, doubtful or not to be used."
    )
    insight: InsightSettings = setting(
        InsightSettings(), "What the executive summary speaks of, and when it dares to advise."
    )


GLOBAL, SEGMENTATION, PRIORS, OPTIMIZATION, GUARDRAILS = (
    f"{name}.yaml" for name in ("global", "segmentation", "priors", "optimization", "guardrails")
)

SECTIONS: Mapping[str, tuple[str, ...]] = {
    GLOBAL: ("seed", "data", "trend_scanner", "baseline", "insight"),
    OPTIMIZATION: ("model", "backtest", "budget", "constraints"),
}
"""Files that hold several sections, each under its name."""

WHOLE: Mapping[str, str] = {SEGMENTATION: "segmentation", PRIORS: "priors", GUARDRAILS: "guardrails"}
"""Files that are one section."""

TITLES: Mapping[str, str] = {
    GLOBAL: "The run as a whole: the data, and the agents that look at them first and last.",
    SEGMENTATION: "How sub-categories are grouped into segments.",
    PRIORS: "What is believed of each channel before the data.",
    OPTIMIZATION: "The model, its backtest and the budget.",
    GUARDRAILS: "When a result is good, doubtful or not to be used.",
}


def file_of(section: str) -> str:
    """Return the file in which a section is kept."""
    files = {each: name for name, sections in SECTIONS.items() for each in sections}
    files |= {section: name for name, section in WHOLE.items()}
    return files[section]
