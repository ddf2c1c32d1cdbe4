"""How loops are compiled: once per machine, kept on disk, free of the interpreter's lock."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numba as nb
import numpy as np

from mmxlib.maths.arrays import Array

P = ParamSpec("P")
R = TypeVar("R")


def kernel(*, sums_reordered: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the decorator of a loop that Python calls.

    ``sums_reordered`` lets sums run in vector lanes, which changes their last digits but not from run to run.
    """
    return _compiled(sums_reordered)


def inner(*, sums_reordered: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the decorator of a loop that only other compiled loops call.

    No time is spent on a way in for Python.
    """
    return _compiled(sums_reordered, no_cpython_wrapper=True)


def inlined() -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the decorator of a function of numbers that loops hold as if it were written in them."""
    return _compiled(False, no_cpython_wrapper=True, inline="always")


def unless_default(codes: Array | None) -> Array | None:
    """Return the codes of families, or None where all are the default's, zero.

    Whether there are codes is a matter of kind and not of value, so that loops over None are compiled without
    all families but the default: they start sooner and run as fast as if there were no others.
    """
    return codes if codes is not None and np.any(codes) else None


def _compiled(sums_reordered: bool, **options: bool | str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    # multiply and add may always be one instruction
    relaxed = {"contract", "reassoc"} if sums_reordered else {"contract"}
    chosen: dict[str, Any] = {
        "cache": True,
        "nogil": True,
        "error_model": "numpy",
        "fastmath": relaxed,
        "no_cfunc_wrapper": True,
        **options,
    }
    compiled: Callable[[Callable[P, R]], Callable[P, R]] = nb.njit(**chosen)
    return compiled
