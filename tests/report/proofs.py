"""Every number of the key insights, computed again from the artifact that its path names.

Nothing here is taken from the rooms that make the sentences: a path is read, the artifact is looked up, and
the number is worked out from what stands there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.response import Response
from mmxlib.artifacts.trends import Trends
from mmxlib.model.model import Model
from mmxlib.model.returns import window_returns

PATH = re.compile(r"(?P<root>\w+)(?P<attributes>(?:\.\w+)*?)(?:\[(?P<key>.*)\])?(?:\.(?P<column>\w+))?")


@dataclass(frozen=True)
class Run:
    """The artifacts of a run by type, the actions that its key insights tell, and the summary's window."""

    by_type: Mapping[type, Any]
    actions: Mapping[str, Mapping[str, Any]]
    recent_periods: int

    @property
    def fitted(self) -> FittedModel:
        found: FittedModel = self.by_type[FittedModel]
        return found

    @property
    def periods(self) -> int:
        return min(self.recent_periods, len(self.fitted.response.panel.dates))

    @property
    def recent(self) -> pd.DataFrame:
        dates = self.fitted.response.panel.dates
        window = (str(dates[-self.periods]), str(dates[-1]))
        level = self.fitted.backtest.level
        return Model(self.fitted.response).channel_summary(window, level).set_index("channel")

    def root(self, name: str) -> Any:
        """Return what the beginning of a path stands for."""
        fitted = self.fitted
        roots = {
            "panel": fitted.response.panel, "response": fitted.response, "trends": self.by_type.get(Trends),
            "diagnostics": fitted.diagnostics, "backtest": fitted.backtest, "guardrails": fitted.guardrails,
            "scenarios": self.by_type.get(Scenarios), "budget_plan": self.by_type.get(BudgetPlan),
            "insights": self.actions,
        }  # fmt: skip
        return roots[name]


def recomputed(run: Run, topic: str, name: str, source: str) -> float:
    """Return the number called ``name`` from what stands at ``source``.

    Raises
    ------
    KeyError
        If nobody has said how such a number is worked out: then it proves nothing.
    """
    found = PATH.fullmatch(source)
    assert found is not None, source
    root, path = found["root"], f"{found['root']}{found['attributes']}"
    at = run.root(root)
    assert at is not None, source
    key, column = found["key"], found["column"]
    if root == "panel":
        return _of_panel(run, name, path, key, column)
    if root == "trends":
        return _of_trends(at, name, path, key, column)
    if root == "response":
        return _of_media(run, name, key, column)
    if root in ("diagnostics", "backtest"):
        table = at.accuracy if root == "diagnostics" else at.summary
        rows = table[table["unit" if root == "diagnostics" else "method"] == key]
        return float((rows if len(rows) else table)[column].mean())
    if root == "guardrails":
        return _of_guardrails(run, name, key)
    if root == "insights":
        return _of_actions(run, name, key)
    return _of_plans(run, name, path, key, column)


def _of_panel(run: Run, name: str, path: str, key: str | None, column: str | None) -> float:
    panel, recent = run.fitted.response.panel, run.periods
    whole = path if column is None else f"{path}.{column}"
    if whole == "panel.experiments":
        tested = {each.channel for each in panel.experiments}
        return float(sum(each.paid and each.name not in tested for each in panel.channels))
    if whole == "panel.dates":
        return float(recent)
    assert path == "panel.outcome"
    assert key is not None
    if name == "outcome":
        return float(panel.outcome[:, int(key.removesuffix(":")) :].sum())
    if name == "growth":
        first, last = (int(each) for each in key.split(":"))
        assert (first, last) == (-2 * recent, -recent)
        return float(panel.outcome[:, last:].sum() / panel.outcome[:, first:last].sum() - 1.0)
    growth = panel.outcome[:, -recent:].sum(axis=1) / panel.outcome[:, -2 * recent : -recent].sum(axis=1) - 1
    extreme = {"best": growth.max(), "worst": growth.min()}[name]
    assert growth[panel.units.index(key)] == extreme
    return float(extreme)


