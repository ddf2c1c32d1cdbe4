"""The public way to a model: priors resolved, fitted and diagnosed in one call."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import TypeVar

import numpy as np
from pydantic import ValidationError

from mmxlib.artifacts.diagnostics import Backtest
from mmxlib.artifacts.experiments import AnyExperiment
from mmxlib.artifacts.panel import Panel
from mmxlib.errors import Fault, SettingsError
from mmxlib.evaluation import backtesting
from mmxlib.evaluation.backtesting import BacktestSettings
from mmxlib.evaluation.diagnostics import diagnose
from mmxlib.model.experiments import calibrated, stated_experiments
from mmxlib.model.fitting import fit_response
from mmxlib.model.model import Model
from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ModelSettings, PriorSettings
from mmxlib.settings import Settings, allowed

S = TypeVar("S", bound=Settings)


def fit_model(
    panel: Panel,
    priors: PriorSettings | None = None,
    *,
    settings: ModelSettings | Mapping[str, object] | None = None,
    experiments: Sequence[AnyExperiment] | None = None,
    seed: int = 0,
    executor: Executor | None = None,
) -> Model:
    """Return the model fitted to ``panel``, with its diagnostics.

    Parameters
    ----------
    panel
        Outcome and drivers; its units are the model's units.
    priors
        Beliefs about the channels; None leaves every channel its weak default.
    settings
        How to fit, as settings or as a mapping such as ``{"draws": 400}``; None means the defaults.
    experiments
        Lift tests (`Experiment`) and tests of a step in spend (`StepTest`) that calibrate the model, instead
        of those of the panel; None keeps the panel's. Those that ``priors`` list are added in either case.
    seed
        The source of all chance: the same panel, settings and seed give the same model.
    executor
        Who does the bootstrap refits, such as a Dask client's ``get_executor()`` (processes of one thread
        each); None does them in this process. The model is the same to the byte.

    Raises
    ------
    SettingsError
        If a setting is unknown or out of bounds, or the priors name a channel that the panel does not have.
    ModelError
        If the model cannot be fitted.

    References
    ----------
    Jin, Wang, Sun, Chan, Koehler (2017), Bayesian Methods for Media Mix Modeling with Carryover and Shape
    Effects (the model). Bardsley, Solonen, Haario, Laine (2014), Randomize-Then-Optimize (draws of ridge).
    Hoffman, Gelman (2014), The No-U-Turn Sampler (draws of bayes).

    Examples
    --------
    >>> model = fit_model(panel, settings={"draws": 400}, seed=7)  # doctest: +SKIP
    >>> model.channel_summary()  # doctest: +SKIP
    """
    if experiments is not None:
        panel = replace(panel, experiments=tuple(experiments))
    stated = priors or PriorSettings()
    panel = calibrated(panel, stated_experiments(stated, panel))
    believed = resolved_priors(stated, panel)
    rng = np.random.default_rng(seed)
    chosen = model_settings(settings)
    response = fit_response(panel, priors=believed, settings=chosen, rng=rng, executor=executor)
    return Model(response, diagnose(response))


def backtest(
    panel: Panel,
    priors: PriorSettings | None = None,
    *,
    folds: int = 5,
    horizon: int = 13,
    settings: ModelSettings | Mapping[str, object] | None = None,
    seed: int = 0,
    executor: Executor | None = None,
) -> Backtest:
    """Return forecasts from earlier origins against what came, beside seasonal-naive and no-media ones.

    Parameters
    ----------
    panel
        Outcome and drivers; its units are the model's units.
    priors
        Beliefs about the channels; None leaves every channel its weak default.
    folds
        Origins, ``horizon`` periods apart, the last one ``horizon`` before the end; fewer where the history
        is short.
    horizon
        Periods forecast from each origin.
    settings
        How to fit; None means the defaults.
    seed
        The source of all chance.
    executor
        Who does the folds, as for `fit_model`; None does them in this process. A fold that ends every worker
        that tries it is left out, with a note.

    Raises
    ------
    SettingsError
        If a setting is unknown or out of bounds.

    References
    ----------
    Tashman (2000), Out-of-sample tests of forecasting accuracy, International Journal of Forecasting 16(4)
    (rolling origins).
    """
    chosen = _validated(BacktestSettings, {"folds": folds, "horizon": horizon})
    stated = priors or PriorSettings()
    return backtesting.backtest(
        calibrated(panel, stated_experiments(stated, panel)),
        priors=resolved_priors(stated, panel),
        settings=chosen,
        model_settings=model_settings(settings),
        rng=np.random.default_rng(seed),
        executor=executor,
    )


def model_settings(settings: ModelSettings | Mapping[str, object] | None) -> ModelSettings:
    """Return how to fit, from settings or a mapping; None means the defaults.

    Raises
    ------
    SettingsError
        If a setting is unknown or out of bounds.
    """
    return settings if isinstance(settings, ModelSettings) else _validated(ModelSettings, settings or {})


def _validated(kind: type[S], values: Mapping[str, object]) -> S:
    """Return the settings, or raise all faults of ``values`` in words."""
    try:
        return kind.model_validate(dict(values))
    except ValidationError as refused:
        names = dict.fromkeys(str(error["loc"][0]) for error in refused.errors())
        raise SettingsError.of([_fault(kind, name, values.get(name)) for name in names]) from None


def _fault(kind: type[Settings], name: str, value: object) -> Fault:
    field = kind.model_fields.get(name)
    if field is None:
        problem, remedy = f"There is no setting {name!r}.", f"Choose from {', '.join(kind.model_fields)}."
    else:
        problem, remedy = f"{name} is {value!r}, but must be {allowed(field)}.", f"{field.description}"
    return Fault(code="MMX-M050", problem=problem, remedy=remedy, place=f"settings: {name}")
