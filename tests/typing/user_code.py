"""What users write against the public face: a type checker reads it, and nobody runs it."""

import datetime
from collections.abc import Mapping
from concurrent.futures import Executor
from pathlib import Path

import pandas as pd

import mmxlib as mmx


def panels(frame: pd.DataFrame, config_folder: Path) -> list[mmx.Panel]:
    config: mmx.Config = mmx.read_config(config_folder)
    named = mmx.Panel.from_frame(
        frame, date="week", unit="region", outcome="revenue", spend={"tv": "tv_cost"}, controls=["price"]
    )
    read = mmx.read_panel("sales.csv", media="media.csv", config=config)
    names: tuple[str, ...] = read.channel_names
    return [named, read.window(0, len(names)), mmx.simulate_panel(periods=104, seed=1).panel]


def fitted(panel: mmx.Panel, executor: Executor | None = None) -> mmx.Model:
    test = mmx.Experiment(
        "tv", start=datetime.date(2025, 3, 3), end=datetime.date(2025, 3, 30), lift=1e5, standard_error=2e4
    )
    step = mmx.StepTest("search", x=0.0, delta_x=1e4, delta_y=2e4, sigma=3e3)
    model = mmx.fit_model(
        panel,
        mmx.PriorSettings.model_validate({"channels": {"tv": {"half_life": 2.0}}}),
        settings=mmx.ModelSettings(draws=400),
        experiments=[test, step],
        executor=executor,
    )
    model.save("model.mmx")
    diagnostics: mmx.Diagnostics | None = mmx.load_model("model.mmx").diagnostics
    if diagnostics is not None:
        print([(check.name, check.verdict.value, check.remedy) for check in diagnostics.checks])
    return model


def tables(model: mmx.Model) -> dict[str, pd.DataFrame]:
    window = (datetime.date(2025, 1, 6), datetime.date(2025, 12, 29))
    return {
        "summary": model.channel_summary(window, level=0.8),
        "contributions": model.contributions(),
        "carryover": model.carryover(),
        "curve": model.response_curve("tv", spend=[0.0, 1e4, 2e4]),
        "prediction": model.prediction(noise=False),
        "priors": model.priors(),
        "rivals": model.rival_fits(),
        "forecast": mmx.forecast(model, "present", periods=26, by_unit=False),
    }


def plans(model: mmx.Model, newer: mmx.Panel) -> float:
    plan: mmx.BudgetPlan = mmx.optimize_budget(
        model, 1e6, bounds={"tv": (0.0, 5e5)}, groups={"video": (["tv", "online"], 0.0, 6e5)}
    )
    goal = mmx.budget_for_target(model, 1.01 * plan.forecast_outcome, probability=0.8)
    target: mmx.Target | None = goal.target
    compared: mmx.PlanComparison = mmx.compare_plan(plan, model, newer)
    report: mmx.Backtest = mmx.backtest(newer, folds=2)
    notes: list[mmx.Note] = [*plan.notes, *compared.notes]
    gap: float = plan.gap if plan.gap is not None else float("nan")
    print(report.summary, target.chance if target is not None else None, [note.text for note in notes])
    return plan.outcome - plan.present_outcome - gap


def decided(folder: Path, panel: mmx.Panel) -> float | None:
    config = mmx.Config()
    with mmx.Workers(2) as workers, mmx.Session.open(folder, config, panel, executor=workers) as session:
        status = session.advance(lambda news: print(news.step))
        if status.checkpoint is not None:
            review = session.review()
            status = session.approve("baseline", by="Ana", content_id=review.content_id)
        status = session.revise({"priors.tv.half_life": 3}, by="Ana", comment="longer")
        segments: mmx.Segments = session.artifact(mmx.Segments)
        scenarios: mmx.Scenarios = session.artifact(mmx.Scenarios)
        base = scenarios.plan("base")
        session.write_outputs()
        print([segment.name for segment in segments.segments], status.checkpoint)
        return None if base is None else base.total


def with_agents(folder: Path, panel: mmx.Panel, agents: Mapping[str, mmx.Agent]) -> mmx.Session:
    return mmx.Session.open(folder, panel=panel, agents=agents)


def simulated(folder: Path) -> mmx.Simulation:
    market: mmx.Simulation = mmx.simulate_panel(sub_categories=2, channels=3, periods=104, seed=1)
    events: tuple[mmx.Event, ...] = market.panel.events
    mmx.write_config(mmx.Config(), folder)
    print([(event.name, event.start, event.unit) for event in events], market.truth.contributions)
    return market


def results(session: mmx.Session) -> str:
    trends: mmx.Trends = session.artifact(mmx.Trends)
    baseline: mmx.Baseline = session.artifact(mmx.Baseline)
    fit: mmx.FittedModel = session.artifact(mmx.FittedModel)
    insights: mmx.Insights = session.artifact(mmx.Insights)
    tables: list[pd.DataFrame] = [trends.flagged_periods, baseline.levels, fit.backtest.summary]
    print(tables, fit.verdict.value, [check.meaning for check in fit.guardrails])
    return insights.headline


def told(error: mmx.MmxError) -> tuple[str, str, str]:
    match error:
        case mmx.InfeasibleError() | mmx.DecisionError() | mmx.ModelError():
            kind = "decide anew"
        case mmx.DataError() | mmx.SettingsError() | mmx.UsageError():
            kind = "mend what went in"
        case mmx.RunInUseError() | mmx.RunError() | mmx.StorageError():
            kind = "look at the run"
        case _:
            kind = "tell us"
    return error.code, kind, "; ".join(f"{fault.problem} {fault.remedy}" for fault in error.faults)
