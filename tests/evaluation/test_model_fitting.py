from datetime import date

import numpy as np
import pytest

from mmxlib.artifacts.experiments import Experiment, StepTest
from mmxlib.errors import SettingsError
from mmxlib.evaluation.fitting import fit_model
from mmxlib.model.settings import ChannelPriorSettings, ModelSettings, PriorSettings
from tests.evaluation.handmade import made_panel

QUICK = {"starts": 2, "draws": 20, "harmonics": 1, "trend_flexibility": 0.06}


@pytest.fixture(scope="module")
def panel():
    return made_panel(units=1, channels=2, effect=0.3)


@pytest.fixture(scope="module")
def model(panel):
    return fit_model(panel, settings=QUICK, seed=1)


def test_a_model_comes_with_its_diagnostics(model):
    assert model.diagnostics is not None
    assert {"r2", "durbin_watson", "variance_inflation"} <= {c.name for c in model.diagnostics.checks}


def test_settings_may_be_a_mapping_or_settings(panel, model):
    again = fit_model(panel, settings=ModelSettings(**QUICK), seed=1)
    np.testing.assert_array_equal(again.response.draws.effect, model.response.draws.effect)


def test_another_seed_gives_other_draws(panel, model):
    other = fit_model(panel, settings=QUICK, seed=2)
    assert not np.array_equal(other.response.draws.effect, model.response.draws.effect)


def test_stated_priors_are_used(panel):
    priors = PriorSettings(channels={"tv": ChannelPriorSettings(half_life=4.0)})
    response = fit_model(panel, priors, settings=QUICK).response
    assert response.priors[0].retention.center == pytest.approx(0.5**0.25)


def test_stated_experiments_replace_those_of_the_panel(panel):
    experiment = Experiment("tv", date(2023, 1, 2), date(2023, 3, 26), lift=500.0, standard_error=20.0)
    response = fit_model(panel, settings=QUICK, experiments=[experiment]).response
    assert response.panel.experiments == (experiment,)


def test_experiments_of_both_kinds_may_be_stated_and_listed_in_the_priors(panel):
    lift = Experiment("tv", date(2023, 1, 2), date(2023, 3, 26), lift=500.0, standard_error=20.0)
    step = StepTest("search", x=10.0, delta_x=5.0, delta_y=20.0, sigma=5.0)
    listed = {"channel": "tv", "x": 1.0, "delta_x": 2.0, "delta_y": 3.0, "sigma": 4.0}
    priors = PriorSettings.model_validate({"experiments": [listed]})
    response = fit_model(panel, priors, settings=QUICK, experiments=[lift, step]).response
    assert response.panel.experiments == (lift, step, StepTest("tv", 1.0, 2.0, 3.0, 4.0))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"drawz": 3}, "no setting 'drawz'"),
        ({"draws": 1}, "draws is 1, but must be a whole number from 20 to 4000"),
        ({"harmonics": "many"}, "harmonics is 'many', but must be a whole number from 0 to 10 or auto"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(panel, settings, words):
    with pytest.raises(SettingsError, match=words) as refused:
        fit_model(panel, settings=settings)
    assert refused.value.code == "MMX-M050"
