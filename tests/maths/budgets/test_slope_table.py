"""Slope bounds against plain sums over all terms, each at its own steepest and flattest point."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.slope_table import refined, slope_table
from mmxlib.maths.budgets.spend_response import SERIES_FROM, SpendCurves, spend_response
from mmxlib.terms import Measure
from tests.maths.budgets.spending import ALL_ADSTOCKS, ALL_FAMILIES, random_curves

KNOTS = np.array([5.0, 20.0, 60.0, 61.0, 400.0])
SIGNED = np.array([0.9, -0.4])
LOOSE = (1.0 + SERIES_FROM) ** 2
"""By what the bounds of a small S-shaped tail may be off: the series' first term alone is bounded."""


def one_channel(
    seed: int,
    *,
    family: int = 0,
    adstock: int = 0,
    shapes: tuple[float, float] = (0.6, 1.0),
    **options: float,
) -> SpendCurves:
    return random_curves(
        seed,
        channels=1,
        draws=2,
        units=1,
        periods=2,
        families=(family,),
        adstocks=(adstock,),
        shapes=shapes,
        **options,
    )


def weighted(curves: SpendCurves, totals: Vector, weights: Vector, name: str) -> Vector:
    return np.array(
        [weights @ getattr(spend_response(curves, np.array([each])), name)[:, 0] for each in totals]
    )


@pytest.mark.parametrize("family", ALL_FAMILIES)
@pytest.mark.parametrize("adstock", ALL_ADSTOCKS)
@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("committed", [0.0, 0.5])
def test_between_knots_neither_slope_nor_value_leaves_its_bounds(
    family: int, adstock: int, measure: Measure, committed: float
) -> None:
    curves = one_channel(family, family=family, adstock=adstock, shapes=(0.6, 3.0), committed=committed)
    inside = measure is Measure.OUTCOME_IN_PERIODS
    names = ("in_periods", "inside_slope") if inside else ("outcome", "slope")
    table = slope_table(curves, 0, KNOTS, weights=SIGNED, measure=measure)
    np.testing.assert_allclose(table.values, weighted(curves, KNOTS, SIGNED, names[0]), rtol=1e-9)
    for i in range(len(KNOTS) - 1):
        between = np.linspace(KNOTS[i], KNOTS[i + 1], 7)
        values, slopes = (weighted(curves, between, SIGNED, name) for name in names)
        assert np.all(slopes <= table.upper_slope[i] * (1.0 + 1e-9))
        assert np.all(slopes >= table.lower_slope[i] - 1e-9 * np.abs(slopes))
        assert np.all(values <= table.peak[i] + 1e-9)


def slope_of(family: int, a: Vector, k: float, s: float) -> Vector:
    """Return the slope of a saturation at ``a``."""
    if family == 0:
        share = a**s / (a**s + k**s)
        return s * share * (1.0 - share) / a
    if family == 1:
        return np.exp(-a / k) / k
    return 0.5 / np.cosh(0.5 * a / k) ** 2 / k if family == 2 else np.full(len(a), 1.0 / k)


def extremes(family: int, low: float, high: float, k: float, s: float) -> tuple[float, float]:
    """Return the smallest and the largest slope of one term on [low, high], by looking."""
    slopes = slope_of(family, np.linspace(low, high, 4001), k, s)
    return float(slopes.min()), float(slopes.max())


def single_term(family: int, shape: float, retention: float) -> SpendCurves:
    """Return one draw and period whose adstocked exposure is (1 - retention) / 100 of the total, and left."""
    curves = random_curves(0, channels=1, draws=1, units=1, periods=1, families=(family,))
    return replace(
        curves,
        retention=np.full((1, 1), retention),
        shape=np.full((1, 1), shape),
        half_saturation=np.full((1, 1), 0.8),
        effect=np.full((1, 1, 1), 2.0),
        flight=np.full((1, 1, 1), 0.01),
    )


