"""Prior and posterior side by side, in units that people use, and the range of rival fits."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta, lognorm

from mmxlib.artifacts.panel import Channel, Panel
from mmxlib.artifacts.response import Response
from mmxlib.maths.saturations.hill import HALF_SATURATION
from mmxlib.model.fitting import fit_response
from mmxlib.model.model import Model
from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ModelSettings, PriorSettings
from tests.model.panels import fitted, known

PRIORS = {
    "c1": {"half_life": 2.0, "roi": {"mean": 2.0, "sd": 0.5}},
    "c2": {"saturation": "exponential", "effect_sd": 0.3},
    "c3": {"saturation": "none"},
}


def believed(panel: Panel, priors: dict[str, dict[str, object]]) -> Response:
    return fit_response(
        panel,
        priors=resolved_priors(PriorSettings.model_validate({"channels": priors}), panel),
        settings=ModelSettings(draws=40, starts=8),
        rng=np.random.default_rng(0),
    )


@pytest.fixture(scope="module")
def response() -> Response:
    return believed(known(periods=104).panel, PRIORS)


@pytest.fixture(scope="module")
def table(response: Response) -> pd.DataFrame:
    return Model(response).priors().set_index(["channel", "parameter"])


def test_every_parameter_that_varies_has_its_rows(table: pd.DataFrame) -> None:
    by_channel = {name: list(rows.index.get_level_values(1)) for name, rows in table.groupby(level=0)}
    halves = ["half_saturation", "half_saturation_spend"]
    assert by_channel["c1"] == ["retention", "half_life", *halves, "shape", "roi"]
    assert by_channel["c2"] == ["retention", "half_life", *halves, "effect"]
    assert by_channel["c3"] == ["retention", "half_life", "contribution_share"]
    assert (table["measure"] != "").all()


def test_a_half_life_in_periods_is_the_one_that_was_stated(table: pd.DataFrame, response: Response) -> None:
    row = table.loc["c1", "half_life"]
    assert row["prior_median"] == pytest.approx(2.0, rel=0.05)  # stated as a mean; a Beta's median lies near
    assert row["prior_lower"] < row["prior_median"] < row["prior_upper"]
    draws = np.log(0.5) / np.log(response.draws.retention[:, 0])
    assert row["posterior_mean"] == pytest.approx(draws.mean())
    assert row["posterior_upper"] == pytest.approx(
        np.log(0.5) / np.log(np.quantile(response.draws.retention[:, 0], 0.95))
    )
    assert row["measure"] == "periods"
    assert "half-life 2" in row["origin"]


def test_prior_ranges_are_the_quantiles_of_the_priors(table: pd.DataFrame) -> None:
    row = table.loc["c2", "retention"]
    count = 0.3 * 0.7 / 0.2**2 - 1.0
    expected = beta(0.3 * count, 0.7 * count).ppf([0.05, 0.5, 0.95])
    np.testing.assert_allclose(row[["prior_lower", "prior_median", "prior_upper"]].astype(float), expected)
    row = table.loc["c1", "half_saturation"]
    expected = lognorm(HALF_SATURATION[1], scale=HALF_SATURATION[0]).ppf([0.05, 0.5, 0.95])
    np.testing.assert_allclose(row[["prior_lower", "prior_median", "prior_upper"]].astype(float), expected)


def test_the_shift_counts_prior_sds(table: pd.DataFrame, response: Response) -> None:
    retention = response.draws.retention[:, 1]
    assert table.loc["c2", "retention"]["shift"] == pytest.approx((retention.mean() - 0.3) / 0.2)
    center, spread = HALF_SATURATION
    half = np.log(response.draws.half_saturation[:, 0])
    assert table.loc["c1", "half_saturation"]["shift"] == pytest.approx(
        (half.mean() - np.log(center)) / spread
    )
    assert table.loc["c1", "half_life"]["shift"] == table.loc["c1", "retention"]["shift"]


def test_half_saturation_is_shown_in_the_money_of_all_units(table: pd.DataFrame, response: Response) -> None:
    active = response.panel.spend[:, :, 0]
    mean_active = sum(series[series > 0.0].mean() for series in active)
    row = table.loc["c1", "half_saturation_spend"]
    assert row["prior_median"] == pytest.approx(HALF_SATURATION[0] * mean_active)
    assert row["posterior_mean"] == pytest.approx(mean_active * response.draws.half_saturation[:, 0].mean())


def test_half_saturation_of_national_media_counts_once_and_of_organic_media_is_exposure() -> None:
    panel = known(periods=90).panel
    shared = np.repeat(panel.exposure[:1], 2, axis=0)
    channels = (
        Channel("c1", national=True, has_exposure=True),
        Channel("c2", national=True),
        Channel("c3", paid=False, has_exposure=True),
    )
    spend = shared * np.array([0.5, 1.0, 0.0])
    exposure = np.concatenate([shared[:, :, :2], panel.exposure[:, :, 2:]], axis=2)
    model = Model(
        fitted(
            replace(panel, channels=channels, spend=spend, exposure=exposure), draws=20, exposure_scale="mean"
        )
    )
    table = model.priors().set_index(["channel", "parameter"])["prior_median"]
    first, second = (shared[0, :, c][shared[0, :, c] > 0.0].mean() for c in (0, 1))
    assert table["c1", "half_saturation_spend"] == pytest.approx(0.5 * HALF_SATURATION[0] * first)
    assert table["c2", "half_saturation_spend"] == pytest.approx(HALF_SATURATION[0] * second)
    third = sum(series[series > 0.0].mean() for series in exposure[:, :, 2])
    assert table["c3", "half_saturation_exposure"] == pytest.approx(HALF_SATURATION[0] * third)


def test_a_strong_belief_against_the_data_shows_as_a_shift() -> None:
    panel = known(units=1, periods=130).panel
    roi = float(Model(fitted(panel, draws=20)).channel_summary()["roi"][0])
    wrong = {"c1": {"roi": {"mean": 4.0 * roi, "sd": 0.4 * roi}}}
    row = Model(believed(panel, wrong)).priors().query("channel == 'c1' and parameter == 'roi'").iloc[0]
    assert row["shift"] < -1.0
    assert row["posterior_mean"] < row["prior_median"]
    assert row["measure"] == "money per money"


def test_rival_fits_give_the_range_of_each_channel_s_roi(response: Response) -> None:
    modes = pd.DataFrame(
        {
            "mode": [1, 2, 3],
            "objective": [-1.0, -1.5, -6.0],
            "weight": [0.6, 0.395, 0.005],
            "roi_c1": [2.0, 3.0, 9.0],
            "roi_c3": [1.5, 1.0, 0.0],
        }
    )
    table = Model(replace(response, modes=modes)).rival_fits().set_index("channel")
    assert table.loc["c1"].tolist() == [2, 2.0, 2.0, 3.0]
    assert table.loc["c3"].tolist() == [2, 1.5, 1.0, 1.5]
    assert table.loc["c2", ["roi_of_best", "roi_lowest", "roi_highest"]].isna().all()


def test_rival_fits_of_a_fit_hold_the_best_one(response: Response) -> None:
    table = Model(response).rival_fits()
    assert list(table["channel"]) == ["c1", "c2", "c3"]
    assert table["roi_of_best"].between(table["roi_lowest"], table["roi_highest"]).all()
    assert (table["fits"] >= 1).all()


def test_a_model_without_channels_has_empty_tables() -> None:
    panel = known(units=1, periods=60).panel
    bare = replace(panel, channels=(), spend=panel.spend[:, :, :0], exposure=panel.exposure[:, :, :0])
    model = Model(fitted(bare, draws=20))
    assert model.priors().empty
    assert model.rival_fits().empty
    assert list(model.priors().columns)[:3] == ["channel", "parameter", "measure"]
