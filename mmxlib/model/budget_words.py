"""Why a plan is as it is, in words: what holds each channel, what more room or money would bring, doubts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.note import Note, percent
from mmxlib.maths.arrays import Array, Vector
from mmxlib.model.planning import PlanBasis
from mmxlib.terms import Objective, Verdict

STILL = 0.005
"""A change of less than this share of the present spend counts as none."""

AT_LIMIT = 1e-6
"""A total this close to a limit, as a share of the plan's total, is held by it."""

PROMISED_GAP = 1e-3
"""The certified gap above which a reader is warned."""


@dataclass(frozen=True, eq=False)
class Reasons:
    """A reason per channel and which limit holds it (``lower``, ``upper`` or empty), and the plan's notes."""

    reason: tuple[str, ...]
    binding: tuple[str, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, eq=False)
class SolvedTotals:
    """A solved plan as far as words need it: totals, limits and their origins, slopes of the objective."""

    totals: Vector
    lower: Vector
    upper: Vector
    lower_origin: Sequence[str]
    upper_origin: Sequence[str]
    slope: Vector
    gap: float
    objective: Objective


@dataclass(frozen=True, slots=True)
class _Prices:
    """What the last unit of money brings where it can be taken from, and where it can be put."""

    taken: float
    put: float


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


def reasons(basis: PlanBasis, solved: SolvedTotals) -> Reasons:
    """Return why each channel of a solved plan is where it is, and what a reader of the plan must know."""
    binding = _binding(solved)
    prices = _prices(solved)
    words = tuple(_reason(basis, solved, c, binding[c], prices) for c in range(len(basis.channels)))
    notes = [
        _gap_note(solved),
        _total_note(basis, solved, prices),
        *_equal_note(basis, solved, binding),
        *_binding_notes(basis, solved, binding, prices),
        *_beyond_notes(basis, solved.totals),
        *_organic_note(basis),
        *basis.notes,
    ]
    return Reasons(words, binding, tuple(notes))


def beyond_observed(basis: PlanBasis, totals: Vector) -> Array:
    """Return whether each total exceeds all spend ever observed over as many periods, shape (channel,)."""
    beyond: Array = totals > basis.observed_maximum * (1.0 + 1e-9) + 1e-12
    return beyond


def _binding(solved: SolvedTotals) -> tuple[str, ...]:
    near = AT_LIMIT * float(solved.totals.sum())
    price = _prices(solved)
    names = []
    for total, low, high, slope in zip(solved.totals, solved.lower, solved.upper, solved.slope, strict=True):
        below, above = total - low <= near, high - total <= near
        if below and above:
            below = slope < price.taken
            above = not below
        names.append("lower" if below else "upper" if above else "")
    return tuple(names)


def _prices(solved: SolvedTotals) -> _Prices:
    near = AT_LIMIT * float(solved.totals.sum())
    givers = solved.slope[solved.totals - solved.lower > near]
    takers = solved.slope[solved.upper - solved.totals > near]
    every = float(solved.slope.mean())
    return _Prices(
        taken=float(givers.min()) if len(givers) else every,
        put=float(takers.max()) if len(takers) else every,
    )


def _worth(basis: PlanBasis, slope: float) -> str:
    """Return what a unit of money brings, in money where the outcome has a value in money."""
    if np.isfinite(basis.money_per_outcome):
        return f"{figure(slope * basis.money_per_outcome)} {basis.currency}".strip()
    return f"{figure(slope)} of outcome"


def _one_more(basis: PlanBasis) -> str:
    return f"1 {basis.currency}" if basis.currency else "1 unit of money"


def _reason(basis: PlanBasis, solved: SolvedTotals, c: int, binding: str, prices: _Prices) -> str:
    present, total, slope = float(basis.present[c]), float(solved.totals[c]), float(solved.slope[c])
    risk = ", less its risk" if solved.objective is Objective.MEAN_MINUS_RISK else ""
    own = f"its last {_one_more(basis)} brings {_worth(basis, slope)}{risk}"
    if solved.upper[c] - solved.lower[c] <= AT_LIMIT * float(solved.totals.sum()):
        if present <= 0.0 and total <= 0.0:
            return "It has no present spend and no limit in money, so it stays at zero."
        return f"Its limits leave no choice ({solved.upper_origin[c]}); {own}."
    moved = _moved(present, total)
    if binding == "upper":
        gain = max(slope - prices.taken, 0.0)
        return (
            f"{moved}, its upper limit ({solved.upper_origin[c]}): {own}, and {_one_more(basis)} moved here "
            f"from elsewhere would bring {_worth(basis, gain)} more."
        )
    if binding == "lower":
        gain = max(prices.put - slope, 0.0)
        return (
            f"{moved}, its lower limit ({solved.lower_origin[c]}): {own}, and {_one_more(basis)} moved from "
            f"here to elsewhere would bring {_worth(basis, gain)} more."
        )
    if moved.startswith("Not moved"):
        return f"Not moved: at the present spend {own}, as much as elsewhere."
    return f"{moved}, where {own}, as much as elsewhere."


