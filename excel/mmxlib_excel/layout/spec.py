"""The parts of a sheet as values: areas of cells, single cells, formulas, charts, buttons, words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mmxlib.report.columns import Kind
from mmxlib_excel.editing.addresses import Address, Area


class Role(StrEnum):
    """What a sheet is for; results are protected without a password, hidden sheets carry formulas' parts."""

    START = "start"
    INPUT = "input"
    PLANNER = "planner"
    RESULT = "result"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a block: the name by which code knows it, its heading, what it holds and what it means.

    ``choices`` become a list validation; ``width`` is in characters, None leaves it to the kind. A ``fixed``
    column of an input block is there to be read, so that its cells are not marked as input. ``reach`` is the
    width, in characters, over which a last column's sentences run on over empty cells; 0: they do not.
    """

    name: str
    label: str
    kind: Kind
    note: str = ""
    width: float | None = None
    choices: tuple[str, ...] = ()
    fixed: bool = False
    reach: float = 0.0


@dataclass(frozen=True, slots=True)
class Block:
    """A table on a sheet: headings in one row, and room for ``rows`` rows below.

    ``name`` is that of the Excel Table or, where headings come with the values (``own_headings``: names of
    channels, say), of the named range. ``cell`` is the first heading's. ``title`` stands in the row above.
    ``choices_from`` gives a column's list of choices as a reference (``=Priors!$A$6:$A$35``), and
    ``cell_choices`` that of a single cell, by its row (from 0) and column. Rows without values are hidden in
    results, so that charts pass over them. What is not ``printed`` lies outside the printed area where it
    stands below or to the right of all that is.
    """

    name: str
    sheet: str
    cell: str
    columns: tuple[Column, ...]
    rows: int
    is_input: bool = False
    own_headings: bool = False
    title: str = ""
    row_height: float | None = None
    printed: bool = True
    choices_from: Mapping[str, str] = field(default_factory=dict)
    cell_choices: Mapping[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)

    @property
    def head(self) -> Address:
        """The first heading."""
        return Address.parse(self.cell)

    def position(self, column: str) -> int:
        """Return where a column stands in the block, from 0."""
        return [each.name for each in self.columns].index(column)

    def address(self, column: str, row: int) -> Address:
        """Return the cell of a column's value; rows are counted from 0."""
        return Address(self.head.row + 1 + row, self.head.column + self.position(column))

    def body(self, column: str | None = None) -> Area:
        """Return the cells of all values, or of one column's."""
        names = [each.name for each in self.columns] if column is None else [column]
        return Area(self.address(names[0], 0), self.address(names[-1], self.rows - 1))


@dataclass(frozen=True, slots=True)
class Field:
    """One named cell with its label in the cell to the left; ``value`` is what the template puts in.

    The words of a ``colored`` one, such as verdicts, have their colors.
    """

    name: str
    sheet: str
    cell: str
    label: str
    kind: Kind
    is_input: bool = False
    note: str = ""
    choices: tuple[str, ...] = ()
    choices_from: str = ""
    value: str | float | None = None
    colored: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell with a formula; ``value`` is shown where nothing recalculates (a preview)."""

    cell: str
    text: str
    kind: Kind
    value: str | float = 0.0
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Words in a cell, over so many columns; ``look`` is ``body``, ``heading``, ``note`` or ``label``."""

    cell: str
    words: str
    look: str = "body"
    over: int = 1


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: columns of a block; its label is the heading's cell unless words are given.

    ``color`` is one of the report's palette; ``more`` are further options of XlsxWriter's ``add_series``.
    """

    block: str
    values: str
    categories: str
    color: str
    label: str = ""
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart at a cell, ``width`` x ``height`` pixels, with the words that a screen reader says.

    ``left`` is how many pixels it begins to the right of the cell's edge, past other columns too.
    ``shape`` and ``subtype`` are XlsxWriter's; ``x``, ``y`` and ``more`` further options of its axes and
    chart; ``combined`` is a second chart on the same axes.
    """

    cell: str
    shape: str
    title: str
    series: tuple[Series, ...]
    description: str
    width: int = 760
    height: int = 360
    left: int = 0
    subtype: str = ""
    x: Mapping[str, object] = field(default_factory=dict)
    y: Mapping[str, object] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)
    combined: "Chart | None" = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button that runs a macro."""

    label: str
    macro: str
    cell: str
    width: int = 128
    height: int = 28
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its title in A1, what it is for below, and its parts.

    ``code_name`` is its name in macros. ``freeze`` is the first cell that scrolls. ``widths`` are columns'
    widths in characters by letters (``A`` or ``B:D``), where blocks do not say. ``hidden_rows`` are first and
    last rows (from 1) that are hidden until something is written there.
    """

    name: str
    code_name: str
    role: Role
    title: str
    about: str = ""
    blocks: tuple[Block, ...] = ()
    fields: tuple[Field, ...] = ()
    formulas: tuple[Formula, ...] = ()
    texts: tuple[Text, ...] = ()
    charts: tuple[Chart, ...] = ()
    buttons: tuple[Button, ...] = ()
    freeze: str = "A4"
    widths: Mapping[str, float] = field(default_factory=dict)
    landscape: bool = True
    hidden_rows: tuple[tuple[int, int], ...] = ()
