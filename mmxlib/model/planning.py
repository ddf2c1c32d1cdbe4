"""From a fitted model to what a budget is planned on: the present plan, its pattern, the curves of spend.

A plan is for the periods that follow the data. It keeps each channel's flighting and split by unit as in the
present plan and scales the channel's total, so a plan is a vector of totals.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.response import Response
from mmxlib.errors import InfeasibleError
from mmxlib.maths.arrays import Array, Cube, Dates, Matrix, Vector
from mmxlib.maths.spend_response import SpendCurves, carried_exposure, last_exposure, spend_response
from mmxlib.model.curves import curves_of
from mmxlib.model.drawing import MOST_DRAWS, used_draws


@dataclass(frozen=True, eq=False)
class PlanBasis:
    """What plans of one length are measured on; channels are the paid ones, in the panel's order.

    ``dates``: the plan's periods. ``present``: (channel,), spend of the last observed periods, national
    counted once. ``pattern``: (unit, channel, period), share of the channel's total; it adds up to one over
    units and periods (national channels: over periods, the same in every unit). ``observed_maximum``:
    (channel,), the largest spend of as many successive periods ever observed. ``organic``: (draw,), what
    organic channels bring within the periods at their present exposure. ``currency`` is the word after an
    amount.
    """

    dates: Dates
    channels: tuple[str, ...]
    units: tuple[str, ...]
    national: Array
    present: Vector
    pattern: Cube
    curves: SpendCurves
    observed_maximum: Vector
    organic: Vector
    money_per_outcome: float
    currency: str
    notes: tuple[Note, ...]

    @property
    def periods(self) -> int:
        """The number of periods."""
        return len(self.dates)


def plan_basis(response: Response, *, periods: int, draws: int = MOST_DRAWS) -> PlanBasis:
    """Return what plans for the ``periods`` (>= 1) after the data are measured on.

    At most ``draws`` draws are used, evenly spaced among the model's.

    Raises
    ------
    InfeasibleError
        If there is no paid channel, or the data have fewer periods than the plan.
    """
    panel = response.panel
    paid = np.flatnonzero([channel.paid for channel in panel.channels])
    organic = np.flatnonzero([not channel.paid for channel in panel.channels])
    _check(response, len(paid), periods)
    used = used_draws(len(response.draws), draws)
    pattern, notes = _pattern(response, paid, periods)
    cost = response.cost_per_exposure[:, paid][:, :, None]
    per_money = np.divide(pattern, cost, out=np.zeros_like(pattern), where=cost > 0.0)
    spend = panel.spend_by_period()[:, paid]
    windows = np.lib.stride_tricks.sliding_window_view(spend, periods, axis=0).sum(axis=-1)
    step = np.timedelta64(panel.period_days, "D")
    if len(used) < len(response.draws):
        notes.append(Note(f"{len(used)} of the model's {len(response.draws)} draws measure the plans."))
    return PlanBasis(
        dates=panel.dates[-1] + step * np.arange(1, periods + 1),
        channels=tuple(panel.channel_names[c] for c in paid),
        units=panel.units,
        national=panel.national[paid],
        present=spend[-periods:].sum(axis=0),
        pattern=pattern,
        curves=_curves(response, used, paid, _scaled(response, paid, per_money)),
        observed_maximum=windows.max(axis=0),
        organic=_organic(response, used, organic, periods),
        money_per_outcome=panel.money_per_outcome,
        currency=panel.currency,
        notes=tuple(notes),
    )


def observed_curves(response: Response, *, first: int, last: int) -> SpendCurves:
    """Return curves of all channels for which a total of one stands for what was observed in a window.

    The exposure of periods ``first`` to ``last`` (excluded) is the pattern, and the exposure before it is
    carried in, so that with totals of one ``in_periods`` of
    `mmxlib.maths.spend_response.spend_response` is the decomposition's sum.
    """
    every = np.arange(len(response.panel.channels))
    exposure = np.moveaxis(response.panel.exposure, 1, 2)[:, :, first:last]
    return _curves(
        response, np.arange(len(response.draws)), every, _scaled(response, every, exposure), until=first
    )


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


def _pattern(response: Response, paid: Array, periods: int) -> tuple[Cube, list[Note]]:
    """Return each paid channel's share by unit and period, and notes on channels without present spend."""
    panel = response.panel
    size = response.outcome_scale / response.outcome_scale.sum()
    pattern, notes = np.empty((len(panel.units), len(paid), periods)), []
    for i, c in enumerate(paid):
        name, national = panel.channels[c].name, panel.channels[c].national
        spend = panel.spend[:, :, c]
        active = np.flatnonzero(spend.sum(axis=0) > 0.0)
        first = len(panel.dates) - periods
        if len(active) == 0:
            split = np.ones(len(panel.units)) if national else size
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


def _scaled(response: Response, channels: Array, exposure: Cube) -> Cube:
    """Return exposure (unit, channel, period) as multiples of its scale."""
    scale = response.exposure_scale[:, channels][:, :, None]
    scaled: Cube = np.divide(exposure, scale, out=np.zeros(exposure.shape), where=scale > 0.0)
    return scaled


def _curves(
    response: Response, used: Array, channels: Array, flight: Cube, *, until: int | None = None
) -> SpendCurves:
    """Return the curves of ``channels`` with the exposure of periods before ``until`` (all) carried in."""
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
        committed=np.zeros(flight.shape),
    )


def _organic(response: Response, used: Array, organic: Array, periods: int) -> Vector:
    if len(organic) == 0:
        return np.zeros(len(used))
    exposure = np.moveaxis(response.panel.exposure, 1, 2)[:, organic, -periods:]
    curves = _curves(response, used, organic, _scaled(response, organic, exposure))
    total: Vector = spend_response(curves, np.ones(len(organic))).in_periods.sum(axis=1)
    return total