@pytest.mark.parametrize(("family", "shape"), [(0, 0.7), (0, 1.0), (0, 2.5), (1, 1.0), (2, 1.0), (3, 1.0)])
@pytest.mark.parametrize("weight", [1.0, -1.0])
def test_the_bounds_of_one_term_are_its_steepest_and_its_flattest_slope(
    family: int, shape: float, weight: float
) -> None:
    curves = single_term(family, shape, 0.3)
    measure = Measure.OUTCOME_IN_PERIODS
    table = slope_table(curves, 0, KNOTS, weights=np.array([weight]), measure=measure)
    left, pattern = 0.3 * curves.carry_in[0, 0, 0], 0.7 * 0.01
    for i in range(len(KNOTS) - 1):
        ends = left + pattern * KNOTS[i], left + pattern * KNOTS[i + 1]
        found = sorted(weight * 2.0 * pattern * each for each in extremes(family, *ends, 0.8, shape))
        assert table.lower_slope[i] == pytest.approx(found[0], rel=1e-4)
        assert table.upper_slope[i] == pytest.approx(found[1], rel=1e-4)


@pytest.mark.parametrize(("family", "shape"), [(0, 0.7), (0, 1.0), (0, 2.5), (1, 1.0), (2, 1.0), (3, 1.0)])
@pytest.mark.parametrize("weight", [1.0, -1.0])
@pytest.mark.parametrize("carry_in", [0.0, 0.9])
def test_the_bounds_of_a_tail_are_sums_of_the_bounds_of_its_terms(
    family: int, shape: float, weight: float, carry_in: float
) -> None:
    r = 0.6
    curves = replace(single_term(family, shape, r), carry_in=np.full((1, 1, 1), carry_in))
    inside, whole = (
        slope_table(curves, 0, KNOTS, weights=np.array([weight]), measure=measure)
        for measure in (Measure.OUTCOME_IN_PERIODS, Measure.CONTRIBUTION_OF_SPEND)
    )
    left, pattern = r * carry_in, (1.0 - r) * 0.01
    for i in range(len(KNOTS) - 1):
        sums = np.zeros(2)
        for n in range(1, 80):
            ends = [r**n * (left + pattern * KNOTS[i + at]) for at in (0, 1)]
            sums += r**n * np.array(extremes(family, *ends, 0.8, shape))
        low, high = sorted(weight * 2.0 * pattern * sums)
        slack = LOOSE if shape > 1.0 else 1.0
        found = whole.lower_slope[i] - inside.lower_slope[i], whole.upper_slope[i] - inside.upper_slope[i]
        assert low - (slack - 1.0) * abs(low) - 1e-4 * abs(low) <= found[0] <= low + 1e-6 * abs(low)
        assert high - 1e-6 * abs(high) <= found[1] <= high + (slack - 1.0) * abs(high) + 1e-4 * abs(high)


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("shape", [0.7, 1.0, 1.5])
def test_from_zero_on_a_slope_has_a_bound_unless_returns_diminish_from_an_infinite_one(
    measure: Measure, shape: float
) -> None:
    knots = np.array([0.0, 1e-3, 20.0])
    curves = replace(single_term(0, shape, 0.5), carry_in=np.zeros((1, 1, 1)))
    table = slope_table(curves, 0, knots, weights=np.ones(1), measure=measure)
    steepest = 2.0 * 0.005 / 0.8 * (1.0 if measure is Measure.OUTCOME_IN_PERIODS else 2.0)
    first = {0.7: np.inf, 1.0: steepest}.get(shape, table.lower_slope[1])
    assert table.upper_slope[0] == pytest.approx(first, rel=LOOSE - 1.0 if shape > 1.0 else 1e-9)
    assert table.lower_slope[0] == pytest.approx(0.0 if shape > 1.0 else table.upper_slope[1], rel=1e-9)
    assert np.isfinite(table.upper_slope[1])


