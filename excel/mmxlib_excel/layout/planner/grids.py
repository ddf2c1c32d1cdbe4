"""Rectangles of cells that formulas refer to, counted from 0."""

from dataclasses import dataclass

from mmxlib_excel.editing.addresses import Address


@dataclass(frozen=True, slots=True)
class Grid:
    """So many rows and columns of a sheet, from the cell in ``row`` and ``column`` (from 1) on."""

    sheet: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1

    def cell(self, row: int = 0, column: int = 0) -> str:
        """Return a cell as formulas of the same sheet name it."""
        return str(Address(self.row + row, self.column + column))

    def away(self, row: int = 0, column: int = 0) -> str:
        """Return a cell as formulas of other sheets name it."""
        return f"{self.sheet}!{self.cell(row, column)}"

    def fixed(self, row: int = 0, column: int = 0) -> str:
        """Return a cell as lists of choices name it from other sheets."""
        letters = self.cell(row, column).rstrip("0123456789")
        return f"{self.sheet}!${letters}${self.row + row}"

    def across(self, row: int = 0, first: int = 0, last: int | None = None) -> str:
        """Return cells of one row, from column ``first`` to ``last`` (included)."""
        end = self.columns - 1 if last is None else last
        return f"{self.cell(row, first)}:{self.cell(row, end)}"

    def down(self, column: int = 0, first: int = 0, last: int | None = None) -> str:
        """Return cells of one column, from row ``first`` to ``last`` (included)."""
        end = self.rows - 1 if last is None else last
        return f"{self.cell(first, column)}:{self.cell(end, column)}"

    def away_across(self, row: int = 0, first: int = 0, last: int | None = None) -> str:
        """Return cells of one row as formulas of other sheets name them."""
        return f"{self.sheet}!{self.across(row, first, last)}"

    def away_down(self, column: int = 0, first: int = 0, last: int | None = None) -> str:
        """Return cells of one column as formulas of other sheets name them."""
        return f"{self.sheet}!{self.down(column, first, last)}"

    def right_of(self, columns: int) -> "Grid":
        """Return as many rows directly to the right."""
        return Grid(self.sheet, self.row, self.column + self.columns, self.rows, columns)
