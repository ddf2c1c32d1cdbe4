"""Panels of many units: what is chosen once is chosen on some of them, so that each unit costs the same."""

from dataclasses import replace

import numpy as np

from mmxlib.artifacts.experiments import AnyExperiment, enlarged
from mmxlib.artifacts.panel import Panel
from mmxlib.maths.arrays import Indices, Vector
from mmxlib.maths.density import Problem, first_deviation

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

    National spend and experiments on all units count by these units' share of the outcome (a step by their
    share of the channel's spend), so that returns mean what they mean in the whole; experiments on others
    are left out.
    """
    if len(units) == len(panel.units):
        return panel
    share = float(panel.outcome[units].sum() / panel.outcome.sum())
    names = tuple(panel.units[u] for u in units)

    def for_part(experiment: AnyExperiment) -> AnyExperiment:
        if experiment.unit is not None:
            return experiment
        return enlarged(experiment, spend=_step_share(panel, experiment.channel, units, share), outcome=share)

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


def _step_share(panel: Panel, name: str, units: Indices, outcome_share: float) -> float:
    """Return the part of a step in a channel's spend that falls on some units.

    A national exposure is as large for some units as for all: only what it cost was shared out above.
    """
    index = panel.channel_names.index(name)
    channel = panel.channels[index]
    if channel.national:
        return outcome_share if channel.paid and channel.has_exposure else 1.0
    series = (panel.spend if channel.paid else panel.exposure)[:, :, index]
    return float(series[units].sum() / max(float(series.sum()), 1e-300))


def for_all(parameters: Vector, problem: Problem, units: Indices) -> Vector:
    """Return a part's parameters for all units of ``problem``: those outside the part deviate by nothing."""
    common = first_deviation(problem)
    if len(parameters) == common:
        return parameters
    count, _, channels = problem.exposure.shape
    deviations = np.zeros((count, channels))
    deviations[units] = parameters[common:].reshape(len(units), channels)
    return np.concatenate([parameters[:common], deviations.ravel()])
