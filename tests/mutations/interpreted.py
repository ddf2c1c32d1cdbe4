"""The compiled loops of `maths` as plain Python: a mutant is judged in a second, and not compiled.

Like compiled loops, they know infinity and NaN, and warn of neither. A loop that reads beyond its array
raises here, and so is killed.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np


def _compiled(sums_reordered: bool, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return np.errstate(all="ignore")


def bits() -> ModuleType:
    """Return what stands for `mmxlib.maths.bits`, whose functions exist only in compiled loops."""
    module = ModuleType("mmxlib.maths.bits")
    module.bits_of = lambda number: np.float64(number).view(np.int64)  # type: ignore[attr-defined]
    module.number_of = lambda whole: np.int64(whole).view(np.float64)  # type: ignore[attr-defined]
    return module


def interpret(modules: dict[str, ModuleType], compiled: Any) -> None:
    """Put plain Python in the places of the compiler: before any loop is defined."""
    modules["mmxlib.maths.bits"] = bits()
    compiled._compiled = _compiled
