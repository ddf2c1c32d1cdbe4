"""Limits of a plan as cells: which cells a group, a segment or a period adds up, and which are fixed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.budget.question import LimitKind, SumLimit
from mmxlib.maths.arrays import Cube


@dataclass(frozen=True, slots=True)
class FixedCell:
    """Spend that is settled: of a channel in one period, in one unit or (None) over all units."""

    channel: str
    date: np.datetime64
    spend: float
    unit: str | None = None


def group_limit(
    basis: PlanBasis, name: str, channels: Sequence[str], *, lower: float, upper: float, origin: str
) -> SumLimit:
    """Return a limit on the spend of several channels together."""
    chosen = np.isin(basis.channels, channels)[None, :, None]
    return SumLimit(LimitKind.GROUP, name, chosen * _counted(basis), lower, upper, origin)


def segment_limit(basis: PlanBasis, unit: str, *, lower: float, upper: float, origin: str) -> SumLimit:
    """Return a limit on the spend in one unit, over the channels that are not national."""
    own = (np.array(basis.units) == unit)[:, None, None] & ~basis.national[None, :, None]
    return SumLimit(LimitKind.SEGMENT, unit, own * _counted(basis), lower, upper, origin)


def period_limit(basis: PlanBasis, period: int, *, lower: float, upper: float, origin: str) -> SumLimit:
    """Return a limit on the spend of all channels in the plan's period with index ``period``."""
    then = (np.arange(basis.periods) == period)[None, None, :]
    name = str(basis.dates[period])
    return SumLimit(LimitKind.PERIOD, name, then * _counted(basis), lower, upper, origin)


def present_spend(basis: PlanBasis, limit: SumLimit) -> float:
    """Return what the present plan spends in the cells of ``limit``."""
    return float((limit.cells * basis.pattern * basis.present[None, :, None]).sum())


def fixed_cube(basis: PlanBasis, cells: Sequence[FixedCell]) -> Cube | None:
    """Return the spend of fixed cells, (unit, channel, period), NaN where a cell is free; None fixes none.

    A cell of all units is split as the present plan is in that period, or in all periods if it has none then.
    """
    if not cells:
        return None
    fixed = np.full(basis.pattern.shape, np.nan)
    counted = basis.counted
    for cell in cells:
        c = basis.channels.index(cell.channel)
        t = int(np.flatnonzero(basis.dates == cell.date)[0])
        if cell.unit is not None:
            fixed[basis.units.index(cell.unit), c, t] = cell.spend
            continue
        if basis.national[c]:
            fixed[:, c, t] = cell.spend
            continue
        own = basis.pattern[:, c, t] * counted[:, c, 0]
        share = own if own.sum() > 0.0 else basis.pattern[:, c].sum(axis=1)
        fixed[:, c, t] = cell.spend * share / share.sum()
    return fixed


def _counted(basis: PlanBasis) -> Cube:
    cells: Cube = np.broadcast_to(basis.counted, basis.pattern.shape)
    return cells
