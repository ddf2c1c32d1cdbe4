"""Plans and scenarios made by hand, with all that a plan of today holds; and what a plan of old lacked."""

from dataclasses import replace

import numpy as np
import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import NOT_THERE, BudgetPlan, Scenarios, Target
from mmxlib.report.model_frames import ModelFrames
from mmxlib.terms import Detail, Goal, Objective

LEVEL = 0.9
PLAN_PERIODS = 13
MARGIN = 0.6
IN_PERIODS = 0.95
"""What falls inside the periods, as a share of what the spend causes."""

NEW_COLUMNS = ("forecast_outcome", "forecast_lower", "forecast_upper", "profit", "goal")


def scenarios_of(frames: ModelFrames, panel: Panel) -> Scenarios:
    """Return three scenarios beside the present plan."""
    factors = {"base": 1.0, "aggressive": 1.2, "conservative": 0.9}
    present = plan_of("present", frames, panel, factor=1.0, moves=False)
    plans = tuple(plan_of(name, frames, panel, factor=factor, moves=True) for name, factor in factors.items())
    return compared(present, plans)


def compared(present: BudgetPlan, plans: tuple[BudgetPlan, ...]) -> Scenarios:
    """Return plans side by side with the present one."""
    rows = [
        {
            "scenario": plan.scenario, "spend": plan.total, "change": plan.total / present.total - 1.0,
            "forecast_outcome": plan.forecast_outcome, "forecast_lower": plan.forecast_lower,
            "forecast_upper": plan.forecast_upper,
            "outcome": plan.outcome, "outcome_lower": plan.outcome_lower, "outcome_upper": plan.outcome_upper,
            "gain": plan.outcome - present.outcome,
            "gain_lower": plan.outcome - present.outcome - 0.6 * abs(plan.outcome - present.outcome),
            "gain_upper": plan.outcome - present.outcome + 0.6 * abs(plan.outcome - present.outcome),
            "roi": plan.roi,
            "marginal_roi": plan.marginal_roi, "profit": plan.profit,
            "probability_better": plan.probability_better, "gap": plan.gap,
            "objective": str(plan.objective), "goal": "" if plan is present else str(plan.goal),
        }
        for plan in (present, *plans)
    ]  # fmt: skip
    return Scenarios(plans, present, pd.DataFrame(rows), (Note("All scenarios use the same draws."),))


def plan_of(name: str, frames: ModelFrames, panel: Panel, *, factor: float, moves: bool) -> BudgetPlan:
    """Return one plan; its forecast, its limits and its totals agree with each other."""
    channels = _channels(frames, panel, factor=factor, moves=moves)
    spend, outcome = float(channels["spend"].sum()), float(channels["outcome"].sum())
    forecast = _forecast(channels, frames, panel)
    whole = forecast[(forecast["unit"] == "all") & (forecast["component"] == "outcome")]
    expected, half = float(whole["mean"].sum()), 0.06 * float(whole["mean"].sum())
    profit = MARGIN * outcome - spend
    present = channels["present_spend"].to_numpy(float)
    roi = frames.summary.set_index("channel").loc[list(channels["channel"]), "roi"].to_numpy(float)
    return BudgetPlan(
        scenario=name, objective=Objective.MEAN, table=_table(channels, panel), channels=channels,
        periods=PLAN_PERIODS, total=spend, present_total=float(present.sum()), outcome=outcome,
        outcome_lower=0.8 * outcome, outcome_upper=1.25 * outcome,
        present_outcome=float((roi * present).sum()),
        outcome_in_periods=IN_PERIODS * outcome, roi=outcome / spend, marginal_roi=0.5 * outcome / spend,
        probability_better=0.93 if moves else float("nan"), gap=0.0002 if moves else None, level=LEVEL,
        status="The optimizer converged.", notes=(), forecast_outcome=expected,
        forecast_lower=expected - half, forecast_upper=expected + half, profit=profit,
        profit_lower=0.5 * profit, profit_upper=1.5 * profit,
        limits=_limits(channels) if moves else pd.DataFrame(), forecast=forecast,
    )  # fmt: skip


_LIMITS = ["kind", "name", "lower", "upper", "spend", "binding", "shadow_price", "reason"]


def _channels(frames: ModelFrames, panel: Panel, *, factor: float, moves: bool) -> pd.DataFrame:
    paid = [channel.name for channel in panel.channels if channel.paid]
    share = np.linspace(0.75, 1.25, len(paid)) if moves else np.ones(len(paid))
    summary = frames.summary.set_index("channel").loc[paid]
    present = np.array(
        [panel.spend_by_period()[-PLAN_PERIODS:, panel.channel_names.index(c)].sum() for c in paid]
    )
    spend = factor * present * share
    spend *= factor * present.sum() / spend.sum()
    outcome = summary["roi"].to_numpy(float) * spend * (present / spend) ** 0.4
    last = 0.5 * float(outcome.sum() / spend.sum())  # what the last money brings, alike where nothing binds
    above, below = share > 1.2, share < 0.8
    beyond = spend > 1.2 * present
    return pd.DataFrame(
        {
            "channel": paid, "present_spend": present, "spend": spend, "change": spend / present - 1.0,
            "lower": 0.7 * present, "upper": 1.3 * present, "outcome": outcome,
            "outcome_lower": 0.7 * outcome, "outcome_upper": 1.4 * outcome, "roi": outcome / spend,
            "marginal_roi": last * np.where(above, 1.4, np.where(below, 0.6, 1.0))
            if moves
            else last * np.linspace(1.6, 0.4, len(paid)),
            "binding": np.where(above, "upper", np.where(below, "lower", "")),
            "shadow_price": last * np.where(above, 0.4, np.where(below, 0.4, 0.0)),
            "observed_maximum": 1.2 * present, "beyond_observed": beyond,
            "reason": "Its next euro brings more than elsewhere.",
        }
    )  # fmt: skip


