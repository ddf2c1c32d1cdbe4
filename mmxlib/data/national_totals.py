"""Rows that give the total of all others: whether the others add up to it."""

from collections.abc import Sequence

import numpy as np

from mmxlib.data.findings import Findings
from mmxlib.data.tables import Table
from mmxlib.maths.arrays import Array, Matrix

_APART = 0.01  # share of a total that rounding does not explain


def review_total(
    table: Table,
    totals: Sequence[int],
    values: Matrix,
    columns: Sequence[str],
    dates: Array,
    findings: Findings,
) -> None:
    """Add a doubt for each column whose rows do not add up to the rows called a total.

    Parameters
    ----------
    table
        The table with its totals.
    totals
        The indices of the rows called a total: one at the foot, or one for every date. Others are not
        compared.
    values
        The numbers, shape (row, column), NaN where there is none.
    columns
        The names of these columns.
    dates
        What tells the rows' dates apart, shape (row,).
    findings
        Where the doubts go.
    """
    is_total = np.zeros(len(table), dtype=bool)
    is_total[list(totals)] = True
    by_date = np.array_equal(np.unique(dates[is_total]), np.unique(dates[~is_total]))
    if len(totals) > 1 and not (by_date and len(totals) == len(np.unique(dates))):
        return
    for column, numbers in zip(columns, values.T, strict=True):
        total, parts = numbers[is_total].sum(), numbers[~is_total].sum()
        if np.isfinite(total + parts) and total > 0.0 and abs(parts / total - 1.0) > _APART:
            findings.review(
                f"{column}: the rows add up to {100.0 * parts / total:.1f} % of those called a total, the "
                f"first in {table.place(totals[0])}. Something is missing or counted twice: look whether "
                "every part is in the file once.",
                about=table.file,
            )
