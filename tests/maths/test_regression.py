import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS

from mmxlib.maths.regression import basis, effect_of, least_squares, noise_of, robust_fit
from mmxlib.maths.robust import robust_sd
from mmxlib.maths.threads import single_threaded


def ar1(rng: np.random.Generator, length: int, correlation: float, sd: float = 1.0) -> np.ndarray:
    shocks = rng.normal(size=length + 100) * np.sqrt(1.0 - correlation**2)
    for t in range(1, len(shocks)):
        shocks[t] += correlation * shocks[t - 1]
    return sd * shocks[100:]


def columns_of(length: int) -> np.ndarray:
    t = np.arange(length) / length
    return np.column_stack([np.ones(length), t, np.sin(6.0 * np.pi * t), np.cos(6.0 * np.pi * t)])


def test_least_squares_agrees_with_numpy() -> None:
    rng = np.random.default_rng(0)
    columns, series = rng.normal(size=(80, 5)), rng.normal(size=80)
    expected = np.linalg.lstsq(columns, series, rcond=None)[0]
    np.testing.assert_allclose(least_squares(columns, series).coefficients, expected, rtol=1e-10)


def test_basis_has_the_rank_of_collinear_columns() -> None:
    columns = columns_of(50)
    known = basis(np.column_stack([columns, columns[:, 1] * 3.0, np.zeros(50)]))
    assert known.shape == (50, 4)
    np.testing.assert_allclose(known.T @ known, np.eye(4), atol=1e-12)


@pytest.mark.parametrize("columns", [np.zeros((5, 2)), np.empty((5, 0))], ids=["zeros", "none"])
def test_nothing_spans_nothing(columns: np.ndarray) -> None:
    assert basis(columns).shape == (5, 0)


@pytest.mark.parametrize(("share", "rank"), [(0.9e-9, 1), (1.1e-9, 2)])
def test_a_direction_of_a_billionth_of_the_longest_is_not_there(share: float, rank: int) -> None:
    """Of two columns at a small angle, the shorter direction is half of it."""
    assert basis(np.array([[1.0, 1.0], [0.0, 2.0 * share]])).shape == (2, rank)


def test_wild_values_hardly_move_the_robust_fit() -> None:
    rng = np.random.default_rng(2)
    columns, truth = columns_of(150), np.array([10.0, 2.0, 1.0, -1.0])
    series = columns @ truth + 0.1 * rng.normal(size=150)
    series[[3, 50, 120]] *= 100.0
    np.testing.assert_allclose(robust_fit(columns, series).coefficients, truth, atol=0.15)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.6])
@single_threaded
def test_noise_is_found_after_many_columns_were_fitted(correlation: float) -> None:
    rng = np.random.default_rng(3)
    known = basis(np.column_stack([columns_of(156), rng.normal(size=(156, 20))]))
    found = []
    for _ in range(60):
        series = ar1(rng, 156, correlation, 2.0)
        noise = noise_of(series - known @ (known.T @ series), known)
        found.append((noise.correlation, noise.variance))
    mean = np.mean(found, axis=0)
    assert abs(mean[0] - correlation) < 0.06
    assert abs(mean[1] / 4.0 - 1.0) < 0.1


@pytest.mark.parametrize(("width", "correlation"), [(1, 0.3), (3, 0.0), (6, 0.6)])
@single_threaded
def test_ninety_percent_intervals_of_an_event_cover_85_to_95_percent(width: int, correlation: float) -> None:
    covered = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        event = np.zeros(156)
        first = int(rng.integers(10, 140))
        event[first : first + width] = 1.0
        known = basis(np.column_stack([columns_of(156), rng.normal(size=(156, 12))]))
        effect = effect_of(event, known, 3.0 * event + ar1(rng, 156, correlation))
        covered += abs(effect.value - 3.0) < 1.656 * effect.error
    assert 0.85 <= covered / 200 <= 0.95


def test_an_event_of_one_period_has_an_error_although_it_fits_exactly() -> None:
    event = np.zeros(100)
    event[40] = 1.0
    effect = effect_of(event, basis(columns_of(100)), np.random.default_rng(0).normal(size=100))
    assert effect.error > 0.8


def test_a_column_that_others_explain_has_no_effect_of_its_own() -> None:
    columns = columns_of(60)
    effect = effect_of(columns[:, 1] * 2.0, basis(columns), np.arange(60.0))
    assert np.isnan(effect.value)
    assert effect.unexplained == 0.0


def test_a_column_of_zeros_has_no_effect() -> None:
    effect = effect_of(np.zeros(60), basis(columns_of(60)), np.arange(60.0))
    assert np.isnan(effect.value)
    assert effect.unexplained == 0.0


