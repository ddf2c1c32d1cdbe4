"""Plan versus actual: why the outcome is not what a plan foresaw."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from mmxlib.artifacts.experiments import AnyExperiment, Experiment
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.artifacts.plan_comparison import PlanComparison
from mmxlib.artifacts.response import Response
from mmxlib.errors import UsageError
from mmxlib.evaluation.fitting import model_settings
from mmxlib.evaluation.plan_comparison_tables import (
    Compared,
    base_table,
    by_period_table,
    channels_table,
    paired,
    parts_table,
)
from mmxlib.evaluation.plan_comparison_words import comparison_notes
from mmxlib.evaluation.plan_periods import PlanPeriods, check_plan, plan_periods
from mmxlib.evaluation.plan_views import view_after, view_before
from mmxlib.forecasting.forecast import spend_plan
from mmxlib.forecasting.future_drivers import future_panel
from mmxlib.forecasting.used_draws import chosen_draws, used_draws
from mmxlib.model.experiments import calibrated, stated_experiments
from mmxlib.model.fitting import fit_response
from mmxlib.model.model import Model, check_level
from mmxlib.model.priors import resolved_priors
from mmxlib.model.returns import interval
from mmxlib.model.settings import ModelSettings, PriorSettings


def compare_plan(
    plan: BudgetPlan | pd.DataFrame,
    model: Model,
    panel: Panel,
    *,
    refitted: Model | None = None,
    settings: ModelSettings | Mapping[str, object] | None = None,
    priors: PriorSettings | None = None,
    level: float = 0.9,
    seed: int = 0,
) -> PlanComparison:
    """Return why the outcome of a plan's periods is not the planned one.

    Parameters
    ----------
    plan
        A plan made with ``model``, or a frame with date, channel, spend and perhaps unit, as
        `mmxlib.forecast` takes it.
    model
        The model that the plan was made with.
    panel
        Its data again and those since: the first of the plan's periods at least. Later periods than the
        plan's inform the new fit alone.
    refitted
        A model of ``panel``; None fits one here.
    settings
        How to fit it; None means the defaults with the method and the number of draws of ``model``.
    priors
        What to believe of the channels; None means what ``model`` was told, its experiments included.
    level
        Probability inside the intervals, in [0.5, 1).
    seed
        The source of all chance: the same arguments give the same result.

    Returns
    -------
    The difference, by unit and period, as base + spend + effectiveness + noise.

    Raises
    ------
    UsageError
        If the plan or ``refitted`` does not belong to ``model`` or ``panel``, or ``level`` is out of range.
    DataError
        If ``panel`` does not go on from the model's data; all reasons together.

    Notes
    -----
    With media ``M(model, exposure)``, the difference of actual and planned outcome is the sum of

    - base: the new model's base less what the plan foresaw (with the fading of the last residual),
    - spend: ``M(old, actual) - M(old, planned)``; where a channel has exposure of its own, so much of it is
      due to money as the actual spend would have done at the planned cost of exposure, the rest to the cost,
    - effectiveness: ``M(new, actual) - M(old, actual)``, with the carryover of what was spent before,
    - noise: the actual outcome less the new model's base and media.

    The new model is fitted to all data as if nothing had changed, which alone would put a fallen effect into
    base and noise; so each channel's effect and each unit's level may then be others since the plan
    (`mmxlib.evaluation.recent_changes`). Intervals pair draws of the old and of the new model that give media
    about the same part of the history (`mmxlib.evaluation.draw_pairs`): both saw it, and what both got wrong
    of it is no change.
    """
    check_level(level)
    response = model.response
    if isinstance(plan, BudgetPlan):
        check_plan(plan, response.panel)
    spending = spend_plan(response, plan)
    since = plan_periods(len(spending.dates), response.panel, panel)
    fit_rng, change_rng, chance_rng, pair_rng = np.random.default_rng(seed).spawn(4)
    fitted, fit_notes = _refitted(response, since, refitted, settings, priors, fit_rng)
    old = replace(response, draws=chosen_draws(response.draws, used_draws(len(response.draws))))
    future = future_panel(old, spending).window(0, since.periods)
    stored = plan.forecast if isinstance(plan, BudgetPlan) else pd.DataFrame()
    before = view_before(stored, old, future, since, rng=chance_rng)
    after = view_after(fitted, old.base, since, rng=change_rng)
    share = len(response.panel.dates) / (len(since.panel.dates) - since.history)
    pairs = paired(before.history, after.history, float(np.sqrt(share)), rng=pair_rng)
    return _comparison(
        plan.scenario if isinstance(plan, BudgetPlan) else "plan",
        Compared(before, after, pairs, since, future, level),
        fit_notes,
    )


def _refitted(
    response: Response,
    since: PlanPeriods,
    given: Model | None,
    settings: ModelSettings | Mapping[str, object] | None,
    priors: PriorSettings | None,
    rng: np.random.Generator,
) -> tuple[Response, tuple[Note, ...]]:
    """Return the model of all data, the one given or one fitted here, with how it came about."""
    if given is not None:
        _check_refitted(given.response.panel, since.panel)
        return given.response, ()
    notes = []
    if settings is None:
        settings = {"method": response.method, "draws": min(max(len(response.draws), 20), 4000)}
        notes.append(
            Note(
                f"The new data were fitted with default settings (method {response.method}, "
                f"{settings['draws']} draws); give the settings of the plan's model if they were others.",
                about="settings",
            )
        )
    panel, believed = since.panel, response.priors
    if priors is None:
        panel = with_experiments_of(response.panel, panel)
    else:
        panel = calibrated(panel, stated_experiments(priors, panel))
        believed = resolved_priors(priors, panel)
    return fit_response(panel, priors=believed, settings=model_settings(settings), rng=rng), tuple(notes)


def with_experiments_of(known: Panel, panel: Panel) -> Panel:
    """Return the panel with those experiments of ``known`` that it does not hold itself."""
    told = {_occasion(each) for each in panel.experiments}
    return calibrated(panel, [each for each in known.experiments if _occasion(each) not in told])


def _occasion(experiment: AnyExperiment) -> tuple[object, ...]:
    """Return what tells one experiment from another, also where its unit became part of a larger one.

    Its amounts grow with the unit, by a factor that newer data move; the ratio of reading and error stays.
    """
    if isinstance(experiment, Experiment):
        ratio = experiment.lift / experiment.standard_error
        return (experiment.channel, experiment.unit, experiment.start, experiment.end, f"{ratio:.9g}")
    ratio = experiment.delta_y / experiment.sigma
    return (experiment.channel, experiment.unit, experiment.date, f"{ratio:.9g}")


def _check_refitted(fitted: Panel, panel: Panel) -> None:
    same = (
        fitted.units == panel.units
        and fitted.channel_names == panel.channel_names
        and np.array_equal(fitted.dates, panel.dates)
        and np.array_equal(fitted.outcome, panel.outcome)
        and np.array_equal(fitted.exposure, panel.exposure)
    )
    if not same:
        raise UsageError(
            "The refitted model is not one of the given panel, with units and channels in the order of the "
            "plan's model.",
            remedy="Fit it to that panel, or leave it out: then the panel is fitted here.",
            code="MMX-M109",
        )


def _comparison(scenario: str, compared: Compared, fit_notes: tuple[Note, ...]) -> PlanComparison:
    before, since = compared.before, compared.since
    planned = float(before.base.sum() + before.media.sum())
    actual = float(compared.actual.sum())
    paths = np.tile(before.outcome, len(before.chance) // len(before.outcome)) + before.chance
    _, lower, upper = interval(paths, compared.level)
    result = PlanComparison(
        scenario=scenario,
        first=since.dates[0].item(),
        last=since.dates[-1].item(),
        periods=since.periods,
        plan_periods=since.plan_periods,
        planned_outcome=planned,
        planned_lower=float(lower),
        planned_upper=float(upper),
        actual_outcome=actual,
        difference=actual - planned,
        level=compared.level,
        parts=parts_table(compared, planned),
        table=by_period_table(compared),
        channels=channels_table(compared),
        base=base_table(compared),
        notes=(),
    )
    return replace(
        result, notes=(*comparison_notes(result, compared.media_and_base()), *since.notes, *fit_notes)
    )
