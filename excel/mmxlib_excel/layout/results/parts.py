"""What the result sheets are built of: columns as the reports describe them, blocks below each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmxlib.report import style
from mmxlib.report.columns import Kind
from mmxlib.report.columns import column as described
from mmxlib.report.dictionary import meaning_in
from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.layout.spec import Block, Chart, Column, Field, Series

UNITS = 12
CHANNELS = 30
PERIODS = 520
PLAN_PERIODS = 26
LARGEST = 7
"""The channels that get a series of their own in charts of many."""

_LINE_WIDTH = 116.0
"""The width in characters that a line of a sentence takes: letters are narrower than digits."""

TWO_LINES = 31.0
"""The height of a row of sentences in points."""

FIRST_CHART = "A5"
FIRST_TABLE = 24
"""The row of the first title below charts in one row."""
STATE_CELL = "B3"


@dataclass(frozen=True, slots=True)
class Part:
    """A block before it has its place: its name, title, columns and room."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: int
    own_headings: bool = False
    row_height: float | None = None
    printed: bool = True


def shown(name: str, kind: Kind | None = None, label: str = "", note: str = "", *, file: str = "") -> Column:
    """Return a column as the reports call it; what is given besides says more than they do.

    ``file`` names the report's table in which the column's name means something of its own.
    """
    known = described(name)
    return Column(
        name,
        label or known.label,
        kind or known.kind,
        note or (meaning_in(file, name) if file else known.note),
    )


def run_over(name: str, label: str = "", note: str = "", *, reach: float = _LINE_WIDTH) -> Column:
    """Return a last column whose sentences run on over the empty cells beside them, ``reach`` characters."""
    known = described(name)
    return Column(name, label or known.label, Kind.TEXT, note or known.note, width=14.0, reach=reach)


def below(sheet: str, row: int, *parts: Part, column: int = 1) -> tuple[Block, ...]:
    """Return the parts as blocks below each other; ``row`` is that of the first title."""
    blocks = []
    for part in parts:
        head = str(Address(row + 1, column))
        blocks.append(
            Block(
                part.name,
                sheet,
                head,
                part.columns,
                part.rows,
                own_headings=part.own_headings,
                title=part.title,
                row_height=part.row_height,
                printed=part.printed,
            )
        )
        row = row + part.rows + 3
    return tuple(blocks)


def after(block: Block) -> int:
    """Return the row of the next title below a block."""
    return block.body().last.row + 2


def widths_of(widths: Sequence[float]) -> dict[str, float]:
    """Return the widths of the columns from A on, by letter."""
    return {str(Address(1, at)).removesuffix("1"): width for at, width in enumerate(widths, start=1)}


def fixed(block: Block, column: str) -> str:
    """Return a column's cells as formulas on other rows and sheets refer to them."""
    area = block.body(column)
    letters = str(Address(1, area.first.column)).removesuffix("1")
    return f"{block.sheet}!${letters}${area.first.row}:${letters}${area.last.row}"


def state(sheet: str, words: str) -> Field:
    """Return the cell that says what a sheet shows, or what to do to fill it."""
    name = f"mmx_{sheet.lower()}_state"
    return Field(name, sheet, STATE_CELL, "State", Kind.TEXT, note="What this sheet shows.", value=words)


def notes(sheet: str, rows: int = 24) -> Part:
    """Return the part with what a step has noted, doubts first; a sentence takes as many rows as lines."""
    columns = (
        Column("kind", "Kind", Kind.TEXT, "note: explains a choice; doubt: to be kept in mind."),
        run_over("text", "Note", "In the words of the step."),
    )
    return Part(f"mmx_{sheet.lower()}_notes", "What to know", columns, rows)


def line(
    block: Block, values: str, color: str, *, by: str = "date", width: float = 2.0, dash: str = "solid"
) -> Series:
    """Return a line without markers."""
    look = {"line": {"color": color, "width": width, "dash_type": dash}, "marker": {"type": "none"}}
    return Series(block.name, values, by, color, more=look)


def dots(
    block: Block, values: str, color: str, *, by: str = "date", shape: str = "circle", size: int = 7
) -> Series:
    """Return markers without a line."""
    marker = {
        "type": shape, "size": size, "fill": {"color": color}, "border": {"color": color},
    }  # fmt: skip
    return Series(block.name, values, by, color, more={"line": {"none": True}, "marker": marker})


def filled_area(block: Block, values: str, color: str, *, by: str = "date", label: str = "") -> Series:
    """Return an area without a border."""
    return Series(block.name, values, by, color, label, {"fill": {"color": color}, "border": {"none": True}})


def unseen(block: Block, values: str, *, by: str = "date") -> Series:
    """Return an area or bar that only lifts what is stacked upon it."""
    return Series(
        block.name, values, by, style.PAPER, more={"fill": {"none": True}, "border": {"none": True}}
    )


def bars(block: Block, values: str, color: str, *, by: str, gap: int = 60) -> Series:
    """Return bars or columns."""
    return Series(
        block.name, values, by, color, more={"fill": {"color": color}, "border": {"none": True}, "gap": gap}
    )


def ends(block: Block, lower: str, upper: str, *, by: str) -> tuple[Series, Series]:
    """Return the ends of ranges as short dashes: error bars would not follow the cells."""
    low, high = (dots(block, each, style.INK, by=by, shape="long_dash", size=9) for each in (lower, upper))
    return low, high


def dates() -> dict[str, object]:
    """Return the options of an axis of periods."""
    step = {"major_unit": 6, "major_unit_type": "months"}
    return {"date_axis": True, "num_format": "mmm yyyy", "label_position": "low", **step}


THOUSANDS: Mapping[str, object] = {"num_format": '[>=1000000]#,##0.0,," M";[<=-1000000]-#,##0.0,," M";#,##0'}
"""An axis of large numbers."""


def chart(
    cell: str,
    shape: str,
    title: str,
    series: Sequence[Series],
    description: str,
    **more: object,
) -> Chart:
    """Return a chart that is as wide as half a printed page unless said otherwise."""
    return Chart(cell, shape, title, tuple(series), description, **more)  # type: ignore[arg-type]  # options
