"""The forecast of a plan, and what a budget layer needs of it beside media."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.artifacts.response import Response
from mmxlib.data.tables import table_of_frame
from mmxlib.errors import UsageError
from mmxlib.forecasting.continuation import expected_of, future_columns
from mmxlib.forecasting.forecast_draws import Shocks, enough_rounds, shocks
from mmxlib.forecasting.future_drivers import FutureControls, FutureEvents, future_panel
from mmxlib.forecasting.plan_rows import plan_of_table
from mmxlib.forecasting.spend_plans import SpendPlan, check_periods, future_dates, present_plan
from mmxlib.forecasting.tables import TableOptions, forecast_table
from mmxlib.forecasting.used_draws import chosen_draws, used_draws
from mmxlib.maths.arrays import Array, Cube, Dates
from mmxlib.model.model import Model, check_level

PRESENT = "present"


class Estimate(StrEnum):
    """What a forecast reports: the mean over draws, or what the one reference parameter vector gives."""

    MEAN = "mean"
    REFERENCE = "reference"


@dataclass(frozen=True, eq=False)
class Outlook:
    """What is expected beside media in the periods after the data, and what chance adds.

    ``dates``: (period,). ``used``: indices of the draws that measure plans. ``base``: (draw, unit, period)
    over those draws, base and the fading last residual. ``shocks``: all that chance
    adds; path i goes with draw i modulo the draws, so with one round they are by draw. The whole
    outcome of a plan is, by path, base + organic media + paid media within the periods + shocks.
    """

    dates: Dates
    used: Array
    base: Cube
    shocks: Shocks


def outlook(
    response: Response,
    periods: int,
    *,
    events: FutureEvents = None,
    controls: FutureControls = None,
    rng: np.random.Generator,
    rounds: int = 1,
    used: Array | None = None,
) -> Outlook:
    """Return what is expected beside media in the ``periods`` after the data, the same for every plan.

    Parameters
    ----------
    response
        The fitted model.
    periods
        How many, at most as many as the data have.
    events, controls
        As `forecast` takes them.
    rng
        The source of chance; one in the same state as that of a forecast gives the same shocks.
    rounds
        How often every draw meets chance.
    used
        Indices of the draws; None takes those that a forecast takes.

    Raises
    ------
    UsageError
        If there are more periods than the data have.
    DataError
        With all faults of events and controls.
    """
    panel = response.panel
    check_periods(panel, periods)
    nothing = np.zeros((len(panel.units), periods, len(panel.channels)))
    plan = SpendPlan(future_dates(panel, periods), nothing)
    future = future_panel(response, plan, events=events, controls=controls)
    if used is None:
        used = used_draws(len(response.draws))
    draws, columns = chosen_draws(response.draws, used), future_columns(response, future)
    base = []
    for unit in range(len(panel.units)):
        each = expected_of(response, future, unit, columns=columns, draws=draws)
        base.append(each.base.sum(axis=2) + each.residual)
    chance = shocks(response, future, draws, rounds=rounds, rng=rng)
    return Outlook(future.dates, used, np.stack(base, axis=1), chance)


def forecast(
    model: Model,
    plan: str | BudgetPlan | pd.DataFrame | SpendPlan = PRESENT,
    *,
    periods: int | None = None,
    events: FutureEvents = None,
    controls: FutureControls = None,
    estimate: Estimate | str = Estimate.MEAN,
    level: float = 0.9,
    by_unit: bool = True,
    by_period: bool = True,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the outcome that is expected under a plan, and what it is made of.

    Parameters
    ----------
    model
        The fitted model.
    plan
        ``"present"``: the spend of the last ``periods`` once more, in its order. Or a `BudgetPlan`. Or a
        frame with date, channel, spend and perhaps unit; a row without unit, or for ``all``, is about all
        units: a national channel's one series, or an amount that is split as that channel's spend of the last
        periods was. Every paid channel needs a row, and every period from the first after the data to the
        plan's last; what has no row has no spend.
    periods
        Periods ahead, at most as many as the data have; None means 13, or those of the plan.
    events
        Future events beside those that the data know: a frame with name, start, end and perhaps unit, or
        `Event` values. Each must be of a name that the data have.
    controls
        Their values in the plan's periods: a frame with date, a column per control and perhaps unit. What is
        not given is assumed: the last observed value; for promotions the same periods of the year before
        (their mean where there is no year before).
    estimate
        ``"mean"``: mean and interval over the draws. ``"reference"``: what formulas with the model's
        reference parameters give, without intervals.
    level
        Probability inside the intervals, in [0.5, 1).
    by_unit, by_period
        False adds units up (as unit ``all``), or periods (as the first date).
    seed
        The source of the noise in the intervals.

    Returns
    -------
    A row per unit, date and component: ``date, unit, component, mean, lower, upper``. Components are those of
    `Model.contributions`, where ``residual`` is how the last residual fades, and ``outcome``. The means of
    the others add up to that of ``outcome``. Intervals hold the draws; that of the trend also all that may go
    on otherwise in the base, that of the residual noise to come, that of the outcome both.

    Raises
    ------
    DataError
        With all faults of plan, events and controls, each with its row.
    UsageError
        If ``plan``, ``periods``, ``estimate`` or ``level`` is none that can be.

    Notes
    -----
    Base and media go on from the data: the trend by its last slope, damped by `DAMPING` a period; season,
    events and controls by their coefficients; media with the carryover of what was spent before; the noise
    by its AR(1) from the last residual. At most 400 draws are used, those that measure budgets.

    References
    ----------
    Gardner, McKenzie (1985), Forecasting Trends in Time Series, Management Science 31(10) (damped trends).
    """
    kind = _estimate(estimate)
    check_level(level)
    response = model.response
    future = future_panel(response, spend_plan(response, plan, periods), events=events, controls=controls)
    options = TableOptions(level, by_unit, by_period)
    if kind is Estimate.REFERENCE:
        return forecast_table(response, future, response.reference, chance=None, options=options)
    draws = chosen_draws(response.draws, used_draws(len(response.draws)))
    rounds = enough_rounds(response, len(draws), len(future.dates))
    chance = shocks(response, future, draws, rounds=rounds, rng=np.random.default_rng(seed))
    return forecast_table(response, future, draws, chance=chance, options=options)


def spend_plan(
    response: Response, plan: str | BudgetPlan | pd.DataFrame | SpendPlan, periods: int | None = None
) -> SpendPlan:
    """Return a plan of any kind as spend by unit and period: see `forecast`.

    Raises
    ------
    DataError
        With all faults of the plan's table.
    UsageError
        If it is no plan.
    """
    if isinstance(plan, SpendPlan):
        return plan
    if isinstance(plan, BudgetPlan):
        return plan_of_table(response, table_of_frame(plan.table, f"the plan {plan.scenario}"), periods)
    if isinstance(plan, pd.DataFrame):
        return plan_of_table(response, table_of_frame(plan, "the plan"), periods)
    if plan != PRESENT:
        raise UsageError(
            f"{plan!r} is no plan.",
            remedy='Give "present", what optimize_budget returned, or a frame with date, channel and spend.',
            code="MMX-M092",
        )
    return present_plan(response, periods)


def _estimate(said: Estimate | str) -> Estimate:
    try:
        return Estimate(said)
    except ValueError:
        raise UsageError(
            f"There is no estimate {said!r}.",
            remedy=f"Choose one of {', '.join(Estimate)}.",
            code="MMX-M093",
        ) from None
