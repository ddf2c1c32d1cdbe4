import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mmxlib.maths.metrics import coverage, mape, nrmse, r_squared

values = arrays(np.float64, 12, elements=st.floats(1.0, 1e6))
laws = settings(derandomize=True, max_examples=30, deadline=None)


@laws
@given(values)
def test_a_perfect_estimate_has_no_error(actual):
    assert mape(actual, actual) == 0.0
    assert nrmse(actual, actual) == 0.0
    assert np.isnan(r_squared(actual, actual)) or r_squared(actual, actual) == 1.0


@laws
@given(values, values, st.floats(1e-3, 1e3))
def test_shares_of_error_do_not_depend_on_the_money_unit(actual, estimate, factor):
    assert mape(factor * actual, factor * estimate) == pytest.approx(mape(actual, estimate), rel=1e-9)
    assert nrmse(factor * actual, factor * estimate) == pytest.approx(nrmse(actual, estimate), rel=1e-9)


def test_the_mean_explains_nothing():
    actual = np.array([1.0, 2.0, 6.0])
    assert r_squared(actual, np.full(3, 3.0)) == pytest.approx(0.0)


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e3])
def test_what_is_explained_does_not_depend_on_the_money_unit(unit):
    actual, estimate = unit * np.array([1.0, 2.0, 3.0]), unit * np.array([1.0, 2.0, 4.0])
    assert r_squared(actual, estimate) == pytest.approx(0.5)


def test_an_estimate_can_be_worse_than_the_mean():
    assert r_squared(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])) == pytest.approx(-3.0)


def test_periods_without_outcome_are_left_out_of_the_relative_error():
    assert mape(np.array([0.0, 10.0]), np.array([5.0, 12.0])) == pytest.approx(0.2)


def test_nothing_to_measure_is_said_and_not_infinite():
    nothing = np.zeros(3)
    assert np.isnan(r_squared(nothing, nothing))
    assert np.isnan(mape(nothing, nothing))
    assert np.isnan(nrmse(nothing, nothing))
    assert np.isnan(nrmse(np.array([]), np.array([])))
    assert np.isnan(coverage(np.array([]), np.array([]), np.array([])))


def test_coverage_counts_the_bounds_as_inside():
    actual = np.array([1.0, 2.0, 3.0, 4.0])
    assert coverage(actual, np.array([1.0, 0.0, 4.0, 0.0]), np.array([2.0, 2.0, 5.0, 3.0])) == 0.5
