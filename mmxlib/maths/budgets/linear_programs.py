"""Linear programs over bounds and two-sided rows, solved to tighter tolerances than the solver's own.

References
----------
Huangfu and Hall (2018), Parallelizing the dual revised simplex method, Mathematical Programming Computation
10(1): the solver behind ``scipy.optimize.linprog``.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Matrix, Vector

TOLERANCE = 1e-10
"""By how much a row may be missed; the numbers of a program are of order one."""


@dataclass(frozen=True, eq=False)
class LinearProgram:
    """Minimize ``cost @ x`` for ``lower <= x <= upper`` and ``row_lower <= rows @ x <= row_upper``.

    ``cost``, ``lower`` and ``upper``: (variable,); ``rows``: (row, variable). Bounds may be infinite.
    """

    cost: Vector
    lower: Vector
    upper: Vector
    rows: Matrix
    row_lower: Vector
    row_upper: Vector


@dataclass(frozen=True, eq=False)
class LinearAnswer:
    """The best point, its cost, and what one unit more of each row would add to the cost, (row,)."""

    x: Vector
    cost: float
    row_price: Vector


def solved(program: LinearProgram) -> LinearAnswer | None:
    """Return the answer, or None where the program has no point (or no least cost)."""
    from scipy.optimize import linprog  # half a second to import

    equal = program.row_lower == program.row_upper
    most = np.isfinite(program.row_upper) & ~equal
    least = np.isfinite(program.row_lower) & ~equal
    answer = linprog(
        program.cost,
        A_ub=np.vstack((program.rows[most], -program.rows[least])),
        b_ub=np.concatenate((program.row_upper[most], -program.row_lower[least])),
        A_eq=program.rows[equal],
        b_eq=program.row_lower[equal],
        bounds=list(zip(program.lower.tolist(), program.upper.tolist(), strict=True)),
        method="highs-ds",
        options={"primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE},
    )
    if answer.status != 0 or answer.x is None or answer.fun is None:
        return None
    price = np.zeros(len(program.rows))
    price[equal] = answer.eqlin.marginals
    price[most] = answer.ineqlin.marginals[: most.sum()]
    price[least] -= answer.ineqlin.marginals[most.sum() :]
    return LinearAnswer(np.asarray(answer.x), float(answer.fun), price)
