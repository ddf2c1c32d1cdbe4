"""What became of every row that was read, and of the sums of sales and spend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Panel
from mmxlib.data.amounts import scaled
from mmxlib.data.choices import NegativeSpend
from mmxlib.data.columns import role_column
from mmxlib.data.findings import Findings
from mmxlib.data.grid import Grid
from mmxlib.data.media import Measure, MediaRecords, is_long, wide_columns
from mmxlib.data.number_texts import repaired_numbers
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.table_rows import NAMES_OF_COLUMNS
from mmxlib.data.tables import Table, with_cells
from mmxlib.data.values import numbers
from mmxlib.maths.arrays import Array, Vector

_OUTSIDE = "outside the weeks of sales"
_NEVER_RAN = "channels that never ran"
_MANY_COLUMNS = 100_000  # more columns than any file has: with it, row and column make one key


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """The sum of one column: as it was read, of what was left out, and of what is used.

    ``measure`` says what it counts: sales, units or spend.
    """

    column: str
    measure: str
    read: float
    left_out: float
    used: float


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the rows of one file or sheet.

    ``rows`` counts all that are not empty, the names of the columns, too; where columns were called by dates,
    a row for each of them. ``left_out`` counts rows by reason.
    """

    file: str
    sheet: str
    rows: int
    used: int
    left_out: Mapping[str, int]
    sums: tuple[ColumnSum, ...]

    @property
    def balanced(self) -> bool:
        """Whether every row that was read was used, or left out for a reason."""
        return self.rows == self.used + sum(self.left_out.values())


@dataclass(frozen=True, eq=False)
class Placing:
    """Which rows of a table are in the panel, and which lie outside its weeks, shape (row,)."""

    used: Array
    outside: Array


@dataclass(frozen=True, eq=False)
class Reading:
    """A panel with the tables it was made of, so that every row can be accounted for.

    ``read`` are the tables before, ``kept`` those after rows were left out, and ``placings`` where their rows
    are, all in the same order.
    """

    panel: Panel
    read: tuple[Table, ...]
    kept: tuple[Table, ...]
    placings: tuple[Placing, ...]
    settings: DataSettings
    findings: Findings

    def accounts(self) -> tuple[Account, ...]:
        """Return what became of the rows of each file or sheet."""
        return tuple(
            _account(before, after, placing, self.settings, self.findings)
            for before, after, placing in zip(self.read, self.kept, self.placings, strict=True)
        )


def placings(
    kept: Sequence[Table], grids: Sequence[Grid], records: Sequence[MediaRecords], panel: Panel
) -> tuple[Placing, ...]:
    """Return where the rows of each table are.

    The rows of events and experiments all are in the panel: each made one, or was a fault.
    """
    by_date = (FileRole.SALES, FileRole.MEDIA, FileRole.CONTROLS)
    used = {id(table): np.full(len(table), table.role not in by_date) for table in kept}
    outside = {id(table): np.zeros(len(table), dtype=bool) for table in kept}
    for grid in grids:
        for index, rows in enumerate(grid.rows):
            on_grid = grid.used[grid.placed.table == index]
            used[id(rows.table)] |= on_grid
            outside[id(rows.table)] |= ~on_grid
    calendar = grids[0].calendar
    for record in records:
        table, own = record.source.table, record.rows
        inside = calendar.holds(record.source.days[own])
        outside[id(table)][own] |= ~inside
        if record.channel in panel.channel_names:
            used[id(table)][own] |= inside
    return tuple(Placing(used[id(table)], outside[id(table)]) for table in kept)


def rows_table(found: Sequence[Account]) -> pd.DataFrame:
    """Return a row per file or sheet: how many rows below the names were read, used and left out, and why."""
    return pd.DataFrame(
        [_counts(each) for each in found], columns=["source", "rows", "used", "left_out", "why"]
    )


def _counts(account: Account) -> Mapping[str, object]:
    why = {reason: count for reason, count in account.left_out.items() if reason != NAMES_OF_COLUMNS}
    return {
        "source": f"{account.file}, sheet {account.sheet}" if account.sheet else account.file,
        "rows": account.used + sum(why.values()),
        "used": account.used,
        "left_out": sum(why.values()),
        "why": "; ".join(f"{reason}: {count:,}" for reason, count in why.items()),
    }


def sums_table(found: Sequence[Account]) -> pd.DataFrame:
    """Return a row per column of sales or spend: its sum as read, of the rows left out, and as used."""
    return pd.DataFrame(
        [
            {
                "source": f"{each.file}, sheet {each.sheet}" if each.sheet else each.file,
                "column": total.column,
                "measure": total.measure,
                "read": total.read,
                "left_out": total.left_out,
                "used": total.used,
            }
            for each in found
            for total in each.sums
        ],
        columns=["source", "column", "measure", "read", "left_out", "used"],
    )


def _account(
    before: Table, after: Table, placing: Placing, settings: DataSettings, findings: Findings
) -> Account:
    left_out = dict(findings.rows_left_out(before.file, before.sheet))
    unused = ~placing.used
    for reason, rows in ((_OUTSIDE, unused & placing.outside), (_NEVER_RAN, unused & ~placing.outside)):
        if rows.any():
            left_out[reason] = left_out.get(reason, 0) + int(rows.sum())
    return Account(
        file=before.file,
        sheet=before.sheet,
        rows=findings.rows_read(before.file, before.sheet, len(before)),
        used=int(placing.used.sum()),
        left_out=left_out,
        sums=tuple(
            _sum(name, measure, before, after, placing.used, settings)
            for name, measure in _summed(after, settings).items()
        ),
    )


def _summed(table: Table, settings: DataSettings) -> dict[str, str]:
    """Return the columns of sales, units and spend, each with what it counts."""
    roles = {FileRole.SALES: ("sales", "units"), FileRole.MEDIA: ("spend",)}.get(
        table.role or FileRole.EVENTS
    )
    if roles is None:
        return {}
    found = {role_column(table, role, settings): role for role in roles}
    if not is_long(table, settings):
        spends = (each.get(Measure.SPEND) for each in wide_columns(table, settings).values())
        found |= dict.fromkeys(spends, Measure.SPEND.value)
    return {name: measure for name, measure in found.items() if name is not None}


def _sum(
    name: str, measure: str, before: Table, after: Table, used: Array, settings: DataSettings
) -> ColumnSum:
    kept = _values(after, name)
    counted = kept[used]
    if settings.negative_spend is NegativeSpend.ZERO and measure == Measure.SPEND:
        counted = np.maximum(counted, 0.0)
    left_out = float(np.nansum(kept[~used]) + np.nansum(kept[used] - counted))
    read = float(np.nansum(kept))
    if len(before) > len(after):  # then the rows that went are read as those that stayed
        read_as = with_cells(before, repaired_numbers(before, [name], [], settings, Findings()))
        every = _values(with_cells(read_as, scaled(read_as, [name], settings, Findings())), name)
        left_out += float(np.nansum(every[~np.isin(_keys(before), _keys(after))]))
        read = float(np.nansum(every))
    return ColumnSum(name, measure, read, left_out, float(np.nansum(counted)))


def _values(table: Table, name: str) -> Vector:
    """Return a column as numbers, missing where there is none."""
    return numbers(table, name, Findings()).values


def _keys(table: Table) -> Array:
    """Return a number for each row that no other row of the file has."""
    keys: Array = table.rows.astype(np.int64) * _MANY_COLUMNS
    return keys if table.spread is None else keys + table.spread.positions
