"""The outcome, the volume and the price, from the columns of sales."""

from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.note import amount
from mmxlib.data.amounts import ask_about_share
from mmxlib.data.columns import needed_column, role_column
from mmxlib.data.findings import Findings
from mmxlib.data.grid import Grid, column_values, refuse_where
from mmxlib.data.roles import DataSettings
from mmxlib.data.tables import Table
from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.terms import OutcomeKind


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the sales files say of each unit and week, shape (unit, period).

    ``volume`` are units sold, ``price`` the mean price; None where the files do not know them.
    """

    values: Matrix
    volume: Matrix | None
    price: Matrix | None
    revenue_per_unit: float | None


def outcome_of(grid: Grid, settings: DataSettings, findings: Findings) -> Outcome:
    """Return outcome, volume and price; blanks, prices not above 0 and missing columns are faults."""
    counts_units = settings.outcome_kind is OutcomeKind.UNITS
    sales = _column(grid, "sales", settings, findings, needed=not counts_units)
    units = _column(grid, "units", settings, findings, needed=counts_units)
    price = _column(grid, "price", settings, findings, needed=False)
    if price is not None:
        refuse_where(
            grid, price <= 0.0, "The price is not above 0.", findings,
            code="MMX-D030", remedy="Correct the price; for a week without sales, repeat the last one.",
        )  # fmt: skip
    for word, values in (("sales", sales), ("units", units)):
        _review_negative(grid, word, values, findings)
    money = None if sales is None else grid.totals(sales)
    volume = None if units is None else grid.totals(units)
    values = volume if counts_units else money
    _refuse_constant(grid, volume if counts_units else money, findings)
    worth = settings.revenue_per_unit
    if counts_units and worth is None and money is not None and volume is not None and volume.sum() > 0.0:
        worth = float(money.sum() / volume.sum())
        findings.tell(f"One unit is worth {amount(worth)} of money: all sales divided by all units.")
    return Outcome(
        values=np.zeros(grid.count.shape) if values is None else values,
        volume=volume,
        price=_price(grid, price, units, money, volume, findings),
        revenue_per_unit=worth,
    )


def _column(
    grid: Grid, role: str, settings: DataSettings, findings: Findings, *, needed: bool
) -> Vector | None:
    def column_of(table: Table) -> str | None:
        return role_column(table, role, settings)

    values = column_values(
        grid, column_of, findings, remedy="Fill the cell (0 if nothing was sold), or leave the column out."
    )
    column = column_of(grid.rows[0].table)
    if values is not None and column is not None and role != "price":
        ask_about_share(grid.rows[0].table, column, values, settings, findings)
    if values is None and needed:
        needed_column(grid.rows[0].table, role, settings, findings)
    return values


def _price(
    grid: Grid,
    price: Vector | None,
    units: Vector | None,
    money: Matrix | None,
    volume: Matrix | None,
    findings: Findings,
) -> Matrix | None:
    """Return the given price, weighted by units where several rows make a week, or sales / units."""
    if price is not None:
        if units is None or np.all(grid.count <= 1.0):
            return grid.means(price)
        weight = np.maximum(units, 0.0)
        sold = grid.totals(weight)
        weighted = grid.totals(price * weight) / np.where(sold > 0.0, sold, 1.0)
        return np.where(sold > 0.0, weighted, grid.means(price))
    if money is None or volume is None:
        return None
    known = (volume > 0.0) & (money > 0.0)
    if not np.any(known, axis=1).all():
        findings.review("A sub-category never sold a unit, so no price could be derived.")
        return None
    unknown = int(np.sum(~known))
    if unknown:
        findings.review(
            f"The price of {unknown:,} weeks without sales is unknown; the last known one was used."
        )
    return _carried(money / np.where(known, volume, 1.0), known)


def _carried(values: Matrix, known: Array) -> Matrix:
    """Return the values with the last known one where there is none (at the start, the first known one)."""
    periods = np.arange(values.shape[1])
    last = np.maximum.accumulate(np.where(known, periods, -1), axis=1)
    source = np.where(last >= 0, last, np.argmax(known, axis=1)[:, None])
    return np.take_along_axis(values, source, axis=1)


def _refuse_constant(grid: Grid, values: Matrix | None, findings: Findings) -> None:
    """Add a fault for each unit whose outcome is the same in every week."""
    if values is None or values.shape[1] < 2 or findings.rejected:
        return
    constant = np.flatnonzero(np.all(values == values[:, :1], axis=1))
    where = grid.rows[0].table.place()
    findings.reject_each(
        "MMX-D163",
        (
            (
                where,
                f'The sales of "{grid.units[int(unit)]}" never change: they are {values[unit, 0]:,.6g}.',
            )
            for unit in constant
        ),
        total=len(constant),
        remedy="Give its sales as they were, or leave it out.",
    )


def _review_negative(grid: Grid, word: str, values: Vector | None, findings: Findings) -> None:
    negative = np.flatnonzero(np.zeros(0) if values is None else values < 0.0)
    if len(negative):
        findings.review(
            f"{len(negative):,} rows have {word} below 0 (the first: {grid.placed.place(int(negative[0]))}); "
            "they were taken as returns and kept."
        )
