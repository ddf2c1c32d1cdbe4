"""From the settings of a scenario to its budget question, within the approved constraints."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from mmxlib.agents.scenario_settings import BoundSettings, BudgetSettings, ScenarioSettings
from mmxlib.artifacts.baseline import Constraint
from mmxlib.artifacts.note import Note, percent
from mmxlib.artifacts.panel import Event
from mmxlib.artifacts.response import Response
from mmxlib.budget.arguments import cell_ceiling, margins
from mmxlib.budget.beside_media import Assumed, changed_controls
from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.budget.question import BudgetQuestion, SumLimit
from mmxlib.budget.spend_limits import (
    FixedCell,
    fixed_cube,
    group_limit,
    period_limit,
    present_spend,
    segment_limit,
)
from mmxlib.errors import Fault, SettingsError
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.terms import Goal


def check_names(basis: PlanBasis, settings: BudgetSettings) -> None:
    """Refuse settings for channels, segments and periods that the plan does not have.

    Raises
    ------
    SettingsError
        If there are any; all are reported together.
    """
    faults = [fault for name, each in settings.scenarios.items() for fault in _strangers(basis, name, each)]
    if isinstance(settings.margin, dict) and set(settings.margin) != set(basis.units):
        faults.append(
            Fault(
                "MMX-B021",
                f"The margins are for {', '.join(settings.margin)}, but the segments are "
                f"{', '.join(basis.units)}.",
                "Give one margin for all, or one for each segment.",
                "budget.margin",
            )
        )
    if faults:
        raise SettingsError.of(faults)


def _strangers(basis: PlanBasis, name: str, scenario: ScenarioSettings) -> Iterator[Fault]:
    place = f"budget.scenarios.{name}"
    named = {"channels": list(scenario.channels)}
    named |= {f"groups.{group}": list(each.channels) for group, each in scenario.groups.items()}
    named["fixed"] = [cell.channel for cell in scenario.fixed]
    for where, channels in named.items():
        for channel in dict.fromkeys(channels):
            if channel not in basis.channels:
                yield Fault(
                    "MMX-B009",
                    f"{channel!r} has no budget; the channels with spend are {', '.join(basis.channels)}.",
                    "Correct the channel's name, or leave it out.",
                    f"{place}.{where}",
                )
    units = [*scenario.segments, *(cell.segment for cell in scenario.fixed if cell.segment is not None)]
    for unit in dict.fromkeys(units):
        if unit not in basis.units:
            yield Fault(
                "MMX-B022",
                f"There is no segment {unit!r}; the segments are {', '.join(basis.units)}.",
                "Correct the segment's name: it is that of the approved segmentation.",
                f"{place}.segments",
            )
    for cell in scenario.fixed:
        if np.datetime64(cell.date, "D") not in basis.dates:
            yield Fault(
                "MMX-B023",
                f"{cell.date} is no period of the plan, whose periods begin on {basis.dates[0]} and so on to "
                f"{basis.dates[-1]}.",
                "Give the first day of a period of the plan.",
                f"{place}.fixed",
            )


def scenario_question(
    basis: PlanBasis,
    name: str,
    settings: BudgetSettings,
    constraints: Mapping[str, Constraint],
) -> BudgetQuestion:
    """Return the question of the scenario ``name``.

    Raises
    ------
    SettingsError
        If a channel's own limits lie outside the approved constraint.
    """
    scenario = settings.scenarios[name]
    limits = [
        _limits(
            f"budget.scenarios.{name}.channels.{channel}",
            float(spend),
            scenario,
            own=scenario.channels.get(channel),
            constraint=constraints.get(channel),
        )
        for channel, spend in zip(basis.channels, basis.present, strict=True)
    ]
    upper = np.array([each.upper for each in limits])
    low, high = _total(basis, scenario, float(upper.sum()))
    narrowed = [c for c, each in zip(basis.channels, limits, strict=True) if each.narrowed]
    return BudgetQuestion(
        name,
        low,
        high,
        np.array([each.lower for each in limits]),
        upper,
        tuple(each.lower_origin for each in limits),
        tuple(each.upper_origin for each in limits),
        goal=scenario.goal,
        detail=scenario.detail,
        objective=DrawObjective(scenario.objective, risk=scenario.risk, tail=scenario.tail),
        sums=tuple(_sums(basis, scenario)),
        fixed=fixed_cube(
            basis,
            [
                FixedCell(cell.channel, np.datetime64(cell.date, "D"), cell.spend, cell.segment)
                for cell in scenario.fixed
            ],
        ),
        cell_upper=cell_ceiling(basis, upper),
        floor=scenario.marginal_roi_floor,
        margin=None if settings.margin is None else margins(basis, settings.margin),
        target=float("nan") if scenario.target is None else scenario.target,
        probability=scenario.probability,
        assumed=assumed_future(basis.response, basis.periods, scenario),
        solver=settings.solver,
        notes=_narrowed_note(narrowed),
    )


def assumed_future(response: Response, periods: int, scenario: ScenarioSettings) -> Assumed | None:
    """Return the future that the scenario states, None where it states none.

    Raises
    ------
    UsageError
        If it changes a control that the model does not know.
    """
    if not scenario.events and not scenario.controls:
        return None
    events = tuple(Event(each.name, each.start, each.end, each.segment) for each in scenario.events)
    controls = None
    if scenario.controls:
        controls = changed_controls(response, periods, scenario.controls)
    return Assumed(events, controls)


def _total(basis: PlanBasis, scenario: ScenarioSettings, most: float) -> tuple[float, float]:
    """Return the least and the most that the scenario may spend in all."""
    if scenario.goal is not Goal.TOTAL:
        return 0.0, most
    total = scenario.total
    if total is None:
        total = float(basis.present.sum()) * scenario.budget_factor
    return total, total


def _sums(basis: PlanBasis, scenario: ScenarioSettings) -> Iterator[SumLimit]:
    """Yield the scenario's limits on groups, segments and periods, those in shares as money."""
    for name, group in scenario.groups.items():
        free = group_limit(basis, name, group.channels, lower=0.0, upper=np.inf, origin="")
        yield _stated_sum(basis, free, group)
    for unit, bounds in scenario.segments.items():
        yield _stated_sum(basis, segment_limit(basis, unit, lower=0.0, upper=np.inf, origin=""), bounds)
    if scenario.each_period is not None:
        for period in range(basis.periods):
            free = period_limit(basis, period, lower=0.0, upper=np.inf, origin="")
            yield _stated_sum(basis, free, scenario.each_period)


