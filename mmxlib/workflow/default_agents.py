"""The six agents, built from the settings."""

from mmxlib.agents.agent import Agent
from mmxlib.agents.baseline import BaselineAgent
from mmxlib.agents.budget_optimization import BudgetOptimization
from mmxlib.agents.insight import Insight
from mmxlib.agents.model_optimization import ModelOptimization
from mmxlib.agents.segmentation import Segmentation
from mmxlib.agents.trend_scanner import TrendScanner
from mmxlib.config import Config
from mmxlib.terms import StepName


def default_agents(config: Config) -> dict[StepName, Agent]:
    """Return the six agents that ``config`` describes, in their order."""
    return {
        StepName.SEGMENTATION: Segmentation(config.segmentation),
        StepName.TREND_SCANNER: TrendScanner(config.trend_scanner),
        StepName.BASELINE: BaselineAgent(config.baseline, config.priors, config.constraints),
        StepName.MODEL_OPTIMIZATION: ModelOptimization(config.model, config.backtest, config.guardrails),
        StepName.BUDGET_OPTIMIZATION: BudgetOptimization(config.budget),
        StepName.INSIGHT: Insight(config.insight),
    }
