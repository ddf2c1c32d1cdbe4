"""Lines over the convex part of S-shaped terms: each term's least concave majorant on its possible range.

Hill's curve with s > 1 is convex up to its inflection and concave after it. On a range [low, high] its least
concave majorant is the line from the lower end to the point where it touches the curve, and the curve from
there on; where it would touch beyond the range, the line to the upper end. Adstocked exposures are linear in
the cells, so the sum of the majorants is a concave function of the cells above the outcome.

Of geometric carryover after the plan each term has its own line until the terms are small; what is left,
``sum of z/(1+z)`` over ``z, z q, z q^2, …``, is below ``sum of z - z^2 + z^3``, and that below its chord.

Terms of negative weight are replaced by lines below them.

References
----------
Falk and Soland (1969), An Algorithm for Separable Nonconvex Programming Problems, Management Science 15(9).
"""

from typing import NamedTuple

import numpy as np

from mmxlib.maths.adstock import GEOMETRIC
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.arrays import Array, Cube, Matrix, Vector
from mmxlib.maths.budgets.cell_terms import adstocked_into
from mmxlib.maths.budgets.spend_response import tail_response
from mmxlib.maths.compiled import inner, kernel
from mmxlib.maths.media import Curves
from mmxlib.maths.saturation import FLOOR, HILL, saturation
from mmxlib.maths.saturations import hill

REST_FROM = 2e-3
"""The z below which what is left of a tail is replaced by a chord: a small part of it is added by that."""

RISING = 1.01
"""The shape from which ``z - z^2 + z^3`` is convex in the exposure below `REST_FROM`."""

NEWTON_STEPS = 20
HALVINGS = 40
CLOSE = 1e-10
"""The relative step at which a touching point is found; its line is off by the square of that."""


class Lines(NamedTuple):
    """The lines of all terms.

    ``first``: (draw, unit, channel), the place of a triple's first term, -1 where its terms are concave.
    ``touch``, ``height`` and ``steep``: (term,); for exposures a below ``touch`` the term is replaced by
    ``height + steep a``. ``tail``: (draw, unit, channel), terms after the plan; what follows them is below
    ``rest_height + rest_steep a``, both (draw, unit, channel), in the last exposure a within the plan.
    """

    first: Array
    touch: Vector
    height: Vector
    steep: Vector
    tail: Array
    rest_height: Cube
    rest_steep: Cube


@inner()
def put_lines(
    lines: Lines,
    d: int,
    u: int,
    c: int,
    family: int,
    k: float,
    s: float,
    floors: Vector,
    spread: Vector,
    rows: Matrix,
) -> None:
    """Replace the terms in ``rows`` (response, slope, curvature) by their lines, where they have one.

    Below the floor of its slope a concave term is replaced by its tangent there, which is above it.
    """
    first = lines.first[d, u, c]
    for t in range(len(spread)):
        a = spread[t]
        if first >= 0 and a < lines.touch[first + t]:
            rows[0, t] = lines.height[first + t] + lines.steep[first + t] * a
            rows[1, t] = lines.steep[first + t]
            rows[2, t] = 0.0
        elif a < floors[t]:
            rows[0, t] = saturation(family, floors[t], k, s) + rows[1, t] * (a - floors[t])


@inner()
def lined_tail(
    lines: Lines, d: int, u: int, c: int, family: int, last: float, r: float, k: float, s: float, periods: int
) -> tuple[float, float, float]:
    """Return the majorant of what comes after a last exposure of the plan, its slope and its curvature.

    The curvature of a concave tail is left to `mmxlib.maths.budgets.cell_curvature`.
    """
    if lines.first[d, u, c] < 0:
        value, slope = tail_response(family, max(last, FLOOR), k, s, r)
        return value + slope * min(last - FLOOR, 0.0), slope, 0.0
    first = lines.first[d, u, c] + periods
    value = lines.rest_height[d, u, c] + lines.rest_steep[d, u, c] * last
    slope, curvature = lines.rest_steep[d, u, c], 0.0
    a, z, q, kept = last, (last / k) ** s if last > 0.0 else 0.0, r**s, 1.0
    for i in range(first, first + lines.tail[d, u, c]):
        a *= r
        z *= q
        kept *= r
        if a < lines.touch[i]:
            value += lines.height[i] + lines.steep[i] * a
            slope += kept * lines.steep[i]
        else:
            share = z / (1.0 + z)
            by_a = s * share * (1.0 - share) / a
            value += share
            slope += kept * by_a
            curvature += kept * kept * by_a * (s * (1.0 - 2.0 * share) - 1.0) / a
    return value, slope, curvature


