"""What a caller says of limits, goal and search, with every fault of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

import numpy as np
import pandas as pd

from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.budget.spend_limits import FixedCell
from mmxlib.errors import Fault, UsageError
from mmxlib.forecasting.tables import ALL_UNITS
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.model.windows import day_of
from mmxlib.terms import Detail, Goal, Solver

CHANGE = 0.3
"""How far a channel may move, as a share, where the caller gives no bounds."""

TARGET_CHANGE = 0.6
"""The same where a target is sought: what it takes may be far from what is spent now."""

GIVEN = "as given"

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)
Range = tuple[float, float]
Bounds = Mapping[str, Range]
GroupBounds = Mapping[str, tuple[Sequence[str], float, float]]
PeriodBounds = Range | Mapping[date | str, Range]
CellSpends = pd.DataFrame | Mapping[tuple[str, date | str] | tuple[str, date | str, str], float]


@dataclass(frozen=True, eq=False)
class Choices:
    """What a caller says of limits and search, as `mmxlib.optimize_budget` takes it."""

    bounds: Bounds
    groups: GroupBounds
    segments: Bounds
    period_bounds: PeriodBounds
    fixed: CellSpends | None
    detail: Detail
    objective: DrawObjective
    solver: Solver
    change: float = CHANGE


def choices_of(
    *,
    bounds: Bounds | None,
    groups: GroupBounds | None,
    segments: Bounds | None,
    period_bounds: PeriodBounds | None,
    fixed: CellSpends | None,
    detail: str,
    solver: str,
    objective: DrawObjective,
    change: float = CHANGE,
) -> Choices:
    """Return the choices of a caller, None meaning that nothing is said.

    Raises
    ------
    UsageError
        If a word is none of its choices, or the objective's risk or tail is out of range.
    """
    return Choices(
        bounds=bounds or {},
        groups=groups or {},
        segments=segments or {},
        period_bounds=period_bounds or {},
        fixed=fixed,
        detail=choice(Detail, detail),
        objective=checked_objective(objective),
        solver=choice(Solver, solver),
        change=change,
    )


def choice(kind: type[ChoiceT], said: str) -> ChoiceT:
    """Return the member of a closed choice that was said.

    Raises
    ------
    UsageError
        If there is none; it names them all.
    """
    try:
        return kind(said)
    except ValueError:
        raise UsageError(
            f"There is no {kind.__name__.lower()} {said!r}.",
            remedy=f"Choose one of {', '.join(kind)}.",
            code="MMX-B025",
        ) from None


def checked_objective(objective: DrawObjective) -> DrawObjective:
    """Return ``objective`` if its risk and tail are in range.

    Raises
    ------
    UsageError
        If not.
    """
    if not objective.risk >= 0.0 or not 0.0 < objective.tail <= 1.0:
        raise UsageError(
            f"risk {objective.risk:g} and tail {objective.tail:g} are not both in range.",
            remedy="Choose risk from 0 up and tail above 0 up to 1, such as 0.1.",
            code="MMX-B008",
        )
    return objective


def check_target(outcome: float, probability: float | None) -> None:
    """Refuse a target that is no amount, and a chance that is none.

    Raises
    ------
    UsageError
        If so.
    """
    if not (np.isfinite(outcome) and outcome > 0.0) or not (probability is None or 0.0 < probability < 1.0):
        chance = "" if probability is None else f" with a probability of {probability:g}"
        raise UsageError(
            f"An outcome of {outcome:g}{chance} is no target.",
            remedy="Give an outcome above zero, and a probability between 0 and 1, such as 0.8, or none.",
            code="MMX-B024",
        )


def fixed_cells(stated: CellSpends | None) -> Iterator[FixedCell]:
    """Yield the fixed cells of a frame or a mapping."""
    if stated is None:
        return
    if isinstance(stated, pd.DataFrame):
        units = stated["unit"] if "unit" in stated else [None] * len(stated)
        for channel, day, unit, spend in zip(
            stated["channel"], stated["date"], units, stated["spend"], strict=True
        ):
            everywhere = unit is None or pd.isna(unit) or unit == ALL_UNITS
            yield _fixed_cell(channel, day, spend, None if everywhere else str(unit))
        return
    for key, spend in stated.items():
        yield _fixed_cell(key[0], key[1], spend, key[2] if len(key) == 3 else None)


def _fixed_cell(channel: str, day: date | str, spend: float, unit: str | None) -> FixedCell:
    return FixedCell(str(channel), day_of(day), float(spend), unit)


def choice_faults(basis: PlanBasis, choices: Choices) -> Iterator[Fault]:
    """Yield a fault for each name that the model does not know, and each spend that cannot be."""
    grouped = {
        name: [c for c in group[0] if c not in basis.channels] for name, group in choices.groups.items()
    }
    yield from _unknown(basis, [name for name in choices.bounds if name not in basis.channels], "Bounds name")
    for name, strange in grouped.items():
        yield from _unknown(basis, strange, f"The group {name} names")
    strange = [unit for unit in choices.segments if unit not in basis.units]
    if strange:
        yield Fault(
            "MMX-B013",
            f"Segment bounds name {_quoted(strange)}, but the units are {', '.join(basis.units)}.",
            "Correct the name.",
        )
    days = [] if isinstance(choices.period_bounds, tuple) else list(choices.period_bounds)
    strange = [str(day) for day in days if day_of(day) not in basis.dates]
    if strange:
        yield _strange_dates(basis, strange, "Period bounds")
    missing = _missing_columns(choices.fixed)
    if missing:
        yield Fault(
            "MMX-B028",
            f"The frame of fixed cells has no column {_quoted(missing)}.",
            "Give the columns date, channel, spend and, where a cell is for one unit, unit.",
        )
        return
    yield from _cell_faults(basis, list(fixed_cells(choices.fixed)))


def _missing_columns(stated: CellSpends | None) -> list[str]:
    if not isinstance(stated, pd.DataFrame):
        return []
    return [name for name in ("date", "channel", "spend") if name not in stated]


def _cell_faults(basis: PlanBasis, cells: Sequence[FixedCell]) -> Iterator[Fault]:
    strange = [cell.channel for cell in cells if cell.channel not in basis.channels]
    yield from _unknown(basis, list(dict.fromkeys(strange)), "Fixed cells name")
    days = [str(cell.date) for cell in cells if cell.date not in basis.dates]
    if days:
        yield _strange_dates(basis, list(dict.fromkeys(days)), "Fixed cells")
    for cell in cells:
        if not (np.isfinite(cell.spend) and cell.spend >= 0.0):
            yield Fault(
                "MMX-B014",
                f"The fixed cell of {cell.channel} on {cell.date} spends {cell.spend:g}.",
                "Give an amount from zero up.",
            )
        if cell.unit is not None and cell.channel in basis.channels:
            national = basis.national[basis.channels.index(cell.channel)]
            if national or cell.unit not in basis.units:
                yield Fault(
                    "MMX-B015",
                    f"A cell of {cell.channel} is fixed for the unit {cell.unit!r}, "
                    + ("but the channel is national." if national else "which the model does not know."),
                    f"Leave the unit out, or choose from {', '.join(basis.units)}.",
                )


def _unknown(basis: PlanBasis, strange: Sequence[str], who: str) -> Iterator[Fault]:
    if strange:
        yield Fault(
            "MMX-B007",
            f"{who} {_quoted(strange)}, but the paid channels are {', '.join(basis.channels)}.",
            "Correct the channel's name.",
        )


def _strange_dates(basis: PlanBasis, days: Sequence[str], who: str) -> Fault:
    return Fault(
        "MMX-B016",
        f"{who} name {', '.join(days)}; the plan's periods begin on {basis.dates[0]} and every "
        f"{basis.response.panel.period_days} days to {basis.dates[-1]}.",
        "Give the first day of a period of the plan.",
    )


def goal_faults(
    basis: PlanBasis,
    budget: float | Range | None,
    floor: float | None,
    margin: float | Mapping[str, float] | None,
    goal: Goal,
) -> Iterator[Fault]:
    """Yield what makes floor, margin and budget no question."""
    if goal is Goal.MARGINAL_ROI and floor is not None:
        if not (np.isfinite(floor) and floor > 0.0) or margin is not None or isinstance(budget, int | float):
            yield Fault(
                "MMX-B017",
                "A floor on marginal ROI leaves the total free: it must be above zero, and neither a margin "
                "nor one budget goes with it.",
                "Give the floor alone, or with a pair of budgets between which the total may be.",
            )
        if not np.isfinite(basis.money_per_outcome):
            yield Fault(
                "MMX-B018",
                "The outcome has no value in money, so there is no marginal ROI.",
                "Give revenue_per_unit, or ask for the best profit with a margin per unit of outcome.",
            )
    if margin is None:
        return
    known = dict(margin) if isinstance(margin, Mapping) else dict.fromkeys(basis.units, float(margin))
    missing = [unit for unit in basis.units if unit not in known]
    strange = [unit for unit in known if unit not in basis.units]
    if missing or strange or not all(np.isfinite(each) and each > 0.0 for each in known.values()):
        yield Fault(
            "MMX-B019",
            f"The margin must be above zero, one for all or one for each of {', '.join(basis.units)}.",
            "Give the profit on one unit of outcome before the spend.",
        )


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))
