"""Experiments as values: what can be a step test, how one in a unit stands for its group, old files."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from mmxlib.artifacts.codec import Encoded, canonical, decode, encode
from mmxlib.artifacts.experiments import Experiment, StepTest
from mmxlib.artifacts.panel import Panel
from mmxlib.errors import UsageError
from tests.model.panels import known

PANEL = known(units=3, channels=2, periods=60).panel
LIFT = Experiment("c1", date(2023, 2, 6), date(2023, 3, 5), 100.0, 20.0, unit="U1", change=-0.5)
STEP = StepTest("c1", x=50.0, delta_x=25.0, delta_y=10.0, sigma=2.0, unit="U1")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((1.0, 1.0, 1.0, 0.0), "sigma is 0"),
        ((-1.0, 2.0, 1.0, 1.0), "x is -1"),
        ((1.0, 0.0, 1.0, 1.0), "delta_x is 0"),
        ((1.0, -2.0, 1.0, 1.0), r"x \+ delta_x is -1"),
        ((1.0, 1.0, float("nan"), 1.0), "finite"),
    ],
)
def test_impossible_numbers_of_a_step_test_are_refused(
    numbers: tuple[float, float, float, float], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        StepTest("tv", *numbers)


def test_a_step_down_to_nothing_is_a_step_test() -> None:
    assert StepTest("tv", x=3.0, delta_x=-3.0, delta_y=-1.0, sigma=1.0).x == 3.0


def in_pairs(panel: Panel) -> Panel:
    return panel.grouped({"U1": "A", "U2": "A", "U3": "B"}, ("A", "B"))


def test_an_experiment_in_a_unit_stands_for_its_group_in_proportion() -> None:
    lift, step = in_pairs(replace(PANEL, experiments=(LIFT, STEP))).experiments
    outcome = PANEL.outcome[:2].sum() / PANEL.outcome[0].sum()
    spend = PANEL.spend[:2, :, 0].sum() / PANEL.spend[0, :, 0].sum()
    assert isinstance(lift, Experiment)
    assert isinstance(step, StepTest)
    assert (lift.unit, lift.change, step.unit) == ("A", -0.5, "A")
    np.testing.assert_allclose([lift.lift, lift.standard_error], [100.0 * outcome, 20.0 * outcome])
    np.testing.assert_allclose([step.x, step.delta_x], [50.0 * spend, 25.0 * spend])
    np.testing.assert_allclose([step.delta_y, step.sigma], [10.0 * outcome, 2.0 * outcome])


def test_a_national_channels_spend_is_the_groups_as_well() -> None:
    channels = (replace(PANEL.channels[0], national=True), PANEL.channels[1])
    spend = PANEL.spend.copy()
    spend[:, :, 0] = spend[0, :, 0]
    (step,) = in_pairs(replace(PANEL, channels=channels, spend=spend, experiments=(STEP,))).experiments
    assert isinstance(step, StepTest)
    assert (step.x, step.delta_x) == (50.0, 25.0)
    assert step.delta_y > STEP.delta_y


@pytest.mark.parametrize("experiment", [replace(LIFT, unit=None), replace(STEP, unit=None)])
def test_an_experiment_on_all_units_is_left_alone(experiment: Experiment | StepTest) -> None:
    assert in_pairs(replace(PANEL, experiments=(experiment,))).experiments == (experiment,)


def test_a_unit_that_is_its_own_group_keeps_its_experiment() -> None:
    own = replace(STEP, unit="U3")
    assert in_pairs(replace(PANEL, experiments=(own,))).experiments == (replace(own, unit="B"),)


def test_both_kinds_are_stored_and_come_back() -> None:
    panel = replace(PANEL, experiments=(STEP, LIFT, replace(STEP, date=date(2023, 5, 1))))
    assert decode(Panel, encode(panel)).experiments == panel.experiments


def test_panels_stored_before_there_were_step_tests_still_load() -> None:
    stored = encode(replace(PANEL, experiments=(LIFT,)))
    document = json.loads(stored.document)
    document["value"]["experiments"] = [each["is"] for each in document["value"]["experiments"]]
    old = Encoded(canonical(document), stored.arrays)
    assert decode(Panel, old).experiments == (LIFT,)
