"""A workbook in memory: one look, text that stays text, and the same bytes for the same content."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from mmxlib.report import style
from mmxlib.report.columns import Column, Kind, column
from mmxlib.report.numbers import Measures, one_line

LONGEST_TEXT = 32_767
"""What an Excel cell holds."""

MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The creation date of every workbook: a clock would make two equal runs differ."""

LINE = 15.5
"""The height of one line in points."""

ROW = 20
"""The height of a row that nobody set, in pixels."""

WIDTHS: Mapping[Kind, float] = {
    Kind.TEXT: 18.0,
    Kind.SENTENCE: 60.0,
    Kind.DAY: 12.0,
    Kind.SHARE: 11.0,
    Kind.CHANGE: 11.0,
    Kind.CHANCE: 11.0,
    Kind.RATIO: 11.0,
    Kind.COUNT: 10.0,
    Kind.NUMBER: 12.0,
}
"""Columns' widths in characters; money and outcome follow their numbers."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where a table's numbers lie: sheet, first and last row, and the column of each name (from 0)."""

    sheet: str
    first: int
    last: int
    column_of: Mapping[str, int]

    def cells(self, name: str) -> list[str | int]:
        """Return a column's cells as charts want them."""
        at = self.column_of[name]
        return [self.sheet, self.first, at, self.last, at]


@dataclass(eq=False)
class Book:
    """A workbook while it is written. It holds XlsxWriter's state, hence it is no frozen value."""

    measures: Measures
    stream: io.BytesIO = field(init=False)
    workbook: Any = field(init=False)
    formats: dict[str, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        import xlsxwriter

        stream = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        }
        self.stream = stream
        self.workbook = xlsxwriter.Workbook(stream, options)
        self.workbook.set_properties({"title": "Marketing mix", "author": "mmxlib", "created": MADE})
        self.workbook.set_size(2400, 1500)

    def look(self, name: str, **properties: object) -> Any:
        """Return the cell format called ``name``, made on first use."""
        if name not in self.formats:
            shared = {"font_name": "Calibri", "font_size": 11, "font_color": style.INK, "valign": "top"}
            self.formats[name] = self.workbook.add_format({**shared, **properties})
        return self.formats[name]

    def number_format(self, kind: Kind) -> str:
        """Return Excel's number format of a kind of column."""
        return {
            Kind.MONEY: self.measures.excel_money(),
            Kind.OUTCOME: self.measures.excel_outcome(),
            Kind.EXPECTED: self.measures.excel_outcome(),
            Kind.SHARE: "0.0 %",
            Kind.CHANCE: '[>0.99]"over 99 %";[<0.01]"under 1 %";0 %',
            Kind.CHANGE: "+0.0 %;-0.0 %;0.0 %",
            Kind.RATIO: "0.00",
            Kind.COUNT: "#,##0",
            Kind.NUMBER: "[>=100]#,##0;[<=-100]-#,##0;0.000",
            Kind.DAY: "yyyy-mm-dd",
        }.get(kind, "@")

    def bytes(self) -> bytes:
        """Close the workbook and return it."""
        self.workbook.close()
        return self.stream.getvalue()