def lines_of(
    curves: Curves,
    lag_weights: Cube,
    *,
    effect: Cube,
    carry_in: Cube,
    history: Cube,
    flight: Cube,
    committed: Cube,
    lower: Matrix,
    upper: Matrix,
    whole: bool,
    below: Array,
) -> Lines:
    """Return the lines for cells between ``lower`` and ``upper``, (channel, period).

    The arrays are those of `budgets.cell_response.Cells`; ``whole`` says if the tail counts. In draws
    that ``below`` (draw,) marks every term is replaced by a line below it.
    """
    fixed = curves, lag_weights, effect, carry_in, history, flight, committed, lower, upper, whole, below
    none = np.empty(0)
    shape = effect.shape
    lines = Lines(
        np.full(shape, -1, dtype=np.int64),
        none,
        none,
        none,
        np.zeros(shape, dtype=np.int64),
        np.zeros(shape),
        np.zeros(shape),
    )
    terms = _fill(*fixed, lines, False)
    lines = lines._replace(touch=np.empty(terms), height=np.empty(terms), steep=np.empty(terms))
    _fill(*fixed, lines, True)
    return lines


@kernel()
def _fill(
    curves: Curves,
    lag_weights: Cube,
    effect: Cube,
    carry_in: Cube,
    history: Cube,
    flight: Cube,
    committed: Cube,
    lower: Matrix,
    upper: Matrix,
    whole: bool,
    below: Array,
    lines: Lines,
    filled: bool,
) -> int:
    """Fill the places of all terms and, where ``filled``, their lines; return how many there are."""
    draws, units, channels = effect.shape
    periods = flight.shape[2]
    exposure, low, high = np.empty(LAGS + periods + LAGS), np.empty(periods + LAGS), np.empty(periods + LAGS)
    place = 0
    for d in range(draws):
        for c in range(channels):
            r, k, s = curves.retention[d, c], curves.half_saturation[d, c], curves.shape[d, c]
            family, under = curves.saturation[c], below[d]
            if not under and (family != HILL or s <= 1.0):
                continue
            geometric, weights = curves.adstock[c] == GEOMETRIC, lag_weights[d, c]
            for u in range(units):
                if effect[d, u, c] == 0.0:
                    continue
                past = carry_in[d, u, c], history[u, c], flight[u, c], committed[u, c]
                count = adstocked_into(geometric, r, weights, *past, lower[c], exposure, low)
                adstocked_into(geometric, r, weights, *past, upper[c], exposure, high)
                lines.first[d, u, c] = place
                if filled:
                    for t in range(count):
                        _put(lines, place + t, under, family, low[t], high[t], k, s)
                place += count
                if geometric and whole and r > 0.0:
                    tail = _tail_terms(high[count - 1], r, k, s if family == HILL else 1.0)
                    lines.tail[d, u, c] = tail
                    if filled:
                        ends = low[count - 1], high[count - 1]
                        _fill_tail(lines, d, u, c, place, under, family, *ends, r, k, s)
                    place += tail
    return place


@inner()
def _tail_terms(last: float, r: float, k: float, s: float) -> int:
    """Return how many terms after the plan are above `REST_FROM` at the last exposure ``last``."""
    if last <= 0.0:
        return 0
    steps = (s * np.log(last / k) - np.log(REST_FROM)) / (-s * np.log(r))
    return int(max(np.ceil(steps), 0.0))


@inner()
def _fill_tail(
    lines: Lines,
    d: int,
    u: int,
    c: int,
    place: int,
    under: bool,
    family: int,
    low: float,
    high: float,
    r: float,
    k: float,
    s: float,
) -> None:
    kept = 1.0
    for n in range(lines.tail[d, u, c]):
        kept *= r
        _put(lines, place + n, under, family, kept * low, kept * high, k, s)
    if under:  # what is left is above zero
        return
    at_low, at_high = _rest(kept * low, r, k, s), _rest(kept * high, r, k, s)
    steep = (at_high - at_low) / (high - low) if high > low else 0.0
    lines.rest_steep[d, u, c] = steep
    lines.rest_height[d, u, c] = at_high - steep * high