def test_an_effect_tells_how_many_periods_carry_it() -> None:
    rng = np.random.default_rng(0)
    ones = np.ones((200, 1))
    lone, many = np.zeros(200), np.zeros(200)
    lone[50] = 1.0
    many[::10] = 1.0
    series = rng.normal(size=200)
    assert effect_of(lone, basis(ones), series).rests_on == pytest.approx(1.0, abs=0.05)
    assert effect_of(many, basis(ones), series).rests_on > 15.0


def test_periods_that_strayed_widen_an_error_and_move_no_effect() -> None:
    rng = np.random.default_rng(1)
    series = rng.normal(size=200)
    stray = np.zeros(200)
    stray[[20, 90, 140]] = 15.0
    column = np.zeros(200)
    column[120] = 1.0
    beside = basis(np.column_stack([np.ones(200), np.eye(200)[:, [20, 90, 140]]]))
    quiet = effect_of(column, beside, series + stray)
    wild = effect_of(column, beside, series + stray, stray)
    assert wild.value == quiet.value
    assert wild.error > 1.5 * quiet.error


@pytest.mark.parametrize("unit", [1e-6, 1e-3, 1e6])
def test_collinear_columns_share_an_effect_whatever_their_unit(unit: float) -> None:
    """The smallest coefficients of scaled columns: each of two copies explains half."""
    column = np.arange(1.0, 11.0)
    fit = least_squares(np.column_stack([unit * column, column]), 4.0 * column)
    np.testing.assert_allclose(fit.coefficients, [2.0 / unit, 2.0], rtol=1e-9)


def test_one_column_alone_spans_itself() -> None:
    column = np.array([[3.0], [4.0]])
    np.testing.assert_allclose(np.abs(basis(column)), [[0.6], [0.8]], rtol=1e-12)


def test_nothing_left_over_is_noise_without_memory() -> None:
    known = basis(columns_of(20))
    silent = noise_of(np.zeros(20), known)
    short = noise_of(np.array([1.0, -1.0]), np.empty((2, 0)))
    none = noise_of(np.empty(0), np.empty((0, 0)))
    assert (silent.variance, silent.correlation) == (0.0, 0.0)
    assert (short.variance, short.correlation) == (1.0, 0.0)
    assert (none.variance, none.correlation) == (0.0, 0.0)


def test_a_residual_in_a_single_direction_tells_of_no_memory() -> None:
    single = np.ones(6) / np.sqrt(6.0)
    others = np.linalg.qr(np.column_stack([single, np.eye(6)[:, :5]]))[0][:, 1:]
    noise = noise_of(3.0 * single, others)
    assert (noise.variance, noise.correlation) == (pytest.approx(9.0 / 6.0), 0.0)


def test_an_effect_rests_on_the_periods_that_carry_it() -> None:
    series, nothing = np.zeros(12), np.empty((12, 0))
    for periods in (1, 3, 12):
        column = np.where(np.arange(12) < periods, 2.0, 0.0)
        assert effect_of(column, nothing, series).rests_on == pytest.approx(periods)


@pytest.mark.parametrize("length", [20, 100, 250])
def test_the_error_of_an_effect_is_newey_and_wests_where_noise_is_of_many_kinds(length: int) -> None:
    """Noise where the column is large is larger there than AR(1) noise of one kind would be."""
    rng = np.random.default_rng(length)
    column = np.where(np.arange(length) % 10 < 3, 1.0 + rng.uniform(size=length), 0.1)
    series = 2.0 * column + column**2 * ar1(rng, length, 0.7, 3.0)
    lags = int(4.0 * (length / 100.0) ** (2.0 / 9.0))
    fitted = OLS(series, column[:, None]).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
    )
    found = effect_of(column, np.empty((length, 0)), series)
    assert found.value == pytest.approx(float(fitted.params[0]))
    assert found.error == pytest.approx(float(fitted.bse[0]), rel=1e-9)


def test_wild_values_on_one_side_do_not_bend_the_robust_fit() -> None:
    """Huber's weights alone would move the level by about 0.4: values far away must end with none."""
    series = 10.0 + np.random.default_rng(7).normal(size=400)
    series[::5] += 1000.0
    assert abs(robust_fit(np.ones((400, 1)), series).coefficients[0] - 10.0) < 0.2


def test_the_robust_fit_solves_tukeys_equations() -> None:
    rng = np.random.default_rng(8)
    columns = columns_of(120)
    fit = robust_fit(columns, columns @ [10.0, 2.0, 1.0, -1.0] + rng.standard_t(3, size=120))
    weights = np.clip(1.0 - (fit.residual / robust_sd(fit.residual) / 4.685) ** 2, 0.0, None) ** 2
    np.testing.assert_allclose(columns.T @ (weights * fit.residual), 0.0, atol=1e-3)
