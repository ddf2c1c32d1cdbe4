"""Rolling-origin backtests: forecasts from the past against what came, beside two simple rivals."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mmxlib.artifacts.baseline import ChannelPrior
from mmxlib.artifacts.diagnostics import Backtest
from mmxlib.artifacts.experiments import AnyExperiment, Experiment
from mmxlib.artifacts.note import LOST_WORK, Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.evaluation.backtest_tables import (
    FOLD_COLUMNS,
    FORECAST_COLUMNS,
    SUMMARY_COLUMNS,
    Fold,
    fold_frame,
    forecast_frame,
    summary_frame,
)
from mmxlib.forecasting.forecast_draws import enough_rounds, forecast_draws
from mmxlib.maths.arrays import Cube, Matrix
from mmxlib.model.fitting import fit_response
from mmxlib.model.settings import ModelSettings
from mmxlib.settings import Settings, setting
from mmxlib.terms import Verdict
from mmxlib.workers.tasks import Lost, RunningTasks, Shelf, begin

FOLD_STARTS = 4
"""Most starts of a fold's mode search: rival modes forecast alike, and more starts moved no fold's error by
1e-5 while they doubled the time."""

DAYS_PER_YEAR = 365.25


class BacktestSettings(Settings):
    """How the model is tried on data it has not seen."""

    folds: int = setting(
        3, "Times the model is fitted on the past and asked for the periods after it.", ge=1, le=52
    )
    horizon: int = setting(13, "Periods that each forecast reaches ahead.", unit="periods", ge=1, le=104)
    minimum_history: int = setting(
        78,
        "Periods that the shortest past must have; folds that have less are left out.",
        unit="periods",
        ge=20,
    )
    draws: int = setting(
        40,
        "Bootstrap refits of each fold, so that its intervals hold the uncertainty of media too; 0 takes the "
        "best fit alone, which is much faster.",
        unit="draws",
        ge=0,
        le=1000,
    )


@dataclass(frozen=True, eq=False)
class FoldTask:
    """One origin and all that its forecasts need, chance included: a task for any process."""

    panel: Panel
    number: int
    origin: int
    priors: tuple[ChannelPrior, ...]
    settings: BacktestSettings
    model_settings: ModelSettings
    rng: np.random.Generator

    @property
    def name(self) -> str:
        """Under which its fold is kept."""
        return f"fold {self.number}"


@dataclass(frozen=True, eq=False)
class RunningBacktest:
    """A backtest under way.

    ``kept`` are folds of earlier, interrupted work by number; ``running`` the others.
    """

    panel: Panel
    settings: BacktestSettings
    level: float
    kept: dict[int, Fold]
    running: RunningTasks[FoldTask, Fold]
    shelf: Shelf | None

    def result(self) -> Backtest:
        """Return the backtest, once all folds have arrived; those whose workers died are left out."""
        made = self.running.results(self._keep)
        lost = [
            task.number for task, fold in zip(self.running.tasks, made, strict=True) if isinstance(fold, Lost)
        ]
        by_number = self.kept | {fold.number: fold for fold in made if not isinstance(fold, Lost)}
        folds = [by_number[number] for number in sorted(by_number)]
        if not folds:
            return _empty(_lost_notes(lost) or _too_short(self.panel, self.settings), self.level)
        return Backtest(
            folds=pd.concat([fold_frame(self.panel, fold) for fold in folds], ignore_index=True),
            forecasts=pd.concat([forecast_frame(self.panel, fold) for fold in folds], ignore_index=True),
            summary=summary_frame(folds),
            level=self.level,
            notes=_notes(folds, self.settings, possible=len(folds) + len(lost)) + _lost_notes(lost),
        )

    def cancel(self) -> None:
        """Take back the folds that have not begun."""
        self.running.cancel()

    def _keep(self, place: int, fold: Fold) -> None:
        if self.shelf is not None:
            self.shelf.put(self.running.tasks[place].name, fold)


def backtest(
    panel: Panel,
    *,
    priors: tuple[ChannelPrior, ...],
    settings: BacktestSettings,
    model_settings: ModelSettings,
    rng: np.random.Generator,
    executor: Executor | None = None,
) -> Backtest:
    """Return rolling-origin forecasts of ``panel`` against what came.

    See `begin_backtest`, of which it is the result.
    """
    return begin_backtest(
        panel,
        priors=priors,
        settings=settings,
        model_settings=model_settings,
        rng=rng,
        executor=executor,
    ).result()


def begin_backtest(
    panel: Panel,
    *,
    priors: tuple[ChannelPrior, ...],
    settings: BacktestSettings,
    model_settings: ModelSettings,
    rng: np.random.Generator,
    executor: Executor | None = None,
    shelf: Shelf | None = None,
) -> RunningBacktest:
    """Return rolling-origin forecasts of ``panel`` against what came, under way.

    Parameters
    ----------
    panel
        The data; the last ``folds * horizon`` periods are forecast, each fold from all periods before it and
        with the media, controls and events that then happened.
    priors
        Of every channel, as for the fit on all data.
    settings, model_settings
        How the folds lie, and how each is fitted.
    rng
        Source of the starts and of the noise in the intervals.
    executor
        Who does the folds, one task each; None does them here once the result is asked for.
    shelf
        Where folds are kept as they arrive, and looked for first.

    Notes
    -----
    Without bootstrap refits the intervals hold the noise and the uncertainty of the base but not that of
    media, so that their coverage is a lower bound. Experiments stay out of a fold that ends before them; step
    tests without a date are in every fold. The rivals are the same week one year before (the last value where
    there is no year before) and the same base without channels.
    """
    origins = _origins(len(panel.dates), settings)
    tasks = [
        FoldTask(panel, number, origin, priors, settings, model_settings, stream)
        for number, (origin, stream) in enumerate(zip(origins, rng.spawn(len(origins)), strict=True), start=1)
    ]
    known = {task.number: shelf.get(Fold, task.name) if shelf else None for task in tasks}
    return RunningBacktest(
        panel=panel,
        settings=settings,
        level=model_settings.level,
        kept={number: fold for number, fold in known.items() if fold is not None},
        running=begin(fold_of, [task for task in tasks if known[task.number] is None], executor),
        shelf=shelf,
    )


def _origins(periods: int, settings: BacktestSettings) -> list[int]:
    """Return the first forecast period of every fold, oldest first; the folds do not overlap."""
    possible = (periods - settings.minimum_history) // settings.horizon
    folds = max(0, min(settings.folds, possible))
    return [periods - settings.horizon * back for back in range(folds, 0, -1)]


def fold_of(task: FoldTask) -> Fold:
    """Return the forecasts of one origin beside what came."""
    settings, model_settings = task.settings, task.model_settings
    past = _known_at(task.panel.window(0, task.origin))
    future = task.panel.window(task.origin, task.origin + settings.horizon)
    fit_rng, noise_rng, rival_rng = task.rng.spawn(3)
    response = fit_response(
        past,
        priors=task.priors,
        settings=model_settings.model_copy(
            update={"draws": settings.draws, "starts": min(model_settings.starts, FOLD_STARTS)}
        ),
        rng=fit_rng,
        resample=settings.draws > 0,
    )
    rounds = enough_rounds(response, len(response.draws), settings.horizon)
    draws = forecast_draws(response, future, rng=noise_rng, rounds=rounds)
    tail = 0.5 * (1.0 - model_settings.level)
    lower, upper = np.quantile(draws, [tail, 1.0 - tail], axis=0)
    rival = fit_response(
        _without_media(past), priors=(), settings=model_settings, rng=rival_rng, resample=False
    )
    naive, seasonal = seasonal_naive(past, settings.horizon)
    return Fold(
        number=task.number,
        origin=task.origin,
        actual=future.outcome,
        mean=_mean_forecast(response, future),
        lower=lower,
        upper=upper,
        seasonal_naive=naive,
        no_media=_mean_forecast(rival, _without_media(future)),
        seasonal=seasonal,
    )


def _mean_forecast(response: Response, future: Panel) -> Matrix:
    mean: Matrix = forecast_draws(response, future, rng=None).mean(axis=0)
    return mean


def _known_at(past: Panel) -> Panel:
    """Return the panel without the experiments that ended after its last period: they were not known then.

    A step test without a date has been known for as long as anyone can tell.
    """
    after = past.dates[-1] + np.timedelta64(past.period_days, "D")

    def known(test: AnyExperiment) -> bool:
        end = test.end if isinstance(test, Experiment) else test.date
        return end is None or bool(np.datetime64(end, "D") < after)

    return replace(past, experiments=tuple(filter(known, past.experiments)))


def _without_media(panel: Panel) -> Panel:
    empty: Cube = np.empty((*panel.outcome.shape, 0))
    return replace(panel, channels=(), spend=empty, exposure=empty, experiments=())


def seasonal_naive(past: Panel, horizon: int) -> tuple[Matrix, bool]:
    """Return the value of whole years before, (unit, period), and whether a year was there.

    With less than a year of history it is the last value. A horizon beyond a year goes back further years.
    """
    year = round(DAYS_PER_YEAR / past.period_days)
    periods = past.outcome.shape[1]
    if periods < year:
        return np.repeat(past.outcome[:, -1:], horizon, axis=1), False
    ahead = np.arange(horizon)
    return past.outcome[:, periods - year + ahead % year], True


def _notes(folds: Sequence[Fold], settings: BacktestSettings, *, possible: int) -> tuple[Note, ...]:
    held = (
        "noise and the uncertainty of base and media"
        if settings.draws
        else "noise and the uncertainty of the base but not that of media, so that they are somewhat narrow"
    )
    periods = f"{settings.horizon} period{'' if settings.horizon == 1 else 's'}"
    made = (
        f"1 forecast of {periods}, from the data before it."
        if len(folds) == 1
        else f"{len(folds)} forecasts of {periods} each, from the data before them."
    )
    notes = [Note(f"{made} The intervals hold {held}.")]
    if possible < settings.folds:
        notes.append(
            Note(
                f"The history allows {possible} of the {settings.folds} folds asked for: each needs "
                f"{settings.minimum_history} periods before it.",
                about="backtest.folds",
            )
        )
    if not all(fold.seasonal for fold in folds):
        notes.append(
            Note("With less than a year before a forecast, the simple rival repeats the last value.")
        )
    return tuple(notes)


def _lost_notes(lost: Sequence[int]) -> tuple[Note, ...]:
    return tuple(
        Note(
            f"Forecast {number} of the backtest is missing: it ended every process that worked at it, mostly "
            "for want of memory. Give the workers more, or use fewer; `mmx resume --retry` tries it again.",
            LOST_WORK,
            Verdict.WARN,
        )
        for number in lost
    )


def _too_short(panel: Panel, settings: BacktestSettings) -> tuple[Note, ...]:
    needed = settings.minimum_history + settings.horizon
    text = (
        f"No backtest: it needs {needed} periods ({settings.minimum_history} to learn from and "
        f"{settings.horizon} to forecast), and the data have {len(panel.dates)}."
    )
    return (Note(text, about="backtest.minimum_history", verdict=Verdict.WARN),)


def _empty(notes: tuple[Note, ...], level: float) -> Backtest:
    return Backtest(
        folds=pd.DataFrame(columns=list(FOLD_COLUMNS)),
        forecasts=pd.DataFrame(columns=list(FORECAST_COLUMNS)),
        summary=pd.DataFrame(columns=list(SUMMARY_COLUMNS)),
        level=level,
        notes=notes,
    )
