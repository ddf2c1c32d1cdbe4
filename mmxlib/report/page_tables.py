"""Tables as pages show them, in HTML and in Markdown: the words of each cell, and what it is sorted by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from mmxlib.report.columns import Column, Kind, column
from mmxlib.report.numbers import (
    NOT_KNOWN,
    Measures,
    between,
    chance,
    compact,
    day,
    one_line,
    percent,
    ratio,
    signed_percent,
)

TEXTUAL = (Kind.TEXT, Kind.SENTENCE)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table's cell shows, what it is sorted by, whether it is a number, and the range under it."""

    words: str
    order: str
    numeric: bool
    below: str = ""


@dataclass(frozen=True, eq=False)
class PageTable:
    """A table of a page: a heading, sentences under it, its columns and its rows.

    ``ranges`` names the lower and the upper end of a column, which are shown under its numbers;
    ``described`` the columns whose names say nothing.
    """

    heading: str
    frame: pd.DataFrame
    names: Sequence[str]
    said: Sequence[str] = ()
    ranges: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    described: Mapping[str, Column] = field(default_factory=dict)

    def kind(self, name: str) -> Column:
        """Return what is known of a column."""
        return self.described.get(name) or column(name)


def heads_of(table: PageTable) -> list[tuple[str, str, bool]]:
    """Return each column's label and note, and whether it holds numbers."""
    kinds = [table.kind(name) for name in table.names]
    return [(kind.label, kind.note, kind.kind not in TEXTUAL) for kind in kinds]


def rows_of_table(table: PageTable, measures: Measures) -> list[list[Cell]]:
    """Return the cells of every row."""
    columns = [_cells(table, name, measures) for name in table.names]
    return [list(cells) for cells in zip(*columns, strict=True)]


def _cells(table: PageTable, name: str, measures: Measures) -> list[Cell]:
    kind = table.kind(name).kind
    cells = [_cell(value, kind, measures) for value in table.frame[name].tolist()]
    ends = table.ranges.get(name)
    if ends is None or not set(ends) <= set(table.frame.columns):
        return cells
    form = _forms(measures)[kind]
    lower, upper = (table.frame[end].to_numpy(float).tolist() for end in ends)
    return [
        Cell(cell.words, cell.order, cell.numeric, _range(low, high, form))
        for cell, low, high in zip(cells, lower, upper, strict=True)
    ]


def _range(lower: float, upper: float, form: Callable[[float], str]) -> str:
    """Return a range in words; one that is not known, or has no width, is not shown."""
    if lower == upper:
        return ""
    words = between(lower, upper, form)
    return "" if NOT_KNOWN in words else words


def _forms(measures: Measures) -> Mapping[Kind, Callable[[float], str]]:
    return {
        Kind.MONEY: measures.money,
        Kind.OUTCOME: measures.outcome,
        Kind.EXPECTED: measures.finer_outcome,
        Kind.SHARE: percent,
        Kind.CHANCE: chance,
        Kind.CHANGE: signed_percent,
        Kind.RATIO: ratio,
        Kind.COUNT: lambda each: f"{each:,.0f}",
        Kind.NUMBER: compact,
    }


def _cell(value: object, kind: Kind, measures: Measures) -> Cell:
    if kind in TEXTUAL or value is None or value is pd.NaT:
        words = "" if value is None or value is pd.NaT else one_line(str(value))
        return Cell(words, words, False)
    if kind is Kind.DAY:
        moment = pd.Timestamp(str(value))
        return Cell(day(moment.date()), moment.date().isoformat(), True)
    number = float(str(value))
    if number != number:
        return Cell("", "", True)
    return Cell(_forms(measures)[kind](number), repr(number), True)
