"""A question's limits as a linear program over a layout's variables, each with its name in words."""

from dataclasses import dataclass

import numpy as np

from mmxlib.budget.amounts import figure
from mmxlib.budget.layout import Layout
from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.budget.question import SUM_SLACK, BudgetQuestion
from mmxlib.errors import InfeasibleError
from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.maths.budgets.conflicts import Conflict, conflict
from mmxlib.maths.budgets.limits import Limits
from mmxlib.terms import Detail

CHANNEL_ROW = "channel"
"""The kind of the rows that limit a channel's total where its periods are the variables."""


@dataclass(frozen=True, eq=False)
class NamedLimits:
    """Limits of the variables, and of each row its kind, its name and the spend of its fixed cells.

    ``constants``: (row,), money that counts in the row whatever the variables are; ``settled``: (variable,),
    that of the variable's own limits; ``committed`` is that of the total. The rows' bounds are those of the
    variables alone.
    """

    limits: Limits
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    origins: tuple[str, ...]
    constants: Vector
    settled: Vector
    committed: float


def named_limits(basis: PlanBasis, layout: Layout, question: BudgetQuestion) -> NamedLimits:
    """Return the limits of ``question`` on the variables of ``layout``."""
    counted = basis.counted
    fixed = layout.fixed * counted
    committed = fixed.sum(axis=(0, 2))
    blocked = layout.gathered(layout.pattern * counted) <= 0.0
    sums = [
        (each.kind.value, each.name, each.cells, each.lower, each.upper, each.origin)
        for each in question.sums
    ]
    if layout.detail is Detail.CHANNEL:
        lower, upper = (_beyond(ends, committed) for ends in (question.lower, question.upper))
    else:
        lower = np.zeros(layout.size)
        most = question.upper if question.cell_upper is None else question.cell_upper
        upper = np.repeat(most, basis.periods)
        upper = np.maximum(upper - layout.gathered(fixed), 0.0)
        sums = [*_channel_rows(basis, question), *sums]
    lower, upper = np.maximum(lower, 0.0), np.where(blocked, np.minimum(upper, 0.0), upper)
    rows, constants = _rows(layout, counted, [each[2] for each in sums])
    spent = float(committed.sum())
    return NamedLimits(
        Limits(
            lower=lower,
            upper=upper,
            total_lower=max(question.total_lower - spent, 0.0),
            total_upper=question.total_upper - spent,
            rows=rows,
            row_lower=np.array([each[3] for each in sums]) - constants,
            row_upper=np.array([each[4] for each in sums]) - constants,
        ),
        kinds=tuple(each[0] for each in sums),
        names=tuple(each[1] for each in sums),
        origins=tuple(each[5] for each in sums),
        constants=constants,
        settled=committed if layout.detail is Detail.CHANNEL else np.zeros(layout.size),
        committed=spent,
    )


def _beyond(ends: Vector, committed: Vector) -> Vector:
    """Return what limits leave beside fixed cells, below zero where those exceed them, beyond rounding."""
    left = ends - committed
    return np.where(np.abs(left) <= SUM_SLACK * committed, 0.0, left)


def _channel_rows(
    basis: PlanBasis, question: BudgetQuestion
) -> list[tuple[str, str, Cube, float, float, str]]:
    """Return the limits of channels' totals as limits on sums of cells."""
    rows = []
    for c, name in enumerate(basis.channels):
        cells = np.zeros(basis.pattern.shape)
        cells[:, c] = basis.counted[:, c]
        low, high = float(question.lower[c]), float(question.upper[c])
        origin = question.lower_origin[c]
        if question.upper_origin[c] != origin:
            origin = f"{origin} to {question.upper_origin[c]}"
        rows.append((CHANNEL_ROW, name, cells, low, high, origin))
    return rows


def _rows(layout: Layout, counted: Cube, masks: list[Cube]) -> tuple[Matrix, Vector]:
    """Return the weights of the variables in each sum, and what its fixed cells spend."""
    weights = np.array([layout.gathered(mask * layout.pattern * counted) for mask in masks])
    constants = np.array([float((mask * layout.fixed * counted).sum()) for mask in masks])
    return weights.reshape(len(masks), layout.size), constants


def check_possible(basis: PlanBasis, named: NamedLimits, question: BudgetQuestion) -> None:
    """Raise an error that names the limits in conflict, if no plan keeps all of them.

    Raises
    ------
    InfeasibleError
        If there is no plan; leaving out any one of the limits that it names would allow one.
    """
    found = conflict(named.limits)
    if found is None:
        return
    words = _conflict_words(basis, named, question, found)
    raise InfeasibleError(
        f"No plan keeps all of these limits at once: {'; '.join(words)}.",
        remedy="Relax or leave out any one of them.",
        code="MMX-B011",
        place=f"scenario {question.scenario}",
    )


def _conflict_words(
    basis: PlanBasis, named: NamedLimits, question: BudgetQuestion, found: Conflict
) -> list[str]:
    """Return the limits in conflict, as the user knows them."""
    words = []
    if found.total_lower or found.total_upper:
        end, total = ("most", question.total_upper) if found.total_upper else ("least", question.total_lower)
        both = question.total_lower == question.total_upper
        words.append(f"a budget of {figure(total)}" if both else f"a budget of at {end} {figure(total)}")
    for which, word in ((found.lower, "at least"), (found.upper, "at most")):
        words += [_variable_words(basis, named, question, int(each), word) for each in which]
    limits = named.limits
    for rows, ends, word in (
        (found.row_lower, limits.row_lower, "at least"),
        (found.row_upper, limits.row_upper, "at most"),
    ):
        words += [
            f"{named.kinds[r]} {named.names[r]} {word} {figure(float(ends[r] + named.constants[r]))} "
            f"({named.origins[r]})"
            for r in rows
        ]
    fixed = [
        *([named.committed] if found.total_lower or found.total_upper else []),
        *named.settled[[*found.lower, *found.upper]],
        *named.constants[[*found.row_lower, *found.row_upper]],
    ]
    if max(fixed) > 0.0:
        words.append(f"the fixed cells, which spend {figure(max(fixed))}")
    return words


def _variable_words(
    basis: PlanBasis, named: NamedLimits, question: BudgetQuestion, variable: int, word: str
) -> str:
    """Return one end of a variable's limits: of a channel, or of its spend in one period."""
    limits = named.limits
    end = float((limits.lower if word == "at least" else limits.upper)[variable])
    if question.detail is Detail.CHANNEL:
        origin = (question.lower_origin if word == "at least" else question.upper_origin)[variable]
        end = float((question.lower if word == "at least" else question.upper)[variable])
        return f"channel {basis.channels[variable]} {word} {figure(end)} ({origin})"
    channel, period = divmod(variable, basis.periods)
    return f"channel {basis.channels[channel]} {word} {figure(end)} on {basis.dates[period]}"
