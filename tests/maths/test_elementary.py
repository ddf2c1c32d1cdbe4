"""exp and log of arrays against NumPy's."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths import elementary
from mmxlib.maths.arrays import Vector
from mmxlib.maths.compiled import kernel

LAST_DIGITS = 6e-16
"""Of a value: three to five units in its last place."""

quick = settings(max_examples=200, deadline=None, derandomize=True)


@kernel()
def exponentials(x: Vector, out: Vector) -> None:
    for i in range(len(x)):
        out[i] = elementary.exponential(x[i])


@kernel()
def logarithms(x: Vector, out: Vector) -> None:
    for i in range(len(x)):
        out[i] = elementary.logarithm(x[i])


def exponential(x: list[float]) -> np.ndarray:
    out = np.empty(len(x))
    exponentials(np.array(x), out)
    return out


def logarithm(x: list[float]) -> np.ndarray:
    out = np.empty(len(x))
    logarithms(np.array(x), out)
    return out


@quick
@given(x=st.lists(st.floats(-690.0, 690.0), min_size=1, max_size=9))
def test_exp_equals_numpys_to_the_last_digits(x: list[float]) -> None:
    np.testing.assert_allclose(exponential(x), np.exp(x), rtol=1e-14)


def test_exp_lacks_no_more_than_the_powers_of_its_series_that_are_left_out() -> None:
    """They begin with the twelfth, of what is left of the argument beside whole multiples of ln 2."""
    rest = np.linspace(-0.499, 0.499, 301) * np.log(2.0)
    lacking = rest**12 / math.factorial(12) + rest**13 / math.factorial(13)
    for multiple in (-700, -1, 0, 3, 600):
        x = rest + multiple * np.log(2.0)
        found = exponential(list(x)) / np.exp(x) - 1.0
        np.testing.assert_allclose(found, -lacking / np.exp(rest), atol=LAST_DIGITS)


@quick
@given(x=st.lists(st.floats(1e-300, 1e300), min_size=1, max_size=9))
def test_log_equals_numpys_to_the_last_digits(x: list[float]) -> None:
    np.testing.assert_allclose(logarithm(x), np.log(x), rtol=LAST_DIGITS)


@pytest.mark.parametrize("power", [0, -1, 1, -1000, 1000])
def test_log_is_as_good_at_the_ends_of_its_series_as_in_its_middle(power: int) -> None:
    """The series runs over what is left of the argument beside powers of two, from 0.707 to 1.414."""
    x = np.ldexp(np.geomspace(0.5, 2.0, 501), power)
    np.testing.assert_allclose(logarithm(list(x)), np.log(x), rtol=LAST_DIGITS)


def test_exp_is_held_where_doubles_end() -> None:
    found = exponential([-1e4, -np.inf, 1e4, np.inf])
    np.testing.assert_allclose(found, np.exp([-700.0, -700.0, 700.0, 700.0]), rtol=1e-14)