def _stated_sum(basis: PlanBasis, free: SumLimit, bounds: BoundSettings) -> SumLimit:
    present = present_spend(basis, free)
    lower, from_low = _end(present, bounds.lower_spend, bounds.lower_change, nothing=0.0)
    upper, from_high = _end(present, bounds.upper_spend, bounds.upper_change, nothing=np.inf)
    origin = " to ".join(dict.fromkeys(each for each in (from_low, from_high) if each))
    return SumLimit(free.kind, free.name, free.cells, lower, upper, origin)


def _end(present: float, spend: float | None, change: float | None, *, nothing: float) -> tuple[float, str]:
    """Return one end of a limit and where it comes from; ``nothing`` where none is stated."""
    if spend is not None:
        return spend, "set in money"
    if change is not None:
        return present * (1.0 + change), f"{percent(change, signed=True)} of the present spend"
    return nothing, ""


@dataclass(frozen=True, slots=True)
class _Limits:
    """A channel's limits in money, and where each comes from."""

    lower: float
    upper: float
    lower_origin: str
    upper_origin: str
    narrowed: bool = False


def _limits(
    place: str,
    present: float,
    scenario: ScenarioSettings,
    *,
    own: BoundSettings | None,
    constraint: Constraint | None,
) -> _Limits:
    """Return the channel's own limits or else the scenario's, kept within the approved constraint."""
    stated = _stated(present, scenario, own or BoundSettings())
    if constraint is None:
        return stated
    least, most = constraint.lower_factor * present, constraint.upper_factor * present
    if present <= 0.0:  # factors of nothing would forbid what a limit in money allows
        return stated
    if own is not None and (stated.lower > most or stated.upper < least):
        raise SettingsError(
            f"{constraint.channel} is to spend from {stated.lower:,.0f} to {stated.upper:,.0f}, but the "
            f"approved constraint ({constraint.origin}) allows {least:,.0f} to {most:,.0f}.",
            remedy="Change the channel's limits in the scenario, or revise the constraint.",
            code="MMX-B010",
            place=place,
        )
    lower, upper = min(max(stated.lower, least), most), max(min(stated.upper, most), least)
    changes = [constraint.lower_factor - 1.0, constraint.upper_factor - 1.0]
    words = f"constraint {' to '.join(percent(each, signed=True) for each in changes)}, {constraint.origin}"
    return _Limits(
        lower,
        upper,
        words if lower != stated.lower else stated.lower_origin,
        words if upper != stated.upper else stated.upper_origin,
        narrowed=lower != stated.lower or upper != stated.upper,
    )


def _stated(present: float, scenario: ScenarioSettings, own: BoundSettings) -> _Limits:
    low = scenario.lower_change if own.lower_change is None else own.lower_change
    high = scenario.upper_change if own.upper_change is None else own.upper_change
    lower, lower_origin = _end(present, own.lower_spend, low, nothing=0.0)
    upper, upper_origin = _end(present, own.upper_spend, high, nothing=np.inf)
    return _Limits(lower, upper, lower_origin, upper_origin)


def _narrowed_note(channels: list[str]) -> tuple[Note, ...]:
    if not channels:
        return ()
    return (Note(f"The approved constraints replace limits of this scenario for {', '.join(channels)}."),)
