"""Experiments in the model: step tests against the response curve, and what both kinds correct."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from mmxlib.artifacts.experiments import AnyExperiment, Experiment, StepTest
from mmxlib.artifacts.panel import Channel, Panel
from mmxlib.artifacts.response import Response
from mmxlib.errors import DataError, SettingsError
from mmxlib.maths.density import log_density
from mmxlib.maths.media import Curves, media_series
from mmxlib.model.experiments import in_words, stated_experiments
from mmxlib.model.model import Model
from mmxlib.model.problem import Noise, setup
from mmxlib.model.returns import steady_curve
from mmxlib.model.settings import PriorSettings
from tests.model.panels import Known, fitted, known

X, DELTA = 120.0, 75.0


def of_every_kind() -> Panel:
    """Two units with a channel whose exposure is bought, a national one and an organic one."""
    panel = known(units=2, channels=3, periods=70).panel
    exposure = panel.exposure.copy()
    exposure[:, :, 1] = exposure[0, :, 1]
    spend = exposure * np.array([2.5, 1.0, 0.0])
    spend[1, :, 0] *= 1.4
    channels = (
        Channel("c1", has_exposure=True),
        Channel("c2", national=True),
        Channel("c3", paid=False, has_exposure=True),
    )
    return replace(panel, channels=channels, spend=spend, exposure=exposure)


@pytest.fixture(scope="module")
def plain() -> Response:
    return fitted(of_every_kind(), resample=False, pooling=0.0, exposure_scale="mean")


def rise_in_density(response: Response, test: StepTest) -> float:
    """Return the rise that the density expects of a step test, from its values at two readings."""
    panel = replace(response.panel, experiments=(replace(test, sigma=1.0),))
    noise = Noise(np.full(2, 0.05), np.zeros(2))
    made = setup(panel, priors=response.priors, base=response.base, noise=noise, pooling=0.0)
    draws = response.draws
    parameters = np.concatenate(
        [
            np.log(draws.retention[0] / (1.0 - draws.retention[0])),
            np.log(draws.half_saturation[0]),
            np.log(draws.shape[0]),
            np.log(draws.effect[0, 0] / response.outcome_scale[0]),
        ]
    )
    gradient = np.empty(len(parameters))
    low, high = (
        log_density(parameters, made.problem, made.outcome, np.array([reading]), gradient)
        for reading in (0.0, 1.0)
    )
    return high - low + 0.5


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_a_step_test_reads_the_very_response_curve(plain: Response, channel: int) -> None:
    name = plain.panel.channel_names[channel]
    curve = steady_curve(plain, channel, np.array([X, X + DELTA])).outcome[0]
    found = rise_in_density(plain, StepTest(name, X, DELTA, 0.0, 1.0))
    assert found == pytest.approx(curve[1] - curve[0], rel=1e-9)


def test_a_step_test_in_a_unit_reads_that_units_curve(plain: Response) -> None:
    draws, unit = plain.draws, 1
    scaled = np.array([X, X + DELTA]) / plain.cost_per_exposure[unit, 0] / plain.exposure_scale[unit, 0]
    powers = scaled ** draws.shape[0, 0]
    curve = draws.effect[0, unit, 0] * powers / (powers + draws.half_saturation[0, 0] ** draws.shape[0, 0])
    found = rise_in_density(plain, StepTest("c1", X, DELTA, 0.0, 1.0, unit="U2"))
    assert found == pytest.approx(curve[1] - curve[0], rel=1e-9)


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (StepTest("radio", 1.0, 1.0, 1.0, 1.0), 'channel "radio"'),
        (StepTest("c1", 1.0, 1.0, 1.0, 1.0, unit="West"), '"West"'),
    ],
)
def test_an_experiment_that_the_data_do_not_know_is_refused(test: StepTest, words: str) -> None:
    with pytest.raises(DataError, match=words):
        fitted(replace(known(units=2, periods=60).panel, experiments=(test,)))


def confounded() -> tuple[Known, Panel]:
    """A market in which something unseen moves with the first channel."""
    made = known(units=1, channels=2, periods=130, noise=0.01)
    unseen = 2.0 * (made.contributions[:, :, 0] - made.contributions[:, :, 0].mean())
    return made, replace(made.panel, outcome=made.panel.outcome + unseen)


def lifts(made: Known) -> tuple[Experiment, ...]:
    """Two hold-outs with their true lifts, carryover within the window included."""
    dates, exposure = made.panel.dates, np.ascontiguousarray(made.panel.exposure[0, :, :1] / 90.0)
    one, codes = np.ones((1, 1)), np.zeros(1, dtype=np.int64)
    curves = Curves(codes, codes, 0.2 * one, one, one, one)
    found = []
    for first, after in ((30, 38), (80, 88)):
        held = exposure.copy()
        held[first:after] = 0.0
        both = [media_series(each, curves, np.full((1, 1), 200.0))[0] for each in (exposure, held)]
        lift = float((both[0] - both[1])[first:after].sum())
        window = (dates[first].item(), (dates[after] - np.timedelta64(1, "D")).item())
        found.append(Experiment("c1", *window, lift=lift, standard_error=0.05 * lift))
    return tuple(found)


def steps() -> tuple[StepTest, ...]:
    """Three steps along the true curve, ``200 x / (x + 90)``."""
    found = []
    for x, delta in ((0.0, 60.0), (60.0, 60.0), (120.0, 120.0)):
        rise = 200.0 * ((x + delta) / (x + delta + 90.0) - x / (x + 90.0))
        found.append(StepTest("c1", x, delta, rise, 0.05 * rise))
    return tuple(found)


@pytest.mark.parametrize("kind", ["lifts", "steps"])
def test_experiments_of_either_kind_correct_a_confounded_channel(kind: str) -> None:
    made, panel = confounded()
    truth = float(made.contributions[0, :, 0].sum())

    def error(experiments: tuple[AnyExperiment, ...]) -> float:
        summary = Model(fitted(replace(panel, experiments=experiments))).channel_summary()
        return float(summary["contribution"][0]) / truth - 1.0

    assert error(()) > 0.5
    assert abs(error(lifts(made) if kind == "lifts" else steps())) < 0.1


def test_a_vaguer_step_test_leaves_a_wider_interval() -> None:
    _, panel = confounded()
    widths = []
    for factor in (1.0, 8.0):
        tests = tuple(replace(each, sigma=factor * each.sigma) for each in steps())
        summary = Model(fitted(replace(panel, experiments=tests))).channel_summary()
        widths.append(float(summary["contribution_upper"][0] - summary["contribution_lower"][0]))
    assert widths[0] < widths[1]


def test_experiments_of_the_settings_must_fit_the_data() -> None:
    rows = [
        {"channel": "radio", "x": 1.0, "delta_x": 1.0, "delta_y": 1.0, "sigma": 1.0},
        {
            "channel": "c1",
            "unit": "West",
            "start": "2023-02-06",
            "end": "2023-02-12",
            "lift": 1.0,
            "standard_error": 1.0,
        },
    ]
    with pytest.raises(SettingsError) as refused:
        stated_experiments(PriorSettings.model_validate({"experiments": rows}), known(periods=60).panel)
    assert [fault.place[-8:] for fault in refused.value.faults] == ["number 1", "number 2"]


def test_experiments_are_said_in_words() -> None:
    held = Experiment("tv", date(2024, 1, 1), date(2024, 1, 28), 300.0, 40.0, unit="North")
    assert in_words(held) == (
        "tv in North, withheld from 2024-01-01 to 2024-01-28: 300 of outcome, give or take 40"
    )
    assert "changed by +50 % from" in in_words(replace(held, change=0.5))
    assert in_words(StepTest("tv", 1000.0, 500.0, 20.0, 4.0)) == (
        "tv, from 1,000 to 1,500 of spend per period: +20 of outcome per period, give or take 4"
    )
