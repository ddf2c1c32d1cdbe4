from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.adstock import adstocked
from mmxlib.maths.adstocks.geometric import adstock
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.budgets.spend_response import SpendCurves, carried_exposure, last_exposure, spend_response
from mmxlib.maths.saturation import saturation
from tests.maths.budgets.spending import ALL_ADSTOCKS, ALL_FAMILIES, random_curves

ALONE = [(each,) for each in ALL_ADSTOCKS]
LONG_TAIL = 3000


def summed_term_by_term(curves: SpendCurves, totals: Vector) -> tuple[Matrix, Matrix]:
    """Return outcome and what falls inside the periods, by plain sums over a very long tail."""
    draws, units, channels = curves.effect.shape
    periods = curves.flight.shape[2]
    outcome, inside = np.zeros((draws, channels)), np.zeros((draws, channels))
    for d, u, c in np.ndindex(draws, units, channels):
        planned = curves.committed[u, c] + totals[c] * curves.flight[u, c]
        exposure = np.concatenate((planned, np.zeros(LONG_TAIL)))
        parameters = int(curves.family[c]), curves.half_saturation[d, c], curves.shape[d, c]
        with_plan = _shares(_carried(curves, exposure, d, u, c), *parameters)
        without = _shares(_carried(curves, 0.0 * exposure, d, u, c), *parameters)
        outcome[d, c] += curves.effect[d, u, c] * (with_plan - without).sum()
        inside[d, c] += curves.effect[d, u, c] * with_plan[:periods].sum()
    return outcome, inside


def _carried(curves: SpendCurves, exposure: Vector, d: int, u: int, c: int) -> Vector:
    """Return the adstocked exposure, with what came before it."""
    if curves.adstock[c] == 0:
        return adstock(exposure, curves.retention[d, c], curves.carry_in[d, u, c])
    whole = np.concatenate((curves.history[u, c], exposure))
    parameters = int(curves.adstock[c]), curves.retention[d, c], curves.timing[d, c]
    return adstocked(whole, *parameters)[LAGS:]


def _shares(adstocked: Vector, family: int, k: float, s: float) -> Vector:
    return np.array([saturation(family, a, k, s) for a in adstocked])


@pytest.mark.parametrize("committed", [0.0, 0.8])
@pytest.mark.parametrize("adstocks", [*ALONE, (0, 2, 1)])
def test_outcome_equals_the_sum_over_a_long_tail(adstocks: tuple[int, ...], committed: float) -> None:
    curves = random_curves(
        1, channels=4, draws=2, families=ALL_FAMILIES, adstocks=adstocks, committed=committed
    )
    totals = np.array([100.0, 30.0, 250.0, 80.0])
    response = spend_response(curves, totals)
    outcome, inside = summed_term_by_term(curves, totals)
    np.testing.assert_allclose(response.outcome, outcome, rtol=1e-10)
    np.testing.assert_allclose(response.in_periods, inside, rtol=1e-12)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    size=st.floats(1.0, 400.0),
    steep=st.booleans(),
    adstocks=st.sampled_from(ALONE),
    committed=st.sampled_from([0.0, 1.0]),
)
def test_slopes_equal_finite_differences(
    seed: int, size: float, steep: bool, adstocks: tuple[int, ...], committed: float
) -> None:
    curves = random_curves(
        seed,
        channels=4,
        families=ALL_FAMILIES,
        shapes=(1.5, 3.5) if steep else (0.6, 1.2),
        adstocks=adstocks,
        committed=committed,
    )
    totals = np.full(4, size)
    at = spend_response(curves, totals)
    step = 1e-4 * size
    above, below = spend_response(curves, totals + step), spend_response(curves, totals - step)
    np.testing.assert_allclose((above.outcome - below.outcome) / (2.0 * step), at.slope, rtol=1e-6)
    inside = (above.in_periods - below.in_periods) / (2.0 * step)
    np.testing.assert_allclose(inside, at.inside_slope, rtol=1e-6)


@pytest.mark.parametrize("adstocks", ALONE)
def test_a_part_committed_beforehand_brings_what_it_would_within_the_total(
    adstocks: tuple[int, ...],
) -> None:
    curves = random_curves(6, channels=4, families=ALL_FAMILIES, adstocks=adstocks)
    held = replace(curves, committed=30.0 * curves.flight)
    together, apart = spend_response(curves, np.full(4, 90.0)), spend_response(held, np.full(4, 60.0))
    for name in ("outcome", "slope", "in_periods", "inside_slope"):
        np.testing.assert_allclose(getattr(apart, name), getattr(together, name), rtol=1e-10)


@pytest.mark.parametrize("adstocks", ALONE)
def test_zero_spend_causes_nothing(adstocks: tuple[int, ...]) -> None:
    curves = random_curves(2, families=ALL_FAMILIES, adstocks=adstocks)
    response = spend_response(curves, np.zeros(3))
    assert np.abs(response.outcome).max() == 0.0


@pytest.mark.parametrize("adstocks", ALONE)
def test_doubling_spend_never_lowers_outcome(adstocks: tuple[int, ...]) -> None:
    curves = random_curves(3, channels=4, families=ALL_FAMILIES, shapes=(0.5, 4.0), adstocks=adstocks)
    grid = [spend_response(curves, np.full(4, size)).outcome for size in (0.0, 1.0, 2.0, 50.0, 100.0, 1e6)]
    assert all(np.all(more >= less) for less, more in pairwise(grid))


def test_without_retention_nothing_is_carried() -> None:
    curves = random_curves(4, carry_in=5.0)
    still = SpendCurves(**{**vars(curves), "retention": np.zeros_like(curves.retention)})
    response = spend_response(still, np.full(3, 100.0))
    np.testing.assert_allclose(response.outcome, response.in_periods, rtol=1e-12)


def test_permuting_channels_permutes_answers() -> None:
    curves, totals, order = (
        random_curves(5, adstocks=ALL_ADSTOCKS),
        np.array([10.0, 200.0, 90.0]),
        np.array([2, 0, 1]),
    )
    moved = SpendCurves(
        adstock=curves.adstock[order],
        timing=curves.timing[:, order],
        history=curves.history[:, order],
        family=curves.family[order],
        retention=curves.retention[:, order],
        half_saturation=curves.half_saturation[:, order],
        shape=curves.shape[:, order],
        effect=curves.effect[:, :, order],
        carry_in=curves.carry_in[:, :, order],
        flight=curves.flight[:, order],
        committed=curves.committed[:, order],
    )
    expected = spend_response(curves, totals).outcome[:, order]
    np.testing.assert_array_equal(spend_response(moved, totals[order]).outcome, expected)


def test_carried_exposure_is_the_last_adstocked_one() -> None:
    chance = np.random.default_rng(0)
    exposure, retention = chance.uniform(0.0, 1.0, (2, 3, 40)), chance.uniform(0.0, 0.95, (5, 3))
    carried = carried_exposure(exposure, retention)
    assert carried[4, 1, 2] == pytest.approx(adstock(exposure[1, 2], retention[4, 2], 0.0)[-1], rel=1e-14)
    assert np.all(carried_exposure(exposure[:, :, :0], retention) == 0.0)


@pytest.mark.parametrize("periods", [0, 10, LAGS, 40])
def test_last_exposure_ends_with_the_newest(periods: int) -> None:
    exposure = np.arange(1.0, 1.0 + periods)[None, None]
    last = last_exposure(exposure)[0, 0]
    known = min(periods, LAGS)
    assert last[LAGS - known :].tolist() == exposure[0, 0, periods - known :].tolist()
    assert np.all(last[: LAGS - known] == 0.0)
