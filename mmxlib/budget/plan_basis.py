"""From a fitted model to what a budget is planned on: the present plan, its pattern, its exposure, its past.

A plan is for the periods that follow the data, or, in hindsight, for a window inside them. What it may choose
is a matter of `mmxlib.budget.layout`.
"""

from dataclasses import dataclass, replace

import numpy as np

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.budget.beside_media import (
    NOTHING_KNOWN,
    Assumed,
    BesideMedia,
    beside_media_ahead,
    beside_media_observed,
)
from mmxlib.errors import InfeasibleError
from mmxlib.forecasting.used_draws import MOST_DRAWS, used_draws
from mmxlib.maths.arrays import Array, Cube, Dates, Matrix, Vector
from mmxlib.maths.budgets.spend_response import SpendCurves, carried_exposure, last_exposure, spend_response
from mmxlib.model.curves import curves_of


@dataclass(frozen=True, eq=False)
class PlanBasis:
    """What plans of one length are measured on; channels are the paid ones, in the panel's order.

    ``used``: the draws that measure plans, as indices into the model's. ``first``: the plan's first period,
    counted from the data's first; ``dates`` its periods. ``present``: (channel,), spend of the present plan,
    national counted once: the last observed periods, or the window's own. ``pattern``: (unit, channel,
    period), share of the channel's total; it adds up to one over units and periods (national channels: over
    periods, the same in every unit). ``exposure``: (unit, channel, period), what people see of the present
    plan, and ``reach`` what they see per unit of money spent in a cell; both in multiples of the exposure's
    scale. ``observed_maximum`` and ``observed_peak``: (channel,), the largest spend of as many successive
    periods, and of one, ever observed. ``organic``: (draw,), what organic channels bring within the periods
    at their present exposure. ``beside`` is what comes beside media, and ``assumed`` what that rests on.
    ``currency`` is the word after an amount.
    """

    response: Response
    used: Array
    first: int
    dates: Dates
    channels: tuple[str, ...]
    units: tuple[str, ...]
    national: Array
    present: Vector
    pattern: Cube
    exposure: Cube
    reach: Cube
    observed_maximum: Vector
    observed_peak: Vector
    organic: Vector
    beside: BesideMedia
    assumed: Assumed
    money_per_outcome: float
    currency: str
    notes: tuple[Note, ...]

    @property
    def periods(self) -> int:
        """The number of periods."""
        return len(self.dates)

    @property
    def observed(self) -> bool:
        """Whether the periods lie inside the data."""
        return self.first < len(self.response.panel.dates)

    @property
    def counted(self) -> Cube:
        """What counts as spend, (unit, channel, 1): one, but zero where a national series is repeated."""
        once = np.ones((len(self.units), len(self.channels), 1))
        once[1:, self.national] = 0.0
        return once

    def curves(self, flight: Cube, committed: Cube) -> SpendCurves:
        """Return the channels' curves for a flight and committed exposure, (unit, channel, period) each."""
        return _curves(self.response, self.used, self.paid, flight, committed=committed, until=self.first)

    @property
    def paid(self) -> Array:
        """The paid channels' places among all channels, (channel,)."""
        return np.flatnonzero([channel.paid for channel in self.response.panel.channels])


def plan_basis(
    response: Response,
    *,
    periods: int,
    draws: int = MOST_DRAWS,
    first: int | None = None,
    assumed: Assumed = NOTHING_KNOWN,
) -> PlanBasis:
    """Return what plans for ``periods`` (>= 1) are measured on.

    Parameters
    ----------
    response
        The fitted model.
    periods
        Length of the plan.
    draws
        At most so many draws are used, evenly spaced among the model's.
    first
        Index of the first period where the plan is for periods that were observed; None plans for those
        after the data.
    assumed
        What the plan's forecast assumes of the future.

    Raises
    ------
    InfeasibleError
        If there is no paid channel, or the data have fewer periods than the plan.
    DataError
        With all faults of the assumed events and controls.
    """
    panel = response.panel
    paid = np.flatnonzero([channel.paid for channel in panel.channels])
    organic = np.flatnonzero([not channel.paid for channel in panel.channels])
    _check(response, len(paid), periods)
    used = used_draws(len(response.draws), draws)
    start = len(panel.dates) - periods if first is None else first
    own = panel.window(start, start + periods)
    pattern, notes = _pattern(panel, paid, start, periods, response.outcome_scale)
    spend = panel.spend_by_period()[:, paid]
    windows = np.lib.stride_tricks.sliding_window_view(spend, periods, axis=0).sum(axis=-1)
    step = np.timedelta64(panel.period_days, "D")
    if len(used) < len(response.draws):
        notes.append(Note(f"{len(used)} of the model's {len(response.draws)} draws measure the plans."))
    reach, exposure = _reach(response, own, paid, planned=first is None)
    at = len(panel.dates) if first is None else first
    return PlanBasis(
        response=response,
        used=used,
        first=at,
        dates=panel.dates[0] + step * np.arange(at, at + periods),
        channels=tuple(panel.channel_names[c] for c in paid),
        units=panel.units,
        national=panel.national[paid],
        present=spend[start : start + periods].sum(axis=0),
        pattern=pattern,
        exposure=exposure,
        reach=reach,
        observed_maximum=windows.max(axis=0),
        observed_peak=spend.max(axis=0),
        organic=_organic(response, used, organic, own, until=at),
        beside=beside_media_ahead(response, used, periods, assumed)
        if first is None
        else beside_media_observed(response, used, start, start + periods),
        assumed=assumed,
        money_per_outcome=panel.money_per_outcome,
        currency=panel.currency,
        notes=tuple(notes),
    )


