"""Panels of many units: what is chosen once is chosen on some of them, so that each unit costs the same."""

from dataclasses import replace

import numpy as np

from mmxlib.artifacts.panel import Experiment, Panel
from mmxlib.maths.arrays import Indices, Vector
from mmxlib.maths.density_parts import PARAMETERS

MOST_UNITS = 48
"""Strengths and modes are looked for on so many units: they are common to all, and 48 series tell them as
well as a thousand would."""


def some_units(panel: Panel) -> Indices:
    """Return the units that stand for all, in the panel's order: at most `MOST_UNITS`, evenly over sizes."""
    count = len(panel.units)
    if count <= MOST_UNITS:
        return np.arange(count)
    by_size = np.argsort(panel.outcome.mean(axis=1), kind="stable")
    places = (2 * np.arange(MOST_UNITS) + 1) * count // (2 * MOST_UNITS)
    return np.sort(by_size[places])


def part_of(panel: Panel, units: Indices) -> Panel:
    """Return the panel of some units: a market of its own.

    National spend and experiments on all units count by these units' share of the outcome, so that returns
    mean what they mean in the whole; experiments on other units are left out.
    """
    if len(units) == len(panel.units):
        return panel
    share = float(panel.outcome[units].sum() / panel.outcome.sum())
    names = tuple(panel.units[u] for u in units)

    def for_part(experiment: Experiment) -> Experiment:
        if experiment.unit is not None:
            return experiment
        lift, error = share * experiment.lift, share * experiment.standard_error
        return replace(experiment, lift=lift, standard_error=error)

    return replace(
        panel,
        units=names,
        outcome=panel.outcome[units],
        spend=np.where(panel.national, share, 1.0) * panel.spend[units],
        exposure=panel.exposure[units],
        control_values=panel.control_values[units],
        experiments=tuple(for_part(each) for each in panel.experiments if each.unit in (None, *names)),
        volume=None if panel.volume is None else panel.volume[units],
    )


def for_all(parameters: Vector, channels: int, units: Indices, count: int) -> Vector:
    """Return a part's parameters for all ``count`` units: those outside the part deviate by nothing."""
    common = PARAMETERS * channels
    if len(parameters) == common:
        return parameters
    deviations = np.zeros((count, channels))
    deviations[units] = parameters[common:].reshape(len(units), channels)
    return np.concatenate([parameters[:common], deviations.ravel()])
