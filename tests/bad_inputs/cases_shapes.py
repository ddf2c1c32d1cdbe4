"""Bad inputs of sections B and C: the shape of a sheet and the names of columns."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.relationship import Relationship
from openpyxl.workbook.external_link.external import ExternalBook, ExternalLink

from tests.bad_inputs import build
from tests.bad_inputs.build import SALES, TV, Sheet, clean
from tests.bad_inputs.case import ALL, FLAT, OK, XLSX, A, Case, P, R
from tests.bad_inputs.cases import filtered

CHANNELS = ("channels", {"search": {"spend": "search_spend"}, "tv": {"spend": "tv_spend"}})
RAIN = ("controls", ["rain"])


def two_headers() -> Sheet:
    """Return channels above their measures."""
    sheet = clean().rename(TV, "spend").rename(build.SEARCH, "spend")
    return sheet.insert(0, [None, None, None, "tv", "search"])


def merged_headers() -> Sheet:
    """Return the same with the names of the first columns merged over both rows."""
    sheet = clean().rename(TV, "spend").rename(build.SEARCH, "spend")
    names = [*build.HEADER[:3], "tv", "search"]
    sheet = sheet.map(0, lambda _: None, only=[0]).map(1, lambda _: None, only=[0]).insert(0, names)
    return sheet.map(SALES, lambda _: None, only=[1]).painted(merge_names)


def merge_names(book: Workbook) -> None:
    for column in "ABC":
        book.worksheets[0].merge_cells(f"{column}1:{column}2")


def stacked() -> Sheet:
    return clean().append(
        [], ["Managers"], ["region", "manager", "staff"], ["East", "Ana", 12], ["West", "Bo", 9]
    )


def below_another() -> Sheet:
    return clean().insert(0, ["region", "staff"], ["East", 12], ["West", 9], [])


def beside(weeks: int) -> Sheet:
    """Return the clean table and, behind an empty column, another one of fewer weeks."""
    sheet = clean().column(None, lambda _: None)
    rows = clean().rows
    sheet = sheet.column("date", lambda row: rows[row][0] if row <= weeks else None)
    return sheet.column("visits", lambda row: row if row <= weeks else None)


def with_a_gap() -> Sheet:
    sheet = clean().column(None, lambda _: None)
    return sheet.column("visits", lambda row: row if row < 9 else None).column("note", lambda _: None)


def raining(*failed: int, value: object = "#N/A") -> Callable[[], Sheet]:
    """Return the clean table with a control that shows an error, or another value, in some rows."""
    return lambda: clean().column("rain", lambda row: value if row in failed else float(row % 7))


def before(*failed: int) -> Callable[[], Sheet]:
    """Return the control with the value of the row before, in each row that failed."""
    return lambda: clean().column("rain", lambda row: float((row - 1 if row in failed else row) % 7))


def linked_book() -> bytes:
    """Return a workbook in which two cells come from another one, with their stored values."""
    book = Workbook()
    page: Any = book.worksheets[0]
    page.title = "Sales"
    for row in clean().rows:
        page.append(row)
    link = ExternalLink(externalBook=ExternalBook())
    link.file_link = Relationship(
        type="externalLinkPath", Target="file:///C:/plans/the%20plan.xlsx", TargetMode="External"
    )
    book._external_links.append(link)  # type: ignore[attr-defined]  # openpyxl has no other way in
    stream = io.BytesIO()
    book.save(stream)
    return with_formulas(stream.getvalue(), {"D2": "[1]Plan!A1", "D3": "[1]Plan!A2*1"})


def with_formulas(content: bytes, formulas: dict[str, str]) -> bytes:
    """Return a workbook whose cells keep their values and have formulas, as Excel stores them."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(stream, "w") as package:
        for name in book.namelist():
            part = book.read(name)
            if name == "xl/worksheets/sheet1.xml":
                for cell, formula in formulas.items():
                    start = f'<c r="{cell}" t="n"><v>'.encode()
                    assert start in part
                    part = part.replace(start, f'<c r="{cell}"><f>{formula}</f><v>'.encode())
            package.writestr(name, part)
    return stream.getvalue()


