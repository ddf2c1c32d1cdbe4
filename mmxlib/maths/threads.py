"""One thread for linear algebra: the same bytes on any machine, and no threads fighting over two cores."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

P = ParamSpec("P")
R = TypeVar("R")


def single_threaded(function: Callable[P, R]) -> Callable[P, R]:
    """Return ``function`` made to run its linear algebra (and OpenMP loops) in one thread.

    The matrices here are small: many threads add nothing but their waiting for each other (on a busy machine
    a fit took thirty times as long with them), and sums whose order depends on the number of threads differ
    in the last digits. Work is spread over processes instead.
    """

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        import scipy.linalg  # noqa: F401 - only a library that is loaded can be limited

        with threadpool_limits(limits=1):
            return function(*args, **kwargs)

    return limited
