"""A model made by hand with every family of carryover and of diminishing returns, and plans for it."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from mmxlib.agents.scenario_questions import scenario_question
from mmxlib.agents.scenario_settings import BudgetSettings
from mmxlib.artifacts.panel import Channel, Control, Event
from mmxlib.artifacts.plan import Scenarios
from mmxlib.artifacts.response import Draws, Response
from mmxlib.budget.optimizing import solved_scenarios
from mmxlib.budget.plan_basis import plan_basis
from mmxlib.budget.solving import Search
from mmxlib.forecasting.future_drivers import future_panel
from mmxlib.forecasting.spend_plans import SpendPlan
from mmxlib.model.design import Flexibility, base_design
from mmxlib.model.returns import Returns, window_returns
from mmxlib.terms import AdstockFamily, ControlKind, OutcomeKind, SaturationFamily
from tests.budget.responses import hand_made_response

WEEKS = 13
FAMILIES = tuple((adstock, saturation) for adstock in AdstockFamily for saturation in SaturationFamily)
CHANNELS = (
    *(
        Channel(f"{adstock}_{saturation}", national=i % 4 == 1, has_exposure=i % 4 == 2)
        for i, (adstock, saturation) in enumerate(FAMILIES)
    ),
    Channel("lasting", has_exposure=True),
    Channel("newsletter", paid=False, has_exposure=True),
    Channel("press", paid=False, has_exposure=True, national=True),
)
MORE_FAMILIES = (
    (AdstockFamily.GEOMETRIC, SaturationFamily.HILL),
    (AdstockFamily.GEOMETRIC, SaturationFamily.EXPONENTIAL),
    (AdstockFamily.DELAYED, SaturationFamily.LOGISTIC),
)
CONTROLS = (
    Control("price", ControlKind.PRICE),
    Control("deal", ControlKind.PROMOTION),
    Control("rain", ControlKind.OTHER),
)
UNITS, PERIODS = 3, 110
FIRST_DAY = date(2023, 1, 2) + timedelta(weeks=PERIODS)
LAST_MONDAY = np.datetime64(FIRST_DAY) - 7
KNOWN = Event("Fair", FIRST_DAY + timedelta(weeks=3), FIRST_DAY + timedelta(weeks=3, days=6))
EVENTS = (
    Event("Fair", date(2023, 5, 3), date(2023, 5, 16)),
    Event("Sale", date(2023, 10, 2), date(2023, 10, 8), "S2"),
    KNOWN,
)
LASTING = 0.93
"""Retention of a channel whose carryover counts for 190 periods, far beyond the steps of the sheet."""


def market(*, seed: int = 0) -> Response:
    """Return a model of three units whose outcome is units sold, with events, prices and other controls."""
    made = hand_made_response(CHANNELS, units=UNITS, periods=PERIODS, draws=8, seed=seed, shapes=(0.6, 2.5))
    chance = np.random.default_rng(seed + 1)
    shape = (UNITS, PERIODS)
    controls = np.stack(
        [
            chance.uniform(8.0, 12.0, shape),
            (chance.random(shape) < 0.3) * 1.0,
            chance.normal(5.0, 2.0, shape),
        ],
        axis=-1,
    )
    panel = replace(
        made.panel,
        controls=CONTROLS,
        control_values=controls,
        events=EVENTS,
        outcome=made.panel.outcome * 5.0,
        outcome_kind=OutcomeKind.UNITS,
        revenue_per_unit=2.5,
    )
    base = base_design(panel, flexibility=Flexibility(2, 0.06), spacing=13)
    coefficients = 40.0 * chance.standard_normal((len(made.draws), UNITS, len(base.columns)))
    coefficients[:, :, 0] += 4000.0
    retention = np.clip(made.draws.retention, 0.05, 0.9)
    retention[:, len(FAMILIES)] = LASTING
    families = (*FAMILIES, *MORE_FAMILIES)
    lagged = np.array([adstock is not AdstockFamily.GEOMETRIC for adstock, _ in families])
    drawn = replace(
        made.draws,
        base=coefficients,
        timing=np.where(lagged, 1.7, 1.0) * np.ones((len(made.draws), 1)),
        retention=retention,
    )
    return replace(
        made,
        panel=panel,
        priors=tuple(
            replace(prior, adstock=adstock, saturation=saturation)
            for prior, (adstock, saturation) in zip(made.priors, families, strict=True)
        ),
        base=base,
        autocorrelation=np.array([0.4, 0.2, 0.0]),
        draws=drawn,
        reference=one_draw(drawn, 3),
    )


def one_draw(draws: Draws, index: int) -> Draws:
    """Return a single draw, as the reference is one."""
    return Draws(**{name: getattr(draws, name)[index : index + 1] for name in Draws.__dataclass_fields__})


def scenarios_for(response: Response) -> Scenarios:
    """Return the three usual scenarios beside the present plan."""
    settings = BudgetSettings(periods=WEEKS)
    basis = plan_basis(response, periods=WEEKS)
    questions = [scenario_question(basis, name, settings, {}) for name in settings.scenarios]
    return solved_scenarios(basis, questions, Search(1, 0.9, 0))


def frame_of(response: Response, spend: np.ndarray, last: np.datetime64 = LAST_MONDAY) -> pd.DataFrame:
    """Return spend by channel and week after ``last``, (channel, week), as a plan for all units."""
    days = last + 7 * np.arange(1, spend.shape[1] + 1)
    rows = [
        (day, channel.name, spend[c, t])
        for c, channel in enumerate(response.panel.channels)
        for t, day in enumerate(days)
        if channel.paid
    ]
    return pd.DataFrame(rows, columns=["date", "channel", "spend"])


def returns_of(response: Response, plan: SpendPlan) -> Returns:
    """Return what a plan's spend brings at the reference, as the library says it of a window of data."""
    future, panel = future_panel(response, plan), response.panel
    whole = replace(
        panel,
        dates=np.concatenate([panel.dates, future.dates]),
        outcome=np.concatenate([panel.outcome, future.outcome], axis=1),
        spend=np.concatenate([panel.spend, future.spend], axis=1),
        exposure=np.concatenate([panel.exposure, future.exposure], axis=1),
    )
    first = len(panel.dates)
    asked = replace(response, panel=whole, draws=response.reference)
    return window_returns(asked, first, first + len(future.dates))


def component(table: pd.DataFrame, name: str, unit: str) -> np.ndarray:
    """Return a forecast's means of one component and unit, (week,)."""
    rows = table[(table["component"] == name) & (table["unit"] == unit)]
    return rows["mean"].to_numpy(np.float64)


def spikes(response: Response, weeks: int, *, seed: int) -> np.ndarray:
    """Return spend by channel and week with rests and spikes, (channel, week)."""
    chance = np.random.default_rng(seed)
    shape = (len(response.panel.channels), weeks)
    spend = chance.gamma(2.0, 150.0, shape) * (chance.random(shape) < 0.6)
    return spend * np.where(chance.random(shape) < 0.1, 10.0, 1.0)


def only_week(response: Response, week: int) -> np.ndarray:
    """Return spend in a single week, (channel, week)."""
    spend = np.zeros((len(response.panel.channels), WEEKS))
    spend[:, week] = 700.0 + 10.0 * np.arange(len(spend))
    return spend