@dataclass(eq=False)
class Page:
    """A sheet while it is written: tables and words go below each other."""

    book: Book
    name: str
    sheet: Any = field(init=False)
    row: int = field(init=False, default=0)
    widths: dict[int, float] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.sheet = self.book.workbook.add_worksheet(self.name)
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(9)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.set_footer("&L&8&A&R&8Page &P of &N")

    def title(self, words: str, below: str = "") -> None:
        """Write the sheet's title and a line under it."""
        self.sheet.set_row(self.row, 24.0)
        self.text(words, self.book.look("title", bold=True, font_size=15))
        if below:
            self.text(below, self.book.look("below", font_color=style.MUTED))
        self.row += 1
        self.sheet.freeze_panes(1, 0)

    def heading(self, words: str) -> None:
        """Write a heading over what follows."""
        self.text(words, self.book.look("heading", bold=True, font_size=12))

    def text(self, words: str, look: Any = None) -> None:
        """Write words into the next row; they run over the empty cells beside them."""
        self.sheet.write_string(self.row, 0, clean(words), look or self.book.look("plain"))
        self.row += 1

    def paragraph(self, words: str, columns: int, look_name: str = "wrapped", **properties: object) -> None:
        """Write words over ``columns`` columns, as many lines high as they need."""
        look = self.book.look(look_name, text_wrap=True, **properties)
        room = sum(self.widths.get(at, 12.0) for at in range(columns))
        self.sheet.merge_range(self.row, 0, self.row, columns - 1, "", look)
        self.sheet.write_string(self.row, 0, clean(words), look)
        self.sheet.set_row(self.row, LINE * lines_of(words, room))
        self.row += 1

    def table(
        self,
        frame: pd.DataFrame,
        names: Sequence[str],
        *,
        freeze: bool = False,
        described: Mapping[str, Column] | None = None,
    ) -> Area:
        """Write columns of a frame as a table with a note on each heading; return where they lie."""
        kinds = [(described or {}).get(name) or column(name) for name in names]
        top = self.row
        for at, (name, kind) in enumerate(zip(names, kinds, strict=True)):
            self._column(top + 1, at, frame[name].tolist(), kind)
        self._heads(top, kinds)
        self._heights(top + 1, frame, names, kinds)
        self.row = top + 1 + len(frame)
        if freeze:
            self.sheet.freeze_panes(top + 1, 1)
            self.sheet.repeat_rows(top)
        area = Area(self.name, top + 1, self.row - 1, {name: at for at, name in enumerate(names)})
        self.row += 1
        return area

    def _heads(self, top: int, kinds: Sequence[Column]) -> None:
        shared = {"bold": True, "text_wrap": True, "bg_color": style.BAND, "bottom": 1, "valign": "vcenter"}
        for at, kind in enumerate(kinds):
            textual = kind.kind in (Kind.TEXT, Kind.SENTENCE)
            place = {"indent": int(at > 0), "align": "left"} if textual else {"align": "right"}
            look = self.book.look(f"head_{place}", bottom_color=style.MUTED, **shared, **place)
            self.sheet.write_string(top, at, clean(kind.label), look)
            note = {"x_scale": 1.6, "y_scale": 0.8, "author": ""}
            self.sheet.write_comment(top, at, clean(kind.note), note)
        # bold letters are wider, and words break where they end
        lines = [lines_of(kind.label, 0.95 * self.widths[at]) for at, kind in enumerate(kinds)]
        self.sheet.set_row(top, LINE * max(2, *lines))

    def _column(self, first: int, at: int, values: Sequence[object], kind: Column) -> None:
        wraps = kind.kind is Kind.SENTENCE
        indent = int(at > 0 and kind.kind in (Kind.TEXT, Kind.SENTENCE))
        look = self.book.look(
            f"cell_{kind.kind}_{indent}",
            num_format=self.book.number_format(kind.kind),
            text_wrap=wraps,
            bottom=4,
            bottom_color=style.GRID,
            **({"indent": indent, "align": "left"} if indent else {}),
        )
        longest = max(
            (self._cell(first + row, at, value, look) for row, value in enumerate(values)), default=0
        )
        wanted = WIDTHS.get(kind.kind, 14.0)
        if kind.kind is Kind.TEXT:
            wanted = min(max(len(kind.label) + 3.0, longest + 3.0, 9.0), 44.0)
        if wraps:
            wanted = min(wanted, max(longest + 3.0, 14.0))
        self.widen(at, max(wanted, self.widths.get(at, 0.0)))

    def _heights(
        self, first: int, frame: pd.DataFrame, names: Sequence[str], kinds: Sequence[Column]
    ) -> None:
        """Make rows as high as their sentences need: not every program does that by itself."""
        wrapped = [at for at, kind in enumerate(kinds) if kind.kind is Kind.SENTENCE]
        for row in range(len(frame)):
            lines = [lines_of(str(frame[names[at]].iloc[row]), self.widths[at]) for at in wrapped]
            if max(lines, default=1) > 1:
                self.sheet.set_row(first + row, LINE * max(lines))

    def _cell(self, row: int, at: int, value: object, look: Any) -> int:
        """Write one cell by its kind of value; return the characters that it takes."""
        if value is None or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
            self.sheet.write_blank(row, at, None, look)
            return 0
        if isinstance(value, bool | np.bool_):
            words = "yes" if value else ""
            self.sheet.write_string(row, at, words, look)
            return 3
        if isinstance(value, int | float | np.integer | np.floating):
            self.sheet.write_number(row, at, float(value), look)
            return 12
        if isinstance(value, datetime):
            self.sheet.write_datetime(row, at, pd.Timestamp(value).to_pydatetime(), look)
            return 10
        words = clean(str(value))
        self.sheet.write_string(row, at, words, look)
        return len(words)

    def widen(self, at: int, width: float) -> None:
        """Set a column's width in characters."""
        self.widths[at] = width
        self.sheet.set_column(at, at, width)

    def room_for(self, height: int) -> int:
        """Leave room for a chart of so many pixels; return the row where it begins.

        Charts stand above their tables: near the top of a sheet no printed page ends inside them, and a break
        before them would not be heeded by a sheet that is fitted to the paper's width.
        """
        top = self.row
        self.row += -(-height // ROW) + 1
        return top


def lines_of(words: str, width: float) -> int:
    """Return how many lines words take in a width of so many characters."""
    return max(1, math.ceil(len(words) * 0.96 / max(width - 1.0, 8.0)))


def clean(words: str) -> str:
    """Return a text as a cell can hold it: on one line, at most as long as Excel allows, valid in XML."""
    line = one_line(words).encode("utf-8", "backslashreplace").decode("utf-8")
    line = line.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    return line if len(line) <= LONGEST_TEXT else f"{line[: LONGEST_TEXT - 1]}…"