@inner()
def _put(lines: Lines, i: int, under: bool, family: int, low: float, high: float, k: float, s: float) -> None:
    if under:
        _put_line_below(lines, i, family, low, high, k, s)
    else:
        _put_line(lines, i, low, high, k, s)


@inner()
def _put_line_below(lines: Lines, i: int, family: int, low: float, high: float, k: float, s: float) -> None:
    """Fill a line that is nowhere above one term for exposures in [low, high].

    The chord where the term is concave, a tangent where it is convex; where it is both, the line through the
    upper end that touches the convex part, or the chord where that touches before the range.
    """
    start, stop = low, high
    turn = k * ((s - 1.0) / (s + 1.0)) ** (1.0 / s) if family == HILL and s > 1.0 else 0.0
    lines.touch[i] = np.inf
    if high <= turn and high > low:
        middle = 0.5 * (low + high)
        lines.steep[i] = hill.slope(middle, k, s)
        lines.height[i] = hill.response(middle, k, s) - lines.steep[i] * middle
        return
    if low < turn:
        start = _touching_below(low, high, turn, k, s)
    end = saturation(family, stop, k, s)
    steep = (end - saturation(family, start, k, s)) / (stop - start) if stop > start else 0.0
    lines.steep[i] = steep
    lines.height[i] = end - steep * stop


@inner()
def _touching_below(low: float, high: float, turn: float, k: float, s: float) -> float:
    """Return where a line through the curve at ``high`` touches it in [low, turn], ``low`` if before it."""
    end, left, right = hill.response(high, k, s), low, turn
    if low > 0.0 and end - hill.response(low, k, s) <= hill.slope(low, k, s) * (high - low):
        return low
    for _ in range(HALVINGS):
        a = 0.5 * (left + right)
        if end - hill.response(a, k, s) > hill.slope(a, k, s) * (high - a):
            left = a
        else:
            right = a
    return 0.5 * (left + right)


@inner()
def _rest(a: float, r: float, k: float, s: float) -> float:
    """Return a convex function above the sum of the terms after the exposure ``a``."""
    z, q = (a / k) ** s, r**s
    first = z * q / (1.0 - q)
    if s < RISING:
        return float(first)
    return float(first - (z * q) ** 2 / (1.0 - q * q) + (z * q) ** 3 / (1.0 - q**3))


@inner()
def _put_line(lines: Lines, i: int, low: float, high: float, k: float, s: float) -> None:
    """Fill the line of one term for exposures in [low, high]."""
    lines.touch[i], lines.height[i], lines.steep[i] = -1.0, 0.0, 0.0
    turn = k * ((s - 1.0) / (s + 1.0)) ** (1.0 / s)
    if low >= turn or low >= high:
        return
    base = hill.response(low, k, s) if low > 0.0 else 0.0
    touch = k * (s - 1.0) ** (1.0 / s)  # from zero; from further up the curve it is nearer
    if high <= turn or _ahead(high, low, base, k, s) >= 0.0:
        lines.touch[i] = np.inf
        touch = high
    else:
        if low > 0.0:
            touch = _touching(low, base, turn, min(high, touch), k, s)
        lines.touch[i] = touch
    steep = (hill.response(touch, k, s) - base) / (touch - low)
    lines.steep[i] = steep
    lines.height[i] = base - steep * low


@inner()
def _ahead(a: float, low: float, base: float, k: float, s: float) -> float:
    """Return by how much the tangent at ``a``, drawn back to ``low``, passes below the curve there."""
    return float(hill.slope(a, k, s) * (a - low) - (hill.response(a, k, s) - base))


@inner()
def _touching(low: float, base: float, left: float, right: float, k: float, s: float) -> float:
    """Return where a line from ``low`` touches the curve, in [left, right], by safeguarded Newton steps."""
    a = right
    for _ in range(NEWTON_STEPS):
        share, slope = hill.response(a, k, s), hill.slope(a, k, s)
        ahead = slope * (a - low) - (share - base)
        if ahead > 0.0:
            left = a
        else:
            right = a
        curvature = slope * (s * (1.0 - 2.0 * share) - 1.0) / a
        closer = a - ahead / (curvature * (a - low))
        if not left <= closer <= right:
            closer = 0.5 * (left + right)
        if abs(closer - a) <= CLOSE * a:
            return closer
        a = closer
    return a
