"""Experiments as arrays of the density: lifts in windows of periods, steps between steady exposures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from mmxlib.artifacts.experiments import AnyExperiment, Experiment, StepTest
from mmxlib.artifacts.note import amount, percent
from mmxlib.artifacts.panel import Panel
from mmxlib.errors import DataError, Fault, SettingsError
from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.experiment_parts import Lifts, Steps
from mmxlib.model.exposure import cost_per_exposure, steady_exposure
from mmxlib.model.settings import PriorSettings


def stated_experiments(settings: PriorSettings, panel: Panel) -> tuple[AnyExperiment, ...]:
    """Return the experiments that the settings list, for a panel that has their channels and units.

    Raises
    ------
    SettingsError
        If the panel does not have them; all are reported together.
    """
    faults = [
        Fault(
            "MMX-S023",
            f'The experiment is about the {word} "{name}", which the data do not have.',
            f"The data have {', '.join(names)}.",
            f"priors.yaml: experiments, number {number}",
        )
        for number, each in enumerate(settings.experiments, start=1)
        for word, name, names in _strangers(each.channel, each.unit, panel)
    ]
    if faults:
        raise SettingsError.of(faults)
    return tuple(each.experiment() for each in settings.experiments)


def calibrated(panel: Panel, experiments: Sequence[AnyExperiment]) -> Panel:
    """Return the panel with experiments added after its own."""
    return replace(panel, experiments=(*panel.experiments, *experiments))


def treatment_words(experiment: AnyExperiment) -> str:
    """Return what was done: ``withheld from … to …``, ``from 1,000 to 1,500 of spend per period``."""
    if isinstance(experiment, StepTest):
        after = experiment.x + experiment.delta_x
        return f"from {amount(experiment.x)} to {amount(after)} of spend per period"
    change = percent(experiment.change, signed=True)
    done = "withheld" if experiment.change == -1.0 else f"changed by {change}"
    return f"{done} from {experiment.start} to {experiment.end}"


def reading_words(experiment: AnyExperiment) -> str:
    """Return what was found: ``300 of outcome, give or take 40``."""
    if isinstance(experiment, StepTest):
        rise, error = experiment.delta_y, experiment.sigma
        return f"{amount(rise, signed=True)} of outcome per period, give or take {amount(error)}"
    return f"{amount(experiment.lift)} of outcome, give or take {amount(experiment.standard_error)}"


def in_words(experiment: AnyExperiment) -> str:
    """Return whom an experiment was about, what was done and what was found, as a clause."""
    where = f" in {experiment.unit}" if experiment.unit is not None else ""
    return f"{experiment.channel}{where}, {treatment_words(experiment)}: {reading_words(experiment)}"


def readings(panel: Panel) -> Vector:
    """Return what the panel's experiments read, in outcome: lifts first, then step tests."""
    lifts, steps = _by_kind(panel)
    return np.array([*(each.lift for each in lifts), *(each.delta_y for each in steps)], dtype=np.float64)


def lift_tests(panel: Panel) -> Lifts | None:
    """Return the panel's experiments that found a lift in a window, None where it has none.

    Raises
    ------
    DataError
        If an experiment's channel, unit or window is not in the data.
    """
    lifts, _ = _by_kind(panel)
    for each in lifts:
        _check_known(each, panel)
    if not lifts:
        return None
    return Lifts(
        channel=_channels(lifts, panel),
        unit=_units(lifts, panel),
        window=np.array([_window(each, panel) for each in lifts], dtype=np.int64),
        change=np.array([each.change for each in lifts], dtype=np.float64),
        error=np.array([each.standard_error for each in lifts], dtype=np.float64),
    )


def step_tests(panel: Panel, scale: Matrix) -> Steps | None:
    """Return the panel's tests of a step in spend, None where it has none.

    ``scale`` is that of exposure, (unit, channel).

    Raises
    ------
    DataError
        If a test's channel or unit is not in the data.
    """
    _, steps = _by_kind(panel)
    for each in steps:
        _check_known(each, panel)
    if not steps:
        return None
    return Steps(
        channel=_channels(steps, panel),
        unit=_units(steps, panel),
        exposure=_step_exposure(steps, panel, scale),
        error=np.array([each.sigma for each in steps], dtype=np.float64),
    )


def _by_kind(panel: Panel) -> tuple[list[Experiment], list[StepTest]]:
    lifts = [each for each in panel.experiments if isinstance(each, Experiment)]
    steps = [each for each in panel.experiments if isinstance(each, StepTest)]
    return lifts, steps


def _channels(experiments: Sequence[AnyExperiment], panel: Panel) -> Array:
    return np.array([panel.channel_names.index(each.channel) for each in experiments], dtype=np.int64)


def _units(experiments: Sequence[AnyExperiment], panel: Panel) -> Array:
    """Return each experiment's unit, -1 for all."""
    units = [-1 if each.unit is None else panel.units.index(each.unit) for each in experiments]
    return np.array(units, dtype=np.int64)


def _strangers(channel: str, unit: str | None, panel: Panel) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield what an experiment names and the panel does not have, each with its kind and what there is."""
    if channel not in panel.channel_names:
        yield "channel", channel, panel.channel_names
    if unit is not None and unit not in panel.units:
        yield panel.unit_word, unit, panel.units


def _check_known(experiment: AnyExperiment, panel: Panel) -> None:
    for word, name, names in _strangers(experiment.channel, experiment.unit, panel):
        raise DataError(
            f'An experiment is about the {word} "{name}", which the data do not have.',
            remedy=f"The data have {', '.join(names)}.",
            code="MMX-M004",
            place="experiments",
        )


def _window(experiment: Experiment, panel: Panel) -> tuple[int, int]:
    """Return the first period of a lift's window and the one after its last."""
    step = np.timedelta64(panel.period_days, "D")
    first = int(np.floor((np.datetime64(experiment.start, "D") - panel.dates[0]) / step))
    last = int(np.floor((np.datetime64(experiment.end, "D") - panel.dates[0]) / step)) + 1
    if first >= len(panel.dates) or last <= max(first, 0):
        raise DataError(
            f"The experiment on {experiment.channel} from {experiment.start} to {experiment.end} fits no "
            "period of the data.",
            remedy=f"The data run from {panel.dates[0]} to {panel.dates[-1]}.",
            code="MMX-M003",
            place="experiments",
        )
    return max(first, 0), min(last, len(panel.dates))


def _step_exposure(steps: Sequence[StepTest], panel: Panel, scale: Matrix) -> Array:
    """Return scaled exposure before and after each step, shape (test, 2, unit)."""
    cost = cost_per_exposure(panel)
    exposure = np.zeros((len(steps), 2, len(panel.units)))
    for k, each in enumerate(steps):
        channel = panel.channel_names.index(each.channel)
        spend = np.array([each.x, each.x + each.delta_x])
        if each.unit is None:
            by_unit = steady_exposure(panel, cost, channel, spend)
        else:  # all of it is the one unit's
            price = cost[:, channel] if panel.channels[channel].paid else np.ones(len(panel.units))
            by_unit = spend[None, :] / np.where(price > 0.0, price, 1.0)[:, None]
        exposure[k] = (by_unit / scale[:, [channel]]).T
    return exposure
