"""What ``mmx forecast`` shows: a run's forecast of a plan, by period and in all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from mmxlib.agents.scenario_questions import assumed_future
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.plan import Scenarios
from mmxlib.budget.beside_media import Assumed
from mmxlib.data.columns import found_column
from mmxlib.data.findings import Findings
from mmxlib.data.opening import file_tables
from mmxlib.data.tables import PathLike, Table
from mmxlib.errors import UsageError
from mmxlib.forecasting.forecast import PRESENT, forecast, spend_plan
from mmxlib.forecasting.plan_rows import plan_of_table
from mmxlib.forecasting.spend_plans import SpendPlan
from mmxlib.maths.arrays import Vector
from mmxlib.model.model import Model
from mmxlib.workflow.run import Run, view_run


@dataclass(frozen=True, slots=True)
class ForecastRequest:
    """Which plan to forecast, a file's or a scenario's (the present one without either), and how.

    ``events`` and ``controls`` are files of the future; without them a scenario's own future is assumed.
    """

    file: PathLike | None
    scenario: str | None
    events: PathLike | None
    controls: PathLike | None
    periods: int | None
    level: float
    by_unit: bool


@dataclass(frozen=True, eq=False)
class RunForecast:
    """A forecast for the terminal.

    ``periods``: date, spend (with units: unit), outcome, outcome_lower, outcome_upper, base, media; the
    fading last residual counts as base. ``total``: the same for all periods and units, in one row.
    ``components``: the frame of `mmxlib.forecast`.
    """

    periods: pd.DataFrame
    total: pd.DataFrame
    components: pd.DataFrame
    sentence: str
    notes: tuple[Note, ...]


def run_forecast(run_dir: Path, request: ForecastRequest) -> RunForecast:
    """Return the forecast of the run in ``run_dir``; reading takes no lock.

    Raises
    ------
    RunError
        If there is no run, or its model (or, for a scenario, its budget) is not done.
    DataError
        With all faults of the plan's file.
    UsageError
        If the run has no such scenario, or periods or level cannot be.
    """
    run = view_run(run_dir)
    model = Model(run.artifact(FittedModel).response)
    plan = _plan(run, model, request)
    future = _future(run, model, plan, request)
    events, controls = future.events, future.controls
    components = forecast(
        model, plan, events=events, controls=controls, level=request.level, by_unit=request.by_unit
    )
    whole = forecast(
        model, plan, events=events, controls=controls, level=request.level, by_unit=False, by_period=False
    )
    spend = plan.by_period(model.response.panel)
    periods = _rows(components, model)
    total = _with_spend(_rows(whole, model), spend.sum(keepdims=True))
    if not request.by_unit:
        periods = _with_spend(periods, spend)
    return RunForecast(periods, total, components, _sentence(total, len(plan.dates), request), plan.notes)


def _plan(run: Run, model: Model, request: ForecastRequest) -> SpendPlan:
    if request.file is not None:
        return plan_of_table(model.response, _table(request.file, ("channel", "spend")), request.periods)
    if request.scenario is None:
        return spend_plan(model.response, PRESENT, request.periods)
    scenarios = run.artifact(Scenarios)
    plan = scenarios.plan(request.scenario)
    if plan is None:
        raise UsageError(
            f'The run has no scenario "{request.scenario}".',
            remedy=f"It has {', '.join(each.scenario for each in scenarios.plans)}.",
            code="MMX-C030",
        )
    return spend_plan(model.response, plan, request.periods)


def _future(run: Run, model: Model, plan: SpendPlan, request: ForecastRequest) -> Assumed:
    """Return what is assumed of the future: what files say, else what the scenario says."""
    own = None
    if request.scenario is not None:
        settings = run.config.budget.scenarios.get(request.scenario)
        own = None if settings is None else assumed_future(model.response, len(plan.dates), settings)
    given = Assumed() if own is None else own
    return replace(
        given,
        events=given.events if request.events is None else _table(request.events, ("name", "start", "end")),
        controls=given.controls if request.controls is None else _table(request.controls, ("date",)),
    )


def _table(path: PathLike, needed: Sequence[str]) -> Table:
    """Return the table of a file: of several sheets, the first with the columns that are needed."""
    findings = Findings()
    tables = file_tables(path, None, findings)
    findings.raise_if_rejected()
    fitting = [each for each in tables if all(found_column(each, name) for name in needed)]
    return (fitting or list(tables))[0]


def _rows(components: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return a row per date and unit: outcome with its range, and what of it is base and what media."""
    keys = ["date", "unit"]
    outcome = components[components["component"] == "outcome"].set_index(keys)
    channels = components["component"].isin(model.response.panel.channel_names)
    media = components[channels].groupby(keys)["mean"].sum().reindex(outcome.index, fill_value=0.0)
    return pd.DataFrame(
        {
            "outcome": outcome["mean"],
            "outcome_lower": outcome["lower"],
            "outcome_upper": outcome["upper"],
            "base": outcome["mean"] - media,
            "media": media,
        }
    ).reset_index()


def _with_spend(rows: pd.DataFrame, spend: Vector) -> pd.DataFrame:
    """Return the rows, of all units together, with their spend in place of the unit."""
    shown = rows.drop(columns="unit")
    shown.insert(1, "spend", spend)
    return shown


def _sentence(total: pd.DataFrame, periods: int, request: ForecastRequest) -> str:
    row = total.iloc[0]
    return (
        f"In all {periods} periods: an outcome of {row['outcome']:,.0f} ({100.0 * request.level:g} % range "
        f"{row['outcome_lower']:,.0f} to {row['outcome_upper']:,.0f}), of which media bring "
        f"{row['media']:,.0f}, for a spend of {row['spend']:,.0f}."
    )
