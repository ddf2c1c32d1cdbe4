"""What the model says of the data's own periods, and how often it is right."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mmxlib.errors import UsageError
from mmxlib.model.model import Model
from mmxlib.model.prediction import expected_draws, predictive_draws, whole_prediction
from tests.model.panels import Known, fitted, known

MADE = known()
RESPONSE = fitted(MADE.panel, draws=100)
MODEL = Model(RESPONSE)


def coverage(table: pd.DataFrame, values: np.ndarray) -> float:
    return float(((table["lower"] <= values) & (values <= table["upper"])).mean())


def with_noise(made: Known, rho: float, sd: float, seed: int) -> tuple[Known, np.ndarray]:
    """Return the market with AR(1) noise (innovations: ``sd`` of size), and outcomes with other noise."""
    rng = np.random.default_rng(seed)
    mean = made.base + made.contributions.sum(axis=2)
    series = []
    for _ in range(2):
        noise = sd / np.sqrt(1.0 - rho**2) * rng.standard_normal(len(mean))
        path = []
        for _ in range(mean.shape[1]):
            path.append(noise)
            noise = rho * noise + sd * rng.standard_normal(len(mean))
        series.append(mean + np.stack(path, axis=1) * mean.mean(axis=1, keepdims=True))
    return replace(made, panel=replace(made.panel, outcome=series[0])), series[1]


def test_the_mean_is_the_outcome_less_the_residual() -> None:
    table, parts = MODEL.prediction(), MODEL.contributions()
    residual = parts.loc[parts["component"] == "residual", "mean"].to_numpy()
    np.testing.assert_allclose(table["mean"] + residual, table["outcome"], rtol=1e-9)
    np.testing.assert_array_equal(table["outcome"], MADE.panel.outcome.ravel())
    pd.testing.assert_series_equal(table["mean"], MODEL.prediction(noise=False)["mean"])


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_ninety_percent_intervals_hold_nine_tenths_of_the_outcomes(rho: float) -> None:
    """Of those that the model has seen somewhat more; of others with the same truth, as many as promised."""
    seen, others = [], []
    for seed in range(6):
        made, unseen = with_noise(known(seed=seed, periods=156), rho, 0.03, seed)
        table = Model(fitted(made.panel, seed=seed)).prediction()
        seen.append(coverage(table, made.panel.outcome.ravel()))
        others.append(coverage(table, unseen.ravel()))
    assert 0.88 <= np.mean(seen) <= 0.96
    assert 0.87 <= np.mean(others) <= 0.93


def test_intervals_without_noise_hold_the_truth_and_are_narrower() -> None:
    wide, narrow = MODEL.prediction(), MODEL.prediction(noise=False)
    truth = (MADE.base + MADE.contributions.sum(axis=2)).ravel()
    assert 0.75 <= coverage(narrow, truth) <= 1.0
    assert np.all(narrow["upper"] - narrow["lower"] < wide["upper"] - wide["lower"])
    np.testing.assert_allclose(
        narrow["upper"].to_numpy()[:130], np.quantile(expected_draws(RESPONSE, 0), 0.95, axis=0)
    )


def test_drawn_outcomes_have_the_quantiles_that_the_table_says() -> None:
    many = replace(
        RESPONSE,
        autocorrelation=np.full(2, 0.6),
        draws=replace(
            RESPONSE.draws,
            **{name: np.tile(values, (30,) + (1,) * (values.ndim - 1)) for name, values in arrays().items()},
        ),
    )
    table = Model(many).prediction(0.8)
    drawn = predictive_draws(many, np.random.default_rng(0)).reshape(3000, -1)
    spread = (table["upper"] - table["lower"]).to_numpy()
    for end, share in (("lower", 0.1), ("upper", 0.9)):
        off = (np.quantile(drawn, share, axis=0) - table[end]) / spread
        assert np.abs(off).max() < 0.06
    noise = drawn.reshape(3000, 2, -1)[:, 0] - np.tile(expected_draws(RESPONSE, 0), (30, 1))
    assert np.corrcoef(noise[:, 50], noise[:, 51])[0, 1] == pytest.approx(0.6, abs=0.05)


def arrays() -> dict[str, np.ndarray]:
    return {name: getattr(RESPONSE.draws, name) for name in RESPONSE.draws.__dataclass_fields__}


def test_a_wider_level_gives_wider_intervals() -> None:
    narrow, wide = MODEL.prediction(0.5), MODEL.prediction(0.95)
    assert np.all(wide["lower"] < narrow["lower"])
    assert np.all(narrow["upper"] < wide["upper"])


def test_a_level_out_of_range_is_refused() -> None:
    with pytest.raises(UsageError, match="interval"):
        MODEL.prediction(0.2)


def test_all_units_together_are_the_sum_and_surer_than_their_ends() -> None:
    whole, apart = whole_prediction(RESPONSE, 0.9), MODEL.prediction(0.9)
    sums = apart.groupby("date")[["outcome", "mean", "lower", "upper"]].sum().reset_index()
    np.testing.assert_allclose(whole[["outcome", "mean"]], sums[["outcome", "mean"]], rtol=1e-9)
    assert (whole["lower"] >= sums["lower"] - 1e-9 * sums["mean"]).all()
    assert (whole["upper"] <= sums["upper"] + 1e-9 * sums["mean"]).all()
    assert ((whole["lower"] < whole["mean"]) & (whole["mean"] < whole["upper"])).all()


def test_one_unit_together_is_that_unit() -> None:
    made = known(seed=3)
    panel = made.panel
    first = replace(
        panel,
        units=panel.units[:1],
        outcome=panel.outcome[:1],
        spend=panel.spend[:1],
        exposure=panel.exposure[:1],
        control_values=panel.control_values[:1],
    )
    response = fitted(first, draws=40)
    whole, alone = whole_prediction(response, 0.8), Model(response).prediction(0.8)
    pd.testing.assert_frame_equal(whole, alone.drop(columns="unit"), rtol=1e-12)