def _limits(channels: pd.DataFrame) -> pd.DataFrame:
    spend = channels["spend"].to_numpy(float)
    first, total = float(spend[:2].sum()), float(spend.sum())
    rows = [
        ("total", "budget", total, total, total, "upper", 1.1, "The whole budget is spent."),
        ("group", "video", 0.0, first, first, "upper", 0.25, "Video may take no more."),
        ("segment", "S1", 0.2 * total, 0.6 * total, 0.45 * total, "", 0.0, ""),
        ("period", "2025-07-07", 0.05 * total, float("inf"), 0.05 * total, "lower", 0.1, "Never dark."),
    ]
    return pd.DataFrame(rows, columns=_LIMITS)


def _table(channels: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    dates = _ahead(panel)
    return pd.concat(
        [
            pd.DataFrame(
                {"date": dates, "channel": c, "unit": unit, "spend": s / PLAN_PERIODS / len(panel.units)}
            )
            for c, s in zip(channels["channel"], channels["spend"], strict=True)
            for unit in panel.units
        ],
        ignore_index=True,
    )


def _ahead(panel: Panel) -> np.ndarray:
    first = panel.dates[-1] + np.timedelta64(7, "D")
    dates: np.ndarray = (first + 7 * np.arange(PLAN_PERIODS)).astype("datetime64[s]")
    return dates


def _forecast(channels: pd.DataFrame, frames: ModelFrames, panel: Panel) -> pd.DataFrame:
    """Return last year's base, the plan's media and their sum, for each unit and for all together."""
    dates, count = _ahead(panel), len(panel.units)
    media = channels.set_index("channel")["outcome"] * IN_PERIODS / PLAN_PERIODS
    table = frames.contributions
    found: list[tuple[str, str, np.ndarray, np.ndarray]] = []
    for unit, size in zip(panel.units, panel.outcome.sum(axis=1) / panel.outcome.sum(), strict=True):
        rows = table[(table["unit"] == unit) & (table["component"] != "residual")]
        base = rows[~rows["component"].isin(list(media.index))]
        parts = {
            str(name): each["mean"].to_numpy(float)[-52 : PLAN_PERIODS - 52]
            for name, each in base.groupby("component", sort=False)
        }
        parts |= {str(name): np.full(PLAN_PERIODS, size * value) for name, value in media.items()}
        parts["outcome"] = np.sum(list(parts.values()), axis=0)
        noise = 0.08 if count > 1 else 0.05
        found += [(unit, name, mean, noise * np.abs(mean)) for name, mean in parts.items()]
    for component in dict.fromkeys(each[1] for each in found):
        own = [each for each in found if each[1] == component]
        half = np.sqrt(np.sum([each[3] ** 2 for each in own], axis=0))  # units err apart
        found.append(("all", component, np.sum([each[2] for each in own], axis=0), half))
    return pd.concat(
        [
            pd.DataFrame(
                {"date": dates, "unit": unit, "component": component, "mean": mean, "lower": mean - half,
                 "upper": mean + half}
            )
            for unit, component, mean, half in found
        ],
        ignore_index=True,
    )  # fmt: skip


def by_cells(plan: BudgetPlan) -> BudgetPlan:
    """Return the plan as one whose every period was free: some at a limit, spend in waves."""
    dates = np.sort(plan.table["date"].unique())
    wave = 1.0 + 0.6 * np.sin(np.arange(len(dates)))
    tables, cells = [], []
    for at, row in enumerate(plan.channels.to_dict("records")):
        spend = float(row["spend"]) * np.roll(wave, at) / wave.sum()
        most = 1.5 * float(row["spend"]) / len(dates)
        shown = {"date": dates, "channel": row["channel"], "spend": spend}
        tables.append(pd.DataFrame({**shown, "unit": "all"}))
        cells.append(
            pd.DataFrame(
                {
                    **shown, "lower": 0.0, "upper": most, "marginal_roi": row["marginal_roi"],
                    "binding": np.where(spend > most, "upper", ""),
                }
            )
        )  # fmt: skip
    table = pd.concat(tables, ignore_index=True)[["date", "channel", "unit", "spend"]]
    return replace(
        plan, detail=Detail.CHANNEL_AND_PERIOD, table=table, cells=pd.concat(cells, ignore_index=True)
    )


def seeking(
    plan: BudgetPlan, *, outcome: float, probability: float | None = None, reached: bool = True
) -> BudgetPlan:
    """Return the plan as the answer to a goal seek."""
    target = Target(outcome, probability, reached, 0.8 if reached else 0.07)
    return replace(plan, goal=Goal.TARGET, target=target)


def as_of_old(plan: BudgetPlan) -> BudgetPlan:
    """Return the plan as an earlier version of mmxlib left it."""
    return replace(
        plan,
        channels=plan.channels.drop(columns="shadow_price"),
        forecast_outcome=NOT_THERE,
        forecast_lower=NOT_THERE,
        forecast_upper=NOT_THERE,
        profit=NOT_THERE,
        profit_lower=NOT_THERE,
        profit_upper=NOT_THERE,
        limits=pd.DataFrame(),
        cells=pd.DataFrame(),
        forecast=pd.DataFrame(),
    )


def scenarios_of_old(scenarios: Scenarios) -> Scenarios:
    """Return the scenarios as an earlier version of mmxlib left them."""
    return replace(
        scenarios,
        plans=tuple(as_of_old(each) for each in scenarios.plans),
        present=as_of_old(scenarios.present),
        comparison=scenarios.comparison.drop(columns=list(NEW_COLUMNS)),
    )
