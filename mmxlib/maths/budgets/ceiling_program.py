"""Programs over channels' ceilings: sums of one piecewise linear function per channel within linear limits.

A channel's range is cut into pieces, on each of which the least concave majorant of its ceiling stands for
it: with one piece per channel the program is linear; with more, a binary says which piece counts. A point is
a mixture of a piece's vertices, so that whatever is linear in spend and outcome is linear in the mixture.

The bounds hold for certain, whatever the solver's tolerances. Of a linear program the multipliers alone are
taken: any of them give ``sum over channels of the best vertex + what the rows allow``, which nothing exceeds.
Of a program with binaries the solver's own bound is taken, plus `MARGIN`.

References
----------
Vielma (2015), Mixed integer linear programming formulation techniques, SIAM Review 57(1), section 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.budgets.linear_programs import LinearProgram, solved
from mmxlib.maths.budgets.majorant import Ceiling, upper_hull

NODES = 2000
"""Most nodes of one branch and bound; the bound holds wherever it stops."""

SHARPER = 100.0
"""By what the gains are multiplied for the solver, so that its tolerances are a smaller share of them."""

MARGIN = 1e-6
"""What is added to the solver's bound per channel and row: ten times what it lets a reduced cost be wrong."""


@dataclass(frozen=True, eq=False)
class CeilingProgram:
    """Maximize the sum of the vertices' gains, mixed within each channel, with limits on their sums.

    Vertices of all pieces are in one row: ``channel`` and ``piece`` (vertex,) say whose they are, pieces
    counted over all channels; ``x`` (vertex,) is their spend and ``gain`` their worth. ``rows``: (row,
    vertex), whose mixed sums lie from ``row_lower`` to ``row_upper``. All numbers are of order one.
    """

    channel: Array
    piece: Array
    x: Vector
    gain: Vector
    rows: Matrix
    row_lower: Vector
    row_upper: Vector

    @property
    def one_piece(self) -> bool:
        """Whether every channel has one piece, so that the program is linear."""
        return bool(self.piece[-1] == self.channel[-1])


@dataclass(frozen=True, eq=False)
class ProgramBound:
    """What no point of a program exceeds, and where the solver found it: each channel's spend, (channel,)."""

    value: float
    x: Vector


@dataclass(frozen=True, eq=False)
class Vertices:
    """The vertices of all pieces: channel, piece, spend and outcome, each (vertex,)."""

    channel: Array
    piece: Array
    x: Vector
    y: Vector


def pieces_of(ceilings: Sequence[Ceiling], breaks: Sequence[Vector]) -> Vertices:
    """Return the vertices of the majorants between ``breaks``, for each channel its ascending knots.

    The first and the last are the bounds of the channel's spend.
    """
    channel, piece, x, y = [], [], [], []
    count = 0
    for c, (each, cuts) in enumerate(zip(ceilings, breaks, strict=True)):
        ends = 2 * np.searchsorted(each.x[0::2], cuts)
        for first, last in pairwise(ends) if len(ends) > 1 else [(ends[0], ends[0])]:
            kept = upper_hull(each.x, each.y, int(first), int(last))
            channel.append(np.full(len(kept), c))
            piece.append(np.full(len(kept), count))
            x.append(each.x[kept])
            y.append(each.y[kept])
            count += 1
    return Vertices(np.concatenate(channel), np.concatenate(piece), np.concatenate(x), np.concatenate(y))


def linear_bound(program: CeilingProgram) -> ProgramBound:
    """Return the bound without binaries."""
    channels, count = int(program.channel[-1]) + 1, len(program.x)
    member, ones = _membership(program.channel), np.ones(channels)
    answer = solved(
        LinearProgram(
            cost=-program.gain,
            lower=np.zeros(count),
            upper=np.full(count, np.inf),
            rows=np.vstack((member, program.rows)),
            row_lower=np.concatenate((ones, program.row_lower)),
            row_upper=np.concatenate((ones, program.row_upper)),
        )
    )
    price = np.zeros(len(program.rows)) if answer is None else -answer.row_price[channels:]
    allowed = np.where(price > 0.0, program.row_upper, program.row_lower)
    price, allowed = np.where(np.isfinite(allowed), (price, allowed), 0.0)
    reduced = program.gain - price @ program.rows
    best = np.full(channels, -np.inf)
    np.maximum.at(best, program.channel, reduced)
    mixture = (reduced == best[program.channel]).astype(np.float64) if answer is None else answer.x
    x = (member @ (program.x * mixture)) / (member @ mixture)
    return ProgramBound(float(best.sum() + price @ allowed), x)


def integer_bound(program: CeilingProgram, precision: float) -> ProgramBound | None:
    """Return the bound with one piece per channel, or None where the solver found no point.

    The solver stops where its best point is within ``precision`` of its bound, relatively.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csc_array

    pieces, channels = int(program.piece[-1]) + 1, int(program.channel[-1]) + 1
    count = len(program.x)
    owner = np.zeros(pieces, dtype=np.int64)
    owner[program.piece] = program.channel
    mixed = np.hstack((_membership(program.piece), -np.eye(pieces)))
    chosen = np.hstack((np.zeros((channels, count)), _membership(owner)))
    limited = np.hstack((program.rows, np.zeros((len(program.rows), pieces))))
    ones = np.ones(channels)
    answer = milp(
        np.concatenate((-SHARPER * program.gain, np.zeros(pieces))),
        integrality=np.concatenate((np.zeros(count), np.ones(pieces))),
        bounds=Bounds(0.0, 1.0),
        constraints=LinearConstraint(
            csc_array(np.vstack((mixed, chosen, limited))),
            np.concatenate((np.zeros(pieces), ones, program.row_lower)),
            np.concatenate((np.zeros(pieces), ones, program.row_upper)),
        ),
        options={"node_limit": NODES, "mip_rel_gap": precision},
    )
    if answer.x is None or answer.mip_dual_bound is None or not np.isfinite(answer.mip_dual_bound):
        return None
    margin = MARGIN * (channels + len(program.rows))
    x = _membership(program.channel) @ (program.x * answer.x[:count])
    return ProgramBound((margin - float(answer.mip_dual_bound)) / SHARPER, x)


def _membership(group: Array) -> Matrix:
    """Return ones where a member (column) belongs to a group (row)."""
    return np.asarray(np.arange(int(group[-1]) + 1)[:, None] == group[None, :], dtype=np.float64)
