"""The reference is statsmodels; the library itself does without it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.diagnostic import acorr_ljungbox, het_breuschpagan
from statsmodels.stats.outliers_influence import variance_inflation_factor
from statsmodels.stats.stattools import durbin_watson as reference_durbin_watson
from statsmodels.stats.stattools import jarque_bera as reference_jarque_bera

from mmxlib.maths.residuals import (
    LARGEST_INFLATION,
    breusch_pagan,
    durbin_watson,
    innovations,
    jarque_bera,
    ljung_box,
    variance_inflation,
)

seeds = given(st.integers(0, 10_000))
laws = settings(derandomize=True, max_examples=15, deadline=None)


def noise(seed, size=120):
    return np.random.default_rng(seed).standard_t(5, size=size)


@laws
@seeds
def test_durbin_watson_agrees_with_statsmodels(seed):
    assert durbin_watson(noise(seed)) == pytest.approx(reference_durbin_watson(noise(seed)), rel=1e-12)


@laws
@seeds
def test_ljung_box_agrees_with_statsmodels(seed):
    reference = acorr_ljungbox(noise(seed), lags=[8])
    test = ljung_box(noise(seed), 8)
    assert test.statistic == pytest.approx(reference["lb_stat"].iloc[0], rel=1e-9)
    assert test.p_value == pytest.approx(reference["lb_pvalue"].iloc[0], rel=1e-8)


@laws
@seeds
def test_breusch_pagan_agrees_with_statsmodels(seed):
    drivers = np.random.default_rng(seed + 1).normal(size=(120, 3))
    statistic, p_value, _, _ = het_breuschpagan(noise(seed), np.column_stack([np.ones(120), drivers]))
    test = breusch_pagan(noise(seed), drivers)
    assert test.statistic == pytest.approx(statistic, rel=1e-8)
    assert test.p_value == pytest.approx(p_value, rel=1e-8)


@laws
@seeds
def test_jarque_bera_agrees_with_statsmodels(seed):
    statistic, p_value, _, _ = reference_jarque_bera(noise(seed))
    test = jarque_bera(noise(seed))
    assert test.statistic == pytest.approx(statistic, rel=1e-9)
    assert test.p_value == pytest.approx(p_value, rel=1e-8)


@laws
@seeds
def test_variance_inflation_agrees_with_statsmodels(seed):
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(80, 4)) @ rng.normal(size=(4, 4)) + 3.0
    with_constant = np.column_stack([np.ones(80), columns])
    reference = [variance_inflation_factor(with_constant, index) for index in range(1, 5)]
    np.testing.assert_allclose(variance_inflation(columns), reference, rtol=1e-6)


def test_columns_at_right_angles_do_not_inflate_each_other():
    angle = np.arange(52) * 2.0 * np.pi / 52
    assert variance_inflation(np.column_stack([np.sin(angle), np.cos(angle)])) == pytest.approx([1.0, 1.0])


def test_a_repeated_column_inflates_without_end():
    column = noise(1)
    assert variance_inflation(np.column_stack([column, 2.0 * column])) == pytest.approx(
        [LARGEST_INFLATION] * 2
    )


def test_a_column_that_never_varies_inflates_nothing():
    columns = np.column_stack([np.full(120, 0.1), noise(1), noise(2)])
    inflation = variance_inflation(columns)
    assert inflation[0] == 1.0
    assert inflation[1] == pytest.approx(variance_inflation(columns[:, 1:])[0])


def test_innovations_of_an_autoregression_are_its_shocks():
    shocks = noise(3)
    residuals = np.empty_like(shocks)
    residuals[0] = shocks[0] / np.sqrt(1.0 - 0.6**2)
    for period in range(1, len(shocks)):
        residuals[period] = 0.6 * residuals[period - 1] + shocks[period]
    np.testing.assert_allclose(innovations(residuals, 0.6), shocks, atol=1e-12)


def test_innovations_leave_the_residuals_as_they_are():
    residuals = noise(4)
    innovations(residuals, 0.5)
    np.testing.assert_array_equal(residuals, noise(4))


def test_a_perfect_fit_raises_no_alarm():
    zeros = np.zeros(60)
    assert np.isnan(durbin_watson(zeros))
    for test in (ljung_box(zeros, 8), jarque_bera(zeros), breusch_pagan(zeros, np.ones((60, 2)))):
        assert test.p_value == 1.0


def test_where_nothing_varies_the_tests_find_nothing():
    drivers = np.arange(60.0)[:, None]
    for found in (jarque_bera(np.zeros(60)), breusch_pagan(np.full(60, 0.5), drivers)):
        assert (found.statistic, found.p_value) == (0.0, 1.0)


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e3])
def test_findings_do_not_depend_on_the_money_unit(unit):
    residuals = np.random.default_rng(5).standard_t(4, size=60)
    drivers = np.arange(60.0)[:, None]
    assert durbin_watson(unit * residuals) == pytest.approx(durbin_watson(residuals))
    assert ljung_box(unit * residuals, 8).statistic == pytest.approx(ljung_box(residuals, 8).statistic)
    assert jarque_bera(unit * residuals).statistic == pytest.approx(jarque_bera(residuals).statistic)
    assert breusch_pagan(unit * residuals, drivers).statistic == pytest.approx(
        breusch_pagan(residuals, drivers).statistic
    )