def _of_trends(trends: Trends, name: str, path: str, key: str | None, column: str | None) -> float:
    assert key is not None
    if path == "trends.flagged_periods":
        assert name in ("anomalies", "level_shifts")
        return float((trends.flagged_periods["kind"] == key).sum())
    if path == "trends.seasonality":
        return float(trends.seasonality.set_index("segment").loc[key, column])
    assert path == "trends.event_impact"
    table = trends.event_impact
    rows = table[(table["segment"] + ", " + table["event"]) == key]
    sure = table[table["reliable"].astype(bool)]
    strongest = sure.loc[sure["lift"].abs().idxmax()]
    assert strongest["event"] in set(rows["event"])
    return float(strongest[column])


def _of_media(run: Run, name: str, key: str | None, column: str | None) -> float:
    recent, panel = run.recent, run.fitted.response.panel
    if key is not None:
        value = float(recent.loc[key, column])
        extremes = {
            "best_roi": recent["roi"].max(), "least_roi": recent["roi"].min(),
            "contribution": recent["contribution"].max(),
        }  # fmt: skip
        assert value == extremes.get(name, value)
        return value
    if name == "channels":
        known = recent[recent["roi"].notna()]
        return float((known["roi_upper"] > 4.0 * known["roi_lower"].clip(lower=1e-12)).sum())
    paid = np.array([each.paid for each in panel.channels])
    share = float(recent["share"].to_numpy()[paid].sum())
    shares = {
        "media_share": share,
        "baseline_share": 1.0 - share,
        "organic_share": float(recent["share"].to_numpy()[~paid].sum()),
    }
    return shares[name]


def _of_guardrails(run: Run, name: str, key: str | None) -> float:
    checks = run.fitted.guardrails
    if key is not None:
        chosen = [each for each in checks if key in (each.name, f"{each.name}, {each.about}")]
        assert len(chosen) >= 1
        return float(chosen[0].value)
    return float(sum(each.verdict.value == {"passed": "pass", "failed": "fail"}[name] for each in checks))


def _of_actions(run: Run, name: str, key: str | None) -> float:
    if key is None:
        assert name == "faint"
        tests = [each["test"] for each in run.actions.values() if each["test"]]
        return float(sum(each["expected_lift"] < each["detectable_lift"] for each in tests))
    assert name.startswith("confidence_")
    return confidence(run, key)


def confidence(run: Run, channel: str) -> float:
    """Return the probability that a channel's move is right, from the draws alone."""
    plan: BudgetPlan = run.by_type[BudgetPlan]
    response: Response = run.fitted.response
    panel = response.panel
    periods = min(plan.periods, len(panel.dates))
    slope = window_returns(response, len(panel.dates) - periods, len(panel.dates)).slope
    spend = panel.total_spend(len(panel.dates) - periods)
    worth = panel.money_per_outcome if np.isfinite(panel.money_per_outcome) else 1.0
    at = panel.channel_names.index(channel)
    action = run.actions[channel]
    if spend[at] <= 0.0:
        return 0.5
    marginal = worth * slope[:, at] / spend[at]
    average = worth * slope[:, spend > 0.0].sum(axis=1) / spend.sum()
    hurdle = average * plan.marginal_roi / average.mean()
    change = action["recommended_spend"] / action["present_spend"] - 1.0
    if abs(change) <= 0.05:
        ratio = np.maximum(marginal, 1e-12) / np.maximum(hurdle, 1e-12)
        return float(np.mean(np.abs(np.log2(ratio)) <= 0.585))
    above = float(np.mean(marginal > hurdle) + 0.5 * np.mean(marginal == hurdle))
    return above if change > 0.0 else 1.0 - above


def _of_plans(run: Run, name: str, path: str, key: str | None, column: str | None) -> float:
    plan: BudgetPlan = run.by_type[BudgetPlan]
    if path == "scenarios.comparison":
        table = run.by_type[Scenarios].comparison.set_index("scenario")
        return float(table.loc[key, column])
    if path.startswith("budget_plan.channels") and key is None:
        assert column == "beyond_observed" or path.endswith("beyond_observed")
        return float(plan.channels["beyond_observed"].astype(bool).sum())
    if path == "budget_plan.channels":
        return float(plan.channels.set_index("channel").loc[key, column])
    if path == "budget_plan.limits":
        limits = plan.limits
        words = limits["kind"].astype(str) + " " + limits["name"].astype(str)
        return float(limits[words == key][str(column)].iloc[0])
    value: Any = run.root(path.partition(".")[0])
    for attribute in [*path.split(".")[1:], *([column] if column else [])]:
        value = getattr(value, attribute)
    return float(value)
