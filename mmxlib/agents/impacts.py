"""What each event brought, beside the same window one year earlier, and whether that can be relied on."""

from dataclasses import dataclass

import numpy as np

from mmxlib.agents.drivers import Drivers
from mmxlib.artifacts.panel import Event, Panel
from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.regression import Effect, basis, effect_of, least_squares
from mmxlib.maths.seasonality import periods_per_year

LEAST_FREEDOM = 20
"""Periods that must be left over for each regression; drivers are given up before it comes to that."""

LEAST_OWN_SHARE = 0.1
"""The share of an event's column that must be its own for its effect to be told from others."""

LEAST_OWN_SHARE_IN_FEW = 0.5
"""The share that other events may not explain where the rest is a period or two."""

FEW_PERIODS = 3.0
"""Periods that carry an estimate below which it must stand out from what single periods do by themselves."""

LARGEST_STRAY_SHARE = 0.02
"""The share of periods without any event that may stray as far as such an estimate."""

NEGLIGIBLE_SHARE = 0.05
"""The share of the usual outcome below which nothing is left for a percentage to be of."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A total over a window, with its interval; NaN where it cannot be told."""

    mean: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Impact:
    """What one occurrence of an event brought, beside the same window one year earlier.

    ``expected`` is the outcome of its periods without any event (NaN where hardly anything would be left);
    ``doubt`` says why it is not reliable (empty: it is).
    """

    event: Event
    periods: int
    lift: Estimate
    expected: float
    placebo: Estimate
    doubt: str


@dataclass(frozen=True, slots=True)
class Regression:
    """A series, what smooth parts explain it, the wild periods that get a column each, and its drivers.

    ``series`` has shape (period,), ``base`` (period, column).
    """

    series: Vector
    base: Matrix
    wild: tuple[int, ...]
    drivers: Drivers

    def without(self, *, event: int | None = None, spared: Array | None = None) -> Matrix:
        """Return a basis of all columns but that of one event, and of the wild periods in ``spared``."""
        wild = [at for at in self.wild if spared is None or not spared[at]]
        events = self.drivers.events
        kept = events if event is None else np.delete(events, event, axis=1)
        return basis(
            np.column_stack([self.base, np.eye(len(self.series))[:, wild], kept, self.drivers.centered])
        )


@dataclass(frozen=True, slots=True)
class _Context:
    """What the estimates of all events of one unit share.

    ``expected`` (period,) is the outcome without any event, ``usual`` its typical size, ``stray`` (period,)
    how far wild periods strayed, ``strays`` (period without event,) how far each of those did, ``reach`` half
    an interval in standard errors.
    """

    expected: Vector
    usual: float
    stray: Vector
    strays: Vector
    reach: float
    freedom: int


def impacts(panel: Panel, unit: int, regression: Regression, *, level: float) -> tuple[Impact, ...]:
    """Return what each occurrence of an event brought, in order of time; ``level`` is of the intervals.

    Notes
    -----
    Events of one name share an effect. A percentage is of the outcome without any event, so that those of
    events in the same period have one denominator and add up.
    """
    drivers, series = regression.drivers, regression.series
    if not drivers.event_names:
        return ()
    context = _context(regression, level)
    everything = regression.without()
    year = periods_per_year(panel.period_days)
    found = []
    for index, name in enumerate(drivers.event_names):
        column = drivers.events[:, index]
        effect = effect_of(column, regression.without(event=index), series, context.stray)
        entangled = _entangled(column, np.delete(drivers.events, index, axis=1))
        for event in (each for each in panel.events if each.name == name):
            mask = panel.event_mask(event)[unit]
            if not mask.any():
                continue
            earlier = _a_year_earlier(mask, column, year)
            spared = earlier > 0.0  # a placebo may be wild: that is what it is asked
            beside = regression.without(spared=spared) if spared[list(regression.wild)].any() else everything
            placebo = _placebo(earlier, beside, series, context)
            covered = float(mask.sum())
            expected = float((mask * context.expected).sum())
            expected = expected if expected > NEGLIGIBLE_SHARE * covered * context.usual else float("nan")
            lift = _estimate(covered * effect.value, covered * effect.error, context.reach)
            found.append(
                Impact(
                    event=event,
                    periods=int((mask > 0.0).sum()),
                    lift=lift,
                    expected=expected,
                    placebo=placebo,
                    doubt=_doubt(effect, context, column=column, entangled=entangled)
                    or _doubt_of_occurrence(lift, placebo, expected),
                )
            )
    return tuple(sorted(found, key=lambda impact: (impact.event.start, impact.event.name)))