@pytest.mark.parametrize("family", [1, 2, 3])
def test_the_other_curves_rise_most_at_zero(family: int) -> None:
    curves = replace(single_term(family, 1.0, 0.5), carry_in=np.zeros((1, 1, 1)))
    table = slope_table(curves, 0, np.array([0.0, 10.0]), weights=np.ones(1))
    steepest = 2.0 * 0.01 / 0.8 * (0.5 if family == 2 else 1.0)
    assert table.upper_slope[0] == pytest.approx(steepest, rel=1e-5)


def test_the_peak_takes_what_falls_at_its_most() -> None:
    """A draw of negative weight brings least at the lower knot, the others most at the upper."""
    curves = one_channel(3)
    table = slope_table(curves, 0, KNOTS, weights=SIGNED)
    parts = [weighted(curves, KNOTS, SIGNED * (np.arange(2) == d), "outcome") for d in range(2)]
    np.testing.assert_allclose(table.peak, parts[0][1:] + parts[1][:-1], rtol=1e-9)


def test_a_channel_without_exposure_has_a_flat_table() -> None:
    curves = one_channel(4, family=1)
    idle = replace(curves, flight=np.zeros_like(curves.flight))
    table = slope_table(idle, 0, KNOTS, weights=SIGNED, measure=Measure.OUTCOME_IN_PERIODS)
    np.testing.assert_allclose(table.values, weighted(idle, KNOTS, SIGNED, "in_periods"), rtol=1e-12)
    assert np.all(table.upper_slope == 0.0)
    assert np.all(table.lower_slope == 0.0)


def test_several_units_add_up() -> None:
    both = random_curves(6, channels=1, draws=2, units=2, periods=2, adstocks=(1,), committed=0.4)
    whole = slope_table(both, 0, KNOTS, weights=SIGNED)
    parts = [
        slope_table(
            replace(both, effect=both.effect * (np.arange(2) == u)[None, :, None]), 0, KNOTS, weights=SIGNED
        )
        for u in range(2)
    ]
    for name in ("values", "upper_slope", "lower_slope", "peak"):
        np.testing.assert_allclose(
            getattr(whole, name), sum(getattr(part, name) for part in parts), rtol=1e-12
        )


def test_refining_equals_a_table_with_all_knots() -> None:
    curves, weights = random_curves(8, adstocks=(0, 1)), np.full(4, 0.25)
    coarse = slope_table(curves, 1, np.array([0.0, 50.0, 100.0, 150.0]), weights=weights)
    fine = refined(curves, 1, coarse, points=np.array([10.0, 120.0, 30.0, 100.0, 999.0]), weights=weights)
    whole = slope_table(curves, 1, fine.knots, weights=weights)
    assert list(fine.knots) == [0.0, 10.0, 30.0, 50.0, 100.0, 120.0, 150.0]
    for name in ("values", "upper_slope", "lower_slope", "peak"):
        np.testing.assert_allclose(getattr(fine, name), getattr(whole, name), rtol=1e-12)


@pytest.mark.parametrize("family", ALL_FAMILIES)
def test_without_retention_nothing_comes_after_the_periods(family: int) -> None:
    """A weighted effect of one, from no money on: a channel's own curve and nothing else."""
    curves = replace(single_term(family, 0.7, 0.0), carry_in=np.zeros((1, 1, 1)))
    knots, half = np.array([0.0, 10.0, 50.0]), np.array([0.5])
    inside, whole = (slope_table(curves, 0, knots, weights=half, measure=measure) for measure in Measure)
    response = weighted(curves, knots, half, "outcome")
    for name in ("values", "upper_slope", "lower_slope", "peak"):
        np.testing.assert_allclose(getattr(whole, name), getattr(inside, name), rtol=1e-12)
    np.testing.assert_allclose(whole.values, response, rtol=1e-12)
    assert np.all(np.isfinite(whole.lower_slope))
