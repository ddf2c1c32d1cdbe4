"""exp and log of arrays against NumPy's."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths import elementary
from mmxlib.maths.arrays import Vector
from mmxlib.maths.compiled import kernel

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


@quick
@given(x=st.lists(st.floats(1e-300, 1e300), min_size=1, max_size=9))
def test_log_equals_numpys_to_the_last_digits(x: list[float]) -> None:
    np.testing.assert_allclose(logarithm(x), np.log(x), rtol=1e-14, atol=1e-15)


def test_exp_of_what_overflows_stays_finite() -> None:
    assert np.isfinite(exponential([1e4, -1e4])).all()
