"""How loops are compiled: once per machine, kept on disk, free of the interpreter's lock."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numba as nb

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


def _compiled(sums_reordered: bool, **options: bool) -> Callable[[Callable[P, R]], Callable[P, R]]:
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
