"""Local searches with second derivatives, for many variables within linear limits: an interior point method.

A barrier keeps the variables, and a slack for every limited sum, inside their bounds; Newton steps of the
primal and dual equations follow the barrier's maximum while it is lowered. Second derivatives are made
concave first (by the caller), so that every step climbs, and a step is taken only as far as the barrier
function rises. Sums that are fixed hold from the start. The end is moved to the nearest point within the
limits, so that they hold to rounding.

References
----------
Wächter and Biegler (2006), On the implementation of an interior-point filter line-search algorithm for
large-scale nonlinear programming, Mathematical Programming 106(1), sections 2 and 3.5: equations 5, 13, 15,
16; the filter is not needed, since the constraints are linear and held.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.budgets.limits import Limits, nearest
from mmxlib.maths.budgets.linear_programs import LinearProgram, solved
from mmxlib.maths.budgets.local_search import Terrain
from mmxlib.maths.budgets.points import Point

STEPS = 150
"""Most steps of one search; concave problems take 15 to 40."""

DONE = 1e-11
"""The complementarity, in multiples of the size, at which a search ends: it bounds what is left to gain."""

PATIENCE, STILL = 8, 1e-9
"""Steps in turn without a gain of this multiple of the size after which a search ends as well: where a bend
changes within every step, as Hill's does close to nothing, steps can go back and forth."""

SHORT, RAISED = 0.02, 20.0
"""A share of a step that is too short, and by how much the barrier is raised after it."""

NEAR_START = 0.1
"""How far the start is moved toward the middle of the limits."""

NARROW = 1e-7
"""The share of its range by which every bound is relaxed where limits leave no inside."""

TO_BOUND = 0.995
"""The share of the way to the nearest bound that one step may take."""

RISE = 1e-4
"""The share of the rise promised by its slope that a step must bring."""

SNAP = 1e-4
"""A variable nearer to its bound than this share of its range is put on it where the bound holds it back."""

Curvature = Callable[[Point, float], Matrix]
"""Says how an objective bends at a point under a temperature: a positive semidefinite C (variable, variable),
so that a step d gains ``slope'd - d'Cd / 2``."""


@dataclass(frozen=True, eq=False)
class Inside:
    """Limits as a search sees them: free variables in units of ``unit``, then a slack for every limited sum.

    ``free``: (variable,), which variables are free. ``lower`` and ``upper``: (free + slack,). ``sums`` and
    ``level``: (sum, free + slack) and (sum,), what must hold, ``sums @ z = level``. ``middle``: a point
    inside. ``ranges``: the width of the free variables' bounds.
    """

    limits: Limits
    free: Array
    unit: float
    lower: Vector
    upper: Vector
    sums: Matrix
    level: Vector
    middle: Vector

    def spend(self, z: Vector) -> Vector:
        """Return the point (variable,) of ``z``, within the bounds of each variable."""
        limits = self.limits
        whole: Vector = limits.lower.copy()
        moved = z[: int(self.free.sum())] * self.unit
        whole[self.free] = np.clip(moved, limits.lower[self.free], limits.upper[self.free])
        return whole

    def z(self, spend: Vector) -> Vector:
        """Return free variables and slacks of ``spend``."""
        free = spend[self.free] / self.unit
        slack = self.sums[:, len(free) :]
        room = np.zeros(slack.shape[1])
        if len(room):
            reached = self.sums[:, : len(free)] @ free - self.level
            room = slack.T @ -reached  # each slack has a row of its own with weight -1
        return np.concatenate((free, room))


def inside_of(limits: Limits) -> Inside | None:
    """Return ``limits`` (feasible ones) as a search sees them, None where they leave no choice."""
    free = limits.upper - limits.lower > NARROW * limits.scale / len(limits.lower) * 1e-3
    if not free.any():
        return None
    unit = float((limits.upper - limits.lower)[free].mean())
    weights, fixed = limits.sums[:, free], limits.sums[:, ~free] @ limits.lower[~free]
    size = np.abs(weights).max(axis=1)
    ends = weights * limits.lower[free], weights * limits.upper[free]
    least, most = np.minimum(*ends).sum(axis=1) + fixed, np.maximum(*ends).sum(axis=1) + fixed
    kept = (size > 0.0) & ((limits.sum_lower > least) | (limits.sum_upper < most))
    scale = size[kept] * unit
    low, high = (limits.sum_lower - fixed)[kept] / scale, (limits.sum_upper - fixed)[kept] / scale
    rows = weights[kept] / size[kept][:, None]
    equal = high - low <= NARROW * np.maximum(np.abs(high), 1.0) * 1e-3
    slacks = np.zeros((len(rows), int((~equal).sum())))
    slacks[np.flatnonzero(~equal), np.arange(slacks.shape[1])] = -1.0
    lower = np.concatenate((limits.lower[free] / unit, low[~equal]))
    upper = np.concatenate((limits.upper[free] / unit, high[~equal]))
    sums, level = np.hstack((rows, slacks)), np.where(equal, 0.5 * (low + high), 0.0)
    middle, margin = _middle(lower, upper, sums, level)
    if margin < NARROW:
        width = np.where(np.isfinite(upper - lower), upper - lower, 1.0)
        lower, upper = lower - NARROW * width, upper + NARROW * width
    return Inside(limits, free, unit, lower, upper, sums, level, middle)