def _context(regression: Regression, level: float) -> _Context:
    from scipy.special import stdtrit

    series, drivers, wild = regression.series, regression.drivers, list(regression.wild)
    first, last = regression.base.shape[1], regression.base.shape[1] + len(wild)
    columns = np.column_stack([regression.base, np.eye(len(series))[:, wild], drivers.all])
    fit = least_squares(columns, series)
    lifts = drivers.events @ fit.coefficients[last : last + drivers.events.shape[1]]
    strayed = np.zeros(len(series))
    strayed[wild] = fit.coefficients[first:last]
    usual = float(np.median(np.abs(series)))
    quiet = drivers.events.max(axis=1) <= 0.0
    freedom = max(1, len(series) - basis(columns).shape[1])
    return _Context(
        expected=series - fit.residual - strayed - lifts,
        usual=usual,
        # beyond the usual outcome it is an entry to correct, not what a period may do
        stray=np.where(quiet & (np.abs(strayed) <= usual), strayed, 0.0),
        strays=np.abs(fit.residual + strayed)[quiet],
        reach=float(stdtrit(freedom, 0.5 + 0.5 * level)),
        freedom=freedom,
    )


def _a_year_earlier(mask: Vector, column: Vector, year: int) -> Vector:
    """Return the same window one year earlier; zeros where there are no data, or such an event ran then."""
    earlier: Vector = np.concatenate([mask[year:], np.zeros(min(year, len(mask)))])
    return np.zeros_like(mask) if mask[:year].any() or (earlier * column).any() else earlier


def _placebo(earlier: Vector, everything: Matrix, series: Vector, context: _Context) -> Estimate:
    """Return what a window without the event seems to bring."""
    nothing = Estimate(float("nan"), float("nan"), float("nan"))
    if not earlier.any():
        return nothing
    effect = effect_of(earlier, everything, series, np.where(earlier > 0.0, 0.0, context.stray))
    if effect.unexplained < LEAST_OWN_SHARE:
        return nothing
    covered = float(earlier.sum())
    return _estimate(covered * effect.value, covered * effect.error, context.reach)


def _estimate(mean: float, error: float, reach: float) -> Estimate:
    return Estimate(mean, mean - reach * error, mean + reach * error)


def _entangled(column: Vector, others: Matrix) -> bool:
    """Return whether an event runs beside other events in all but a period or two."""
    known = basis(others)
    own = column - known @ (known.T @ column)
    energy = float(own @ own)
    in_few = energy**2 < FEW_PERIODS * float((own**4).sum())
    return in_few and energy < LEAST_OWN_SHARE_IN_FEW * float(column @ column)


def _doubt(effect: Effect, context: _Context, *, column: Vector, entangled: bool) -> str:
    """Return why no occurrence of an event can be relied on; empty if nothing speaks against it."""
    if effect.unexplained < LEAST_OWN_SHARE:
        return "it cannot be told apart from other events, drivers or the season"
    if entangled:
        return "it coincides with other events in all but a period or two, so they cannot be told apart"
    if context.freedom < LEAST_FREEDOM:
        return "the history is too short to judge it"
    if float(column.sum()) < 0.5:
        return "it covers less than half a period in all"
    as_far = int((context.strays >= abs(effect.value)).sum())
    if effect.rests_on < FEW_PERIODS and as_far > LARGEST_STRAY_SHARE * len(context.strays):
        return "it rests on a period or two, and others without any event stray as far by themselves"
    return ""


def _doubt_of_occurrence(lift: Estimate, placebo: Estimate, expected: float) -> str:
    if np.isfinite(placebo.mean) and not placebo.lower <= 0.0 <= placebo.upper:
        return "the same window one year earlier shows an effect too, without the event"
    if lift.lower <= 0.0 <= lift.upper:
        return "its interval includes no lift at all, so it could be chance"
    if np.isnan(expected):
        return "hardly anything would be sold then without events, so a percentage says nothing"
    return ""