def again(name: str, change: Callable[[Any], object] = lambda value: value) -> Callable[[], Sheet]:
    """Return the clean table with a second column of TV's name."""
    return lambda: clean().column(name, lambda row: change(clean().rows[row][TV]))


def all_media() -> Sheet:
    rows = clean().rows
    return clean().column("all_spend", lambda row: rows[row][TV] + rows[row][build.SEARCH])  # type: ignore[operator]


def spaced() -> Sheet:
    return clean().column(None, lambda _: None).column("note", lambda row: f"n{row}")


CASES = (
    Case("B4", A, two_headers, ("rows 1 and 2", '"tv / spend"', "data.two_header_rows")),
    Case("B4 merged", A, merged_headers, ("rows 1 and 2", '"tv / spend"'), (XLSX,)),
    Case("B4 answered", P, two_headers, ("joined",), settings=(("two_header_rows", "join"),)),
    Case(
        "B4 merged answered", P, merged_headers, ("joined", "merged"), (XLSX,),
        settings=(("two_header_rows", "join"),),
    ),
    Case("B14", A, stacked, ("2 tables: A1:E331, A334:C336", "data.several_tables")),
    Case("B14 answered", P, stacked, ("A334:C336", "left out"), settings=(("several_tables", "first"),)),
    Case("B14 above", A, below_another, ("2 tables: A1:B3, A5:E335",)),
    Case(
        "B14 above answered", P, below_another, ("A1:B3", "left out"), settings=(("several_tables", "last"),)
    ),
    Case("B14 beside", A, lambda: beside(40), ("2 tables: A1:E331, G1:H41",)),
    Case(
        "B14 beside answered", P, lambda: beside(40), ("G1:H41", "left out"),
        settings=(("several_tables", "first"),),
    ),
    Case("B14 alike", A, lambda: beside(330), ("2 tables: A1:E331, G1:H331",)),
    Case("B14 one", A, with_a_gap, ("2 tables", "one where they belong together")),
    Case("B14 one answered", P, with_a_gap, ("empty column",), settings=(("several_tables", "one"),)),
    Case("B11 answered", OK, all_media, kinds=ALL, settings=(CHANNELS,)),
    Case(
        "C6 answered", OK, lambda: clean().rename(0, "Woche").rename(SALES, "Umsatz"), kinds=ALL,
        settings=(("columns", {"date": "Woche", "sales": "Umsatz"}),),
    ),
    Case("B20 answered", P, lambda: clean().painted(filtered), ("hidden rows",), (XLSX,),
         settings=(("hidden_rows", "use"),)),
    Case("B18 spend", R, lambda: clean().cell(3, TV, "#REF!"), ("#REF!", "row [34]|cell D4"), ALL),
    Case(
        "B18 control", A, raining(5), ("control shows #N/A", "row [56]|cell F6", "data.error_cells"), ALL,
        settings=(RAIN,),
    ),
    Case(
        "B18 control answered", P, raining(5, 8), ("previous value", "row [56]|cell F6"), ALL,
        like=before(5, 8), settings=(RAIN, ("error_cells", "previous")),
    ),
    Case(
        "B18 control zero", P, raining(5, 111), ("zero value",), ALL,
        like=raining(5, 111, value=0.0), settings=(RAIN, ("error_cells", "zero")),
    ),
    Case("B18 price", A, lambda: clean().column("price", lambda row: "#N/A" if row == 2 else 2 + row % 5),
         ("control shows #N/A", "data.error_cells"), ALL),
    Case("B19", P, linked_book, ("another workbook \\(the plan.xlsx\\)", "cell D2"), (XLSX,)),
    Case("C1 equal", A, again("TV spend"), ("same values", "D and F", "data.repeated_columns"), ALL),
    Case("C1 two", R, again("TV spend", lambda value: value + 1), ("same name", "D and F"), ALL),
    Case(
        "C1 equal answered", P, again("TV spend"), ("column F", "left out"), ALL,
        settings=(("repeated_columns", "first"),),
    ),
    Case("C2 between", P, spaced, ("column F", "empty column without a name")),
    Case("C2 values", R, lambda: clean().column(None, lambda row: row).column("note", str),
         ("Column F has values but no name",), FLAT),
)  # fmt: skip