def _middle(lower: Vector, upper: Vector, sums: Matrix, level: Vector) -> tuple[Vector, float]:
    """Return a point that keeps the largest share of each range between it and the bounds, and that share."""
    count = len(lower)
    base = np.where(np.isfinite(lower), lower, upper)
    width = np.where(np.isfinite(upper - lower), upper - lower, 1.0)
    toward = np.where(np.isfinite(lower), 1.0, -1.0)  # a slack without a lower bound runs down from its upper
    # z = base + toward * width * (share + w), w >= 0 and, between two bounds, w + 2 share <= 1
    both = np.isfinite(upper) & np.isfinite(lower)
    steps = sums * (toward * width)
    caps = np.hstack((np.eye(count)[both], np.full((int(both.sum()), 1), 2.0)))
    answer = solved(
        LinearProgram(
            cost=np.concatenate((np.zeros(count), [-1.0])),
            lower=np.zeros(count + 1),
            upper=np.concatenate((np.full(count, np.inf), [0.5])),
            rows=np.vstack((np.hstack((steps, steps.sum(axis=1, keepdims=True))), caps)),
            row_lower=np.concatenate((level - sums @ base, np.full(len(caps), -np.inf))),
            row_upper=np.concatenate((level - sums @ base, np.ones(len(caps)))),
        )
    )
    assert answer is not None, "the limits are feasible"
    share = float(answer.x[-1])
    return base + toward * width * (answer.x[:-1] + share), share


def interior_climb(terrain: Terrain, inside: Inside | None, curvature: Curvature, start: Vector) -> Point:
    """Return the end of one local search from ``start`` (variable,), a feasible point."""
    if inside is None:
        return terrain.point(start)
    z = inside.z(start)
    z += NEAR_START * (inside.middle - z)
    state = _Climb(terrain, inside, curvature)
    return terrain.point(nearest(inside.limits, state.end(z)))


@dataclass(frozen=True, eq=False)
class _State:
    """A point inside with its multipliers: of the lower and upper bounds and of the sums."""

    z: Vector
    low: Vector
    high: Vector
    sums: Vector


