"""Amounts of a plan as people read them."""

import numpy as np

from mmxlib.artifacts.note import percent
from mmxlib.budget.plan_basis import PlanBasis


def figure(value: float) -> str:
    """Return a number as people read it: three digits, thousands separated."""
    if abs(value) >= 100.0:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1.0 else f"{value:.3g}"


def gap_words(gap: float) -> str:
    """Return a certified gap as a percentage, rounded up, since it is a promise."""
    return percent(max(np.ceil(gap * 1e5) / 1e5, 1e-5), 3)


def change_words(share: float) -> str:
    """Return a change as a signed percentage."""
    return percent(share, signed=True) if abs(share) >= 0.0995 else percent(share, 1, signed=True)


def one_unit_of_money_at_start(basis: PlanBasis) -> str:
    """Return one unit of money in words, as a sentence may begin with it."""
    return f"1 {basis.currency}" if basis.currency else "One unit of money"


def one_unit_of_money(basis: PlanBasis) -> str:
    """Return one unit of money in words, as a sentence may go on with it."""
    return f"1 {basis.currency}" if basis.currency else "one unit of money"


def unit_of_money(basis: PlanBasis) -> str:
    """Return what a unit of money is called."""
    return basis.currency or "unit of money"