def assuming(basis: PlanBasis, assumed: Assumed) -> PlanBasis:
    """Return the basis of plans for the periods after the data under another future.

    Raises
    ------
    DataError
        With all faults of the assumed events and controls.
    """
    beside = beside_media_ahead(basis.response, basis.used, basis.periods, assumed)
    return replace(basis, beside=beside, assumed=assumed)


def _check(response: Response, paid: int, periods: int) -> None:
    if paid == 0:
        raise InfeasibleError(
            "No channel has spend, so there is no budget to plan.",
            remedy="Give the spend of at least one channel.",
            code="MMX-B001",
        )
    observed = len(response.panel.dates)
    if not 1 <= periods <= observed:
        raise InfeasibleError(
            f"A plan of {periods} periods repeats the last {periods}, but the data have {observed}.",
            remedy=f"Set periods from 1 to {observed}.",
            code="MMX-B002",
            place="budget.periods",
        )


def _pattern(panel: Panel, paid: Array, start: int, periods: int, size: Vector) -> tuple[Cube, list[Note]]:
    """Return each paid channel's share by unit and period, and notes on channels without present spend."""
    pattern, notes = np.empty((len(panel.units), len(paid), periods)), []
    for i, c in enumerate(paid):
        name, national = panel.channels[c].name, panel.channels[c].national
        spend = panel.spend[:, :, c]
        active = np.flatnonzero(spend[:, : start + periods].sum(axis=0) > 0.0)
        first = start
        if len(active) == 0:
            split = np.ones(len(panel.units)) if national else size / size.sum()
            pattern[:, i] = split[:, None] / periods
            notes.append(_unspent(name, "was never spent on: its pattern is even over periods"))
            continue
        if active[-1] < first:
            first = max(int(active[-1]) + 1 - periods, 0)
            notes.append(
                _unspent(
                    name, f"has had no spend since {panel.dates[active[-1]]}: its pattern is that of then"
                )
            )
        window = spend[:, first : first + periods]
        pattern[:, i] = window / (window[0].sum() if national else window.sum())
    return pattern, notes


def _unspent(channel: str, what: str) -> Note:
    return Note(
        f"{channel} {what}. Limits relative to no spend are no limits to work with: to give it a budget, set "
        f"limits in money.",
        about=channel,
    )


def _reach(response: Response, own: Panel, paid: Array, *, planned: bool) -> tuple[Cube, Cube]:
    """Return exposure per unit of money, and the present plan's, (unit, channel, period) each.

    A plan for the future buys at the cost of late; one for periods that were observed as it was bought then.
    """
    spend = np.moveaxis(own.spend, 1, 2)[:, paid]
    cost = np.broadcast_to(response.cost_per_exposure[:, paid][:, :, None], spend.shape)
    bought = np.divide(1.0, cost, out=np.zeros(spend.shape), where=cost > 0.0)
    exposure = spend * bought
    if not planned:
        exposure = np.moveaxis(own.exposure, 1, 2)[:, paid]
        bought = np.divide(exposure, spend, out=bought, where=spend > 0.0)
    return _scaled(response, paid, bought), _scaled(response, paid, exposure)


def _scaled(response: Response, channels: Array, exposure: Cube) -> Cube:
    """Return exposure (unit, channel, period) as multiples of its scale."""
    scale = response.exposure_scale[:, channels][:, :, None]
    scaled: Cube = np.divide(exposure, scale, out=np.zeros(exposure.shape), where=scale > 0.0)
    return scaled


def _curves(
    response: Response, used: Array, channels: Array, flight: Cube, *, committed: Cube, until: int
) -> SpendCurves:
    """Return the curves of ``channels`` with the exposure of periods before ``until`` carried in."""
    all_draws = curves_of(response.priors, response.draws, channels)
    past = np.moveaxis(response.panel.exposure[:, :until], 1, 2)[:, channels]
    history = np.ascontiguousarray(_scaled(response, channels, past))
    retention: Matrix = all_draws.retention[used]
    return SpendCurves(
        adstock=all_draws.adstock,
        family=all_draws.saturation,
        retention=retention,
        timing=all_draws.timing[used],
        half_saturation=all_draws.half_saturation[used],
        shape=all_draws.shape[used],
        effect=np.ascontiguousarray(response.draws.effect[used][:, :, channels]),
        carry_in=carried_exposure(history, retention),
        history=last_exposure(history),
        flight=np.ascontiguousarray(flight),
        committed=np.ascontiguousarray(committed),
    )


def _organic(response: Response, used: Array, organic: Array, own: Panel, *, until: int) -> Vector:
    if len(organic) == 0:
        return np.zeros(len(used))
    exposure = _scaled(response, organic, np.moveaxis(own.exposure, 1, 2)[:, organic])
    curves = _curves(response, used, organic, exposure, committed=np.zeros(exposure.shape), until=until)
    total: Vector = spend_response(curves, np.ones(len(organic))).in_periods.sum(axis=1)
    return total