def _moved(present: float, total: float) -> str:
    if present <= 0.0:
        return f"Started with {figure(total)}" if total > 0.0 else "Not started"
    share = total / present - 1.0
    if abs(share) < STILL:
        return "Not moved"
    return f"{'Raised' if share > 0.0 else 'Cut'} by {change_words(abs(share))[1:]}"


def _gap_note(solved: SolvedTotals) -> Note:
    measure = "brings" if solved.objective is Objective.MEAN else "brings, less its risk,"
    if solved.gap > PROMISED_GAP:
        return Note(
            f"It is certain only that no plan within these limits {measure} more than "
            f"{percent(solved.gap, 2)} beyond this one; a better one may exist.",
            verdict=Verdict.WARN,
        )
    return Note(
        f"No plan of this total within these limits {measure} more than {gap_words(solved.gap)} beyond this "
        "one (certified)."
    )


def _total_note(basis: PlanBasis, solved: SolvedTotals, prices: _Prices) -> Note:
    near = AT_LIMIT * float(solved.totals.sum())
    if np.all(solved.upper - solved.totals <= near):
        return Note("Every channel is at its upper limit: more money could not be spent within these limits.")
    return Note(
        f"{_one_more(basis)} more in total would bring {_worth(basis, prices.put)}; "
        f"{_one_more(basis)} less would cost {_worth(basis, prices.taken)}."
    )


def _equal_note(basis: PlanBasis, solved: SolvedTotals, binding: Sequence[str]) -> list[Note]:
    inside = [c for c, held in enumerate(binding) if not held]
    if len(inside) < 2:
        return []
    slopes = solved.slope[inside]
    names = ", ".join(basis.channels[c] for c in inside)
    return [
        Note(
            f"The channels within their limits ({names}) all bring about "
            f"{_worth(basis, float(slopes.mean()))} for the last {_one_more(basis)}, so shifting money among "
            "them gains nothing."
        )
    ]


def _binding_notes(
    basis: PlanBasis, solved: SolvedTotals, binding: Sequence[str], prices: _Prices
) -> list[Note]:
    """Return the limit that costs the most, where one does."""
    gains = np.array(
        [
            slope - prices.taken if held == "upper" else prices.put - slope if held == "lower" else 0.0
            for slope, held in zip(solved.slope, binding, strict=True)
        ]
    )
    held_names = [f"{name} ({held})" for name, held in zip(basis.channels, binding, strict=True) if held]
    if not held_names or gains.max() <= 0.0:
        return []
    worst = int(np.argmax(gains))
    return [
        Note(
            f"Limits hold {', '.join(held_names)}. The {binding[worst]} limit of {basis.channels[worst]} "
            f"costs most: {_one_more(basis)} moved past it would bring "
            f"{_worth(basis, float(gains[worst]))} more.",
            about=basis.channels[worst],
        )
    ]


def _beyond_notes(basis: PlanBasis, totals: Vector) -> list[Note]:
    notes = []
    for c in np.flatnonzero(beyond_observed(basis, totals)):
        most = float(basis.observed_maximum[c])
        ever = (
            f"the most ever spent was {figure(most / basis.periods)}" if most > 0.0 else "none was ever spent"
        )
        notes.append(
            Note(
                f"{basis.channels[c]}: the plan spends {figure(float(totals[c]) / basis.periods)} per "
                f"period; over as many periods {ever}. What it brings there is extrapolated.",
                about=basis.channels[c],
                verdict=Verdict.WARN,
            )
        )
    return notes


def _organic_note(basis: PlanBasis) -> list[Note]:
    if not np.any(basis.organic):
        return []
    return [
        Note(
            f"What falls inside the periods includes {figure(float(basis.organic.mean()))} from organic "
            "channels at their present exposure; they have no budget."
        )
    ]
