"""Checks from a value and its limits, and how many of them a reader needs to see."""

from collections.abc import Sequence

import numpy as np

from mmxlib.artifacts.diagnostics import Check
from mmxlib.artifacts.note import percent
from mmxlib.terms import Verdict


def at_most(
    name: str,
    value: float,
    *,
    warn: float,
    meaning: str,
    remedy: str,
    fail: float | None = None,
    about: str = "",
    form: str = "g",
) -> Check:
    """Return the check that ``value`` does not lie above ``warn``, and by no means above ``fail``.

    ``form`` formats the limits in words (``%``, ``g``). A value that could not be measured is a warning.
    """
    threshold = f"<= {_limit(warn, form)}" + ("" if fail is None else f" (fails above {_limit(fail, form)})")
    failed = fail is not None and value > fail
    return Check(name, about, float(value), threshold, _verdict(value <= warn, failed), meaning, remedy)


def at_least(
    name: str,
    value: float,
    *,
    warn: float,
    meaning: str,
    remedy: str,
    fail: float | None = None,
    about: str = "",
    form: str = "g",
) -> Check:
    """Return the check that ``value`` does not lie below ``warn``, and by no means below ``fail``."""
    threshold = f">= {_limit(warn, form)}" + ("" if fail is None else f" (fails below {_limit(fail, form)})")
    failed = fail is not None and value < fail
    return Check(name, about, float(value), threshold, _verdict(value >= warn, failed), meaning, remedy)


def between(
    name: str,
    value: float,
    *,
    low: float,
    high: float,
    meaning: str,
    remedy: str,
    about: str = "",
    form: str = "g",
) -> Check:
    """Return the check that ``value`` lies from ``low`` to ``high``, which it can only warn about."""
    threshold = f"{_limit(low, form)} to {_limit(high, form)}"
    return Check(name, about, float(value), threshold, _verdict(low <= value <= high, False), meaning, remedy)


def telling(checks: Sequence[Check], *, distance: Sequence[float]) -> list[Check]:
    """Return the checks of one kind that a reader needs: all in trouble, else the one nearest to it.

    ``distance`` grows with the trouble. A hundred lines that say "passed" would hide the one that does not.
    """
    troubled = [check for check in checks if check.verdict is not Verdict.PASS]
    if troubled or not checks:
        return troubled
    return [checks[int(np.argmax(distance))]]


def _limit(value: float, form: str) -> str:
    return percent(value) if form == "%" else f"{value:{form}}"


def _verdict(passed: bool, failed: bool) -> Verdict:
    if failed:
        return Verdict.FAIL
    return Verdict.PASS if passed else Verdict.WARN


def require_order(lower_name: str, lower: float, upper_name: str, upper: float) -> None:
    """Refuse two limits in the wrong order: a fail must not come before its warning.

    Raises
    ------
    ValueError
        If ``lower`` lies above ``upper``; the settings turn it into the user's error.
    """
    if lower > upper:
        raise ValueError(f"{lower_name} ({lower:g}) must not lie above {upper_name} ({upper:g})")
