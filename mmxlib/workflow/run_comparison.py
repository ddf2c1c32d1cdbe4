"""Two runs side by side: what changed, what it did to the results, and how far the one explains the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
import pandas as pd

from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.model.model import Model
from mmxlib.terms import StepName
from mmxlib.workflow.run import Run
from mmxlib.workflow.run_changes import Change, ChangeKind, StepChange, changes_between, step_changes

UP_TO_MODEL = (
    StepName.SEGMENTATION,
    StepName.TREND_SCANNER,
    StepName.BASELINE,
    StepName.MODEL_OPTIMIZATION,
)
UP_TO_PLAN = (*UP_TO_MODEL, StepName.BUDGET_OPTIMIZATION, StepName.ALLOCATION)
"""The steps on which the recommended budget rests."""

MEASURES = ("contribution", "roi")

ArtifactT = TypeVar("ArtifactT")


class Move(StrEnum):
    """How far a number moved, against the ranges of both runs.

    ``within``: each run's number lies in the other's range. ``beyond``: the ranges do not even touch.
    ``partly``: anything between. ``new`` and ``gone``: only one run has the channel.
    """

    SAME = "the same"
    WITHIN = "within both ranges"
    PARTLY = "at the edge of the ranges"
    BEYOND = "beyond both ranges"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, eq=False)
class RunComparison:
    """Two runs, compared.

    ``model_causes`` are the kinds of change that reach the model, ``plan_causes`` those that reach the
    recommended budget. ``channels``: a row per channel, each of contribution and ROI before and after with
    its range, and a `Move`; over ``window``, the periods that both runs have. ``budget``: a row per channel,
    what each run spends now and recommends. ``fit``: a row per measure. Tables are empty where a run has not
    come so far.
    """

    before: Run
    after: Run
    changes: tuple[Change, ...]
    steps: tuple[StepChange, ...]
    model_causes: tuple[ChangeKind, ...]
    plan_causes: tuple[ChangeKind, ...]
    fit: pd.DataFrame
    channels: pd.DataFrame
    window: tuple[np.datetime64, np.datetime64] | None
    budget: pd.DataFrame

    @property
    def identical(self) -> bool:
        """Whether all results are the same, byte for byte, as far as both runs have come."""
        return bool(self.steps) and all(each.same for each in self.steps)


def compare_runs(before: Run, after: Run) -> RunComparison:
    """Return what changed from one run to another, and what that did to the results.

    Raises
    ------
    RunError
        If this version cannot read one of them.
    """
    steps = step_changes(before.position().done, after.position().done)
    models = _both(before, after, FittedModel)
    fit = channels = pd.DataFrame()
    window = None
    if models is not None:
        fit = _fit(*models)
        window = _window(*models)
        channels = pd.DataFrame() if window is None else _channels(*models, window)
    return RunComparison(
        before=before,
        after=after,
        changes=changes_between(before, after),
        steps=steps,
        model_causes=causes_of(steps, UP_TO_MODEL),
        plan_causes=causes_of(steps, UP_TO_PLAN),
        fit=fit,
        channels=channels,
        window=window,
        budget=_budget(before, after),
    )


def causes_of(steps: Sequence[StepChange], chosen: Sequence[StepName]) -> tuple[ChangeKind, ...]:
    """Return the kinds of change in what any of the chosen steps was given."""
    found = {cause for each in steps if each.step in chosen for cause in each.causes}
    return tuple(kind for kind in ChangeKind if kind in found)


def _both(before: Run, after: Run, kind: type[ArtifactT]) -> tuple[ArtifactT, ArtifactT] | None:
    if kind not in before.digests() or kind not in after.digests():
        return None
    return before.artifact(kind), after.artifact(kind)


def _fit(before: FittedModel, after: FittedModel) -> pd.DataFrame:
    """Return how well each model fits, forecasts and passes its guardrails."""

    def told(fitted: FittedModel) -> dict[str, object]:
        accuracy = fitted.diagnostics.accuracy
        whole = accuracy[accuracy["unit"] == "all"] if (accuracy["unit"] == "all").any() else accuracy
        summary = fitted.backtest.summary
        unseen = summary[summary["method"] == "model"] if len(summary) else summary
        return {
            "share of the ups and downs explained (R2)": float(whole["r2"].mean()),
            "mean error on unseen periods": float(unseen["mape"].mean()) if len(unseen) else float("nan"),
            "guardrails": fitted.verdict.value,
        }

    old, new = told(before), told(after)
    return pd.DataFrame({"measure": list(old), "before": list(old.values()), "after": list(new.values())})


def _window(before: FittedModel, after: FittedModel) -> tuple[np.datetime64, np.datetime64] | None:
    dates = np.intersect1d(before.response.panel.dates, after.response.panel.dates)
    return (dates[0], dates[-1]) if len(dates) else None


def _channels(
    before: FittedModel, after: FittedModel, window: tuple[np.datetime64, np.datetime64]
) -> pd.DataFrame:
    level = before.backtest.level
    days = (str(window[0]), str(window[1]))
    columns = ["channel", *(f"{each}{end}" for each in MEASURES for end in ("", "_lower", "_upper"))]
    old, new = runs = [
        Model(each.response, each.diagnostics).channel_summary(days, level)[columns].set_index("channel")
        for each in (before, after)
    ]
    names = list(dict.fromkeys([*old.index, *new.index]))
    table = old.reindex(names).join(new.reindex(names), lsuffix="_before", rsuffix="_after")
    for measure in MEASURES:
        parts = [f"{measure}{end}" for end in ("", "_lower", "_upper")]
        table[f"{measure}_move"] = [
            move_between(*(each.loc[name, parts].tolist() if name in each.index else None for each in runs))
            for name in names
        ]
    return table.rename_axis("channel").reset_index()


def move_between(before: Sequence[float] | None, after: Sequence[float] | None) -> str:
    """Return the `Move` from one number to another, each with the ends of its range, shape (3,).

    None is a channel that the run does not have. Empty where a number is not finite.
    """
    if before is None or after is None:
        return (Move.NEW if before is None else Move.GONE).value
    if not np.isfinite([*before, *after]).all():
        return ""
    if list(before) == list(after):
        return Move.SAME.value
    (old, old_lower, old_upper), (new, new_lower, new_upper) = before, after
    if old_lower > new_upper or new_lower > old_upper:
        return Move.BEYOND.value
    inside = old_lower <= new <= old_upper and new_lower <= old <= new_upper
    return (Move.WITHIN if inside else Move.PARTLY).value


def _budget(before: Run, after: Run) -> pd.DataFrame:
    plans = _both(before, after, BudgetPlan)
    if plans is None:
        return pd.DataFrame()
    told = _both(before, after, Insights)
    tables = []
    for index, plan in enumerate(plans):
        table = plan.channels[["channel", "present_spend", "spend", "change"]].set_index("channel")
        by_channel = {} if told is None else {each.channel: str(each.action) for each in told[index].actions}
        table["action"] = [by_channel.get(str(name), "") for name in table.index]
        tables.append(table.rename(columns={"spend": "recommended"}))
    old, new = tables
    names = list(dict.fromkeys([*old.index, *new.index]))
    table = old.reindex(names).join(new.reindex(names), lsuffix="_before", rsuffix="_after")
    return table.rename_axis("channel").reset_index()
