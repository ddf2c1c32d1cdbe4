"""The one builder of bad inputs: a clean table of three segments and 110 weeks, changed, then written."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

UNITS = ("East", "North", "West")
WEEKS = 110
FIRST = date(2023, 1, 2)
HEADER = ("date", "sub_category", "sales", "tv_spend", "search_spend")
DATE, UNIT, SALES, TV, SEARCH = range(5)
Rows = list[list[object]]


@dataclass(frozen=True)
class Sheet:
    """The cells of one table, the header first, typed as a workbook types them."""

    rows: Rows
    name: str = "Sales"
    paint: Callable[[Workbook], None] | None = field(default=None)

    def map(self, column: int, change: Callable[[object], object], *, only: Sequence[int] = ()) -> "Sheet":
        """Return the sheet with a column changed in all data rows, or in those of ``only`` (from 1)."""
        rows = [list(row) for row in self.rows]
        for index in only or range(1, len(rows)):
            rows[index][column] = change(rows[index][column])
        return replace(self, rows=rows)

    def cell(self, row: int, column: int, value: object) -> "Sheet":
        return self.map(column, lambda _: value, only=[row])

    def insert(self, at: int, *rows: Sequence[object]) -> "Sheet":
        width = len(self.rows[0])
        padded = [[*row, *[None] * (width - len(row))] for row in rows]
        return replace(self, rows=[*self.rows[:at], *padded, *self.rows[at:]])

    def append(self, *rows: Sequence[object]) -> "Sheet":
        return self.insert(len(self.rows), *rows)

    def without(self, *rows: int) -> "Sheet":
        return replace(self, rows=[row for index, row in enumerate(self.rows) if index not in rows])

    def rename(self, column: int, name: object) -> "Sheet":
        return self.cell(0, column, name)

    def column(self, name: object, values: Callable[[int], object]) -> "Sheet":
        rows = [[*row, name if index == 0 else values(index)] for index, row in enumerate(self.rows)]
        return replace(self, rows=rows)

    def painted(self, paint: Callable[[Workbook], None]) -> "Sheet":
        return replace(self, paint=paint)


def clean() -> Sheet:
    rows: Rows = [list(HEADER)]
    for index, unit in enumerate(UNITS):
        for week in range(WEEKS):
            day = FIRST + timedelta(days=7 * week)
            sales = 12_000.5 + 1_000 * index + 37 * week + (week * 7919) % 450
            tv = 1_200.25 + 100 * index + (week * 613) % 900
            search = 2_300.75 + 50 * index + (week * 337 + 11 * index) % 700
            rows.append([day, unit, sales, tv, search])
    return Sheet(rows)


def as_text(cell: object) -> str:
    return "" if cell is None else str(cell)


def csv_bytes(sheet: Sheet, *, separator: str = ",", encoding: str = "utf-8") -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator="\n")
    writer.writerows([[as_text(cell) for cell in row] for row in sheet.rows])
    return stream.getvalue().encode(encoding)


def xlsx_bytes(sheet: Sheet) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet.name
    for number, row in enumerate(sheet.rows, start=1):
        for position, value in enumerate(row, start=1):
            if value is not None:
                page.cell(number, position, value)  # type: ignore[arg-type]  # any cell's value
    if sheet.paint is not None:
        sheet.paint(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet_bytes(sheet: Sheet) -> bytes:
    stream = io.BytesIO()
    frame = pd.DataFrame(sheet.rows[1:], columns=[str(name) for name in sheet.rows[0]])
    for name in frame.columns:
        if len({type(value) for value in frame[name].dropna()}) > 1:
            frame[name] = [None if value is None else str(value) for value in frame[name]]
    frame.to_parquet(stream)
    return stream.getvalue()


def packed(**entries: bytes) -> bytes:
    """Return a zip archive of these entries."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return stream.getvalue()


WRITERS: dict[str, Callable[[Sheet], bytes]] = {
    "csv": csv_bytes,
    "xlsx": xlsx_bytes,
    "parquet": parquet_bytes,
}


def long_media(sheet: Sheet) -> tuple[Sheet, Sheet]:
    """Return sales and media apart, the media in a row per channel."""
    sales = replace(sheet, rows=[row[:3] for row in sheet.rows])
    rows: Rows = [["date", "sub_category", "channel", "spend"]]
    for column, channel in ((TV, "tv"), (SEARCH, "search")):
        rows += [[row[DATE], row[UNIT], channel, row[column]] for row in sheet.rows[1:]]
    return sales, replace(sheet, rows=rows, name="Media")


def write(folder: Path, sheet: Sheet, kind: str) -> Path:
    path = folder / f"sales.{kind}"
    path.write_bytes(WRITERS[kind](sheet))
    return path