class _Climb:
    """One search; it keeps what all its steps share."""

    def __init__(self, terrain: Terrain, inside: Inside, curvature: Curvature) -> None:
        self.terrain, self.inside, self.curvature = terrain, inside, curvature
        self.free = int(inside.free.sum())
        self.below = np.isfinite(inside.lower)
        self.above = np.isfinite(inside.upper)

    def rooms(self, z: Vector) -> tuple[Vector, Vector]:
        """Return how far ``z`` is from its bounds, infinite where there is none."""
        return z - self.inside.lower, self.inside.upper - z

    def point(self, z: Vector, temperature: float) -> Point:
        """Return the point at ``z``."""
        return self.terrain.evaluate(self.inside.spend(z), temperature)

    def downhill(self, point: Point) -> Vector:
        """Return the slope of the loss, in multiples of the size, by free variables and slacks."""
        slope = np.zeros(len(self.inside.lower))
        gain = point.slope[self.inside.free] - self.terrain.price
        slope[: self.free] = -gain * self.inside.unit / self.terrain.size
        return slope

    def loss(self, z: Vector, point: Point, barrier: float) -> float:
        """Return what is minimized, the barrier included."""
        low, high = self.rooms(z)
        walls = np.log(low[self.below]).sum() + np.log(high[self.above]).sum()
        return -point.smooth / self.terrain.size - barrier * float(walls)

    def end(self, z: Vector) -> Vector:
        """Return where the search from ``z`` ends, (variable,)."""
        first, last = self.terrain.temperatures[0], self.terrain.temperatures[-1]
        point = self.point(z, first)
        low, high = self.rooms(z)
        slope = np.abs(self.downhill(point))[: self.free]
        barrier = 0.1 * float(np.mean(slope * np.minimum(low, high)[: self.free])) + DONE / len(z)
        start = barrier
        state = _State(z, barrier / low, barrier / high, np.zeros(len(self.inside.level)))
        share = 1.0
        temperature, still, best = first, 0, -np.inf
        for _ in range(STEPS):
            cooled = min(max(first * np.sqrt(barrier / start), last), temperature)
            if cooled != temperature:
                temperature = cooled
                point = self.point(state.z, temperature)
            if temperature == last and (self.left(state, point) <= DONE or still == PATIENCE):
                break
            each = self.products(state)
            # after a short step the barrier rises, to move away from the walls that stopped it
            keep = 0.1 if share > 0.9 else (0.3 if share > 0.5 else (0.8 if share > SHORT else RAISED))
            barrier = max(keep * float(each.mean()), 0.01 * DONE / len(each))
            moved = self.step(state, point, barrier=barrier, temperature=temperature)
            if moved is None:
                break
            state, point, share = moved
            better = temperature > last or point.smooth > best + STILL * self.terrain.size
            best, still = (point.smooth, 0) if better else (best, still + 1)
        return self.snapped(state)

    def left(self, state: _State, point: Point) -> float:
        """Return about what is left to gain, in multiples of the size."""
        apart = self.downhill(point) + self.inside.sums.T @ state.sums - state.low + state.high
        width = np.where(self.below & self.above, self.inside.upper - self.inside.lower, 1.0)
        return float(self.products(state).sum() + np.abs(apart) @ width)

    def products(self, state: _State) -> Vector:
        """Return each bound's multiplier times the room it leaves: zero in the end."""
        low, high = self.rooms(state.z)
        below, above = self.below, self.above
        return np.concatenate((low[below] * state.low[below], high[above] * state.high[above]))

    def direction(
        self, state: _State, point: Point, *, barrier: float, temperature: float
    ) -> tuple[Vector, Vector]:
        """Return the Newton step of the variables and of the sums' multipliers."""
        from scipy.linalg import cho_factor, cho_solve

        low, high = self.rooms(state.z)
        sums = self.inside.sums
        matrix = np.diag(state.low / low + state.high / high)
        bend = self.curvature(point, temperature)[np.ix_(self.inside.free, self.inside.free)]
        matrix[: self.free, : self.free] += bend * (self.inside.unit**2 / self.terrain.size)
        against = -(self.downhill(point) + sums.T @ state.sums - barrier / low + barrier / high)
        solution = cho_solve(cho_factor(matrix), np.column_stack((sums.T, against)))
        missing = sums @ state.z - self.inside.level
        by_sums, plain = solution[:, :-1], solution[:, -1]
        change = np.asarray(
            np.linalg.lstsq(sums @ by_sums, sums @ plain + missing, rcond=1e-13)[0], dtype=np.float64
        )
        return plain - by_sums @ change, change

    def step(
        self, state: _State, point: Point, *, barrier: float, temperature: float
    ) -> tuple[_State, Point, float] | None:
        """Return the next state, its point and the share of the step taken, None where none is higher."""
        ahead, change = self.direction(state, point, barrier=barrier, temperature=temperature)
        low, high = self.rooms(state.z)
        by_low = barrier / low - state.low - state.low / low * ahead
        by_high = barrier / high - state.high + state.high / high * ahead
        most = min(_most(low, ahead), _most(high, -ahead))
        along = float((self.downhill(point) - barrier / low + barrier / high) @ ahead)
        before, share = self.loss(state.z, point, barrier), most
        rounding = 1e-13 * (1.0 + abs(before))
        for _ in range(30):
            z = state.z + share * ahead
            moved = self.point(z, temperature)
            if self.loss(z, moved, barrier) <= before + RISE * share * min(along, 0.0) + rounding:
                break
            share *= 0.5
        else:
            return None
        dual = min(
            _most(state.low[self.below], by_low[self.below]),
            _most(state.high[self.above], by_high[self.above]),
        )
        following = _State(
            z,
            np.where(self.below, state.low + dual * by_low, 0.0),
            np.where(self.above, state.high + dual * by_high, 0.0),
            state.sums + share * change,
        )
        return following, moved, share

    def snapped(self, state: _State) -> Vector:
        """Return the point with the variables that a bound holds back put on it."""
        low, high = self.rooms(state.z)
        width = self.inside.upper - self.inside.lower
        on_low = (low < SNAP * width) & (state.low > low)
        on_high = (high < SNAP * width) & (state.high > high)
        z = np.where(on_low, self.inside.lower, np.where(on_high, self.inside.upper, state.z))
        return self.inside.spend(z)


def _most(room: Vector, step: Vector) -> float:
    """Return the largest share of ``step`` (at most 1) that keeps `TO_BOUND` of the way to zero."""
    falling = step < 0.0
    return float(min(1.0, (TO_BOUND * room[falling] / -step[falling]).min(initial=1.0)))
