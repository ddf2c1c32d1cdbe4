"""Marketing mix modeling: what each channel brought, what a plan will bring, and which plan is best.

The names below are the public face and stay stable; everything else is internal. Each is loaded when
it is first used, so that ``import mmxlib`` costs next to nothing.
"""

from importlib import import_module

_HOME = {
    "Agent": "mmxlib.agents.agent",
    "Backtest": "mmxlib.artifacts.diagnostics",
    "Baseline": "mmxlib.artifacts.baseline",
    "BudgetPlan": "mmxlib.artifacts.plan",
    "Config": "mmxlib.config",
    "DataError": "mmxlib.errors",
    "DecisionError": "mmxlib.errors",
    "Diagnostics": "mmxlib.artifacts.diagnostics",
    "Event": "mmxlib.artifacts.panel",
    "Experiment": "mmxlib.artifacts.experiments",
    "FittedModel": "mmxlib.artifacts.fitted",
    "InfeasibleError": "mmxlib.errors",
    "Inputs": "mmxlib.agents.agent",
    "Insights": "mmxlib.artifacts.insights",
    "MmxError": "mmxlib.errors",
    "Model": "mmxlib.model.model",
    "ModelError": "mmxlib.errors",
    "ModelSettings": "mmxlib.model.settings",
    "Note": "mmxlib.artifacts.note",
    "Panel": "mmxlib.data.frames",
    "PlanComparison": "mmxlib.artifacts.plan_comparison",
    "PriorSettings": "mmxlib.model.settings",
    "RunError": "mmxlib.errors",
    "RunInUseError": "mmxlib.errors",
    "Scenarios": "mmxlib.artifacts.plan",
    "Segment": "mmxlib.artifacts.segments",
    "Segments": "mmxlib.artifacts.segments",
    "Session": "mmxlib.workflow.session",
    "SettingsError": "mmxlib.errors",
    "Simulation": "mmxlib.data.simulation",
    "StepTest": "mmxlib.artifacts.experiments",
    "Target": "mmxlib.artifacts.plan",
    "StorageError": "mmxlib.errors",
    "Trends": "mmxlib.artifacts.trends",
    "UsageError": "mmxlib.errors",
    "Workers": "mmxlib.workers.processes",
    "backtest": "mmxlib.evaluation.fitting",
    "budget_for_target": "mmxlib.budget.optimizing",
    "compare_plan": "mmxlib.evaluation.plan_comparison",
    "fit_model": "mmxlib.evaluation.fitting",
    "forecast": "mmxlib.forecasting.forecast",
    "load_model": "mmxlib.model.model",
    "optimize_budget": "mmxlib.budget.optimizing",
    "read_config": "mmxlib.config",
    "read_panel": "mmxlib.data.reading",
    "simulate_panel": "mmxlib.data.simulation",
    "write_config": "mmxlib.config",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version  # costs more than all the rest of this module

        return version("mmxlib")
    if name not in _HOME:
        raise AttributeError(f"module 'mmxlib' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
