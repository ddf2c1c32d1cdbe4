"""The 127 bad inputs as a table: number, what is done to the clean table, grade, and words of the message."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from openpyxl import Workbook

from tests.bad_inputs import build
from tests.bad_inputs.build import DATE, SALES, SEARCH, TV, UNIT, Sheet, clean
from tests.bad_inputs.case import ALL, CSV, OK, XLSX, A, Case, P, R, V

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
"""What an old workbook, or one with a password, begins with."""


def grouped(value: Any, thousands: str, decimal: str) -> str:
    return f"{value:,.2f}".translate(str.maketrans({",": thousands, ".": decimal}))


def on(column: int, change: Callable[[Any], object], *rows: int) -> Callable[[], Sheet]:
    return lambda: clean().map(column, change, only=rows)


def european() -> bytes:
    sheet = clean()
    for column in (SALES, TV, SEARCH):
        sheet = sheet.map(column, lambda value: grouped(value, ".", ","))
    return build.csv_bytes(sheet, separator=";")


def slashed(order: str) -> Callable[[], Sheet]:
    return lambda: clean().map(DATE, lambda day: day.strftime(order))  # type: ignore[attr-defined]


def last_weeks_only(day: Any) -> object:
    return day - timedelta(days=1) if day >= build.FIRST + timedelta(days=7 * 60) else day


def sundays() -> Sheet:
    return clean().map(DATE, lambda day: day + timedelta(days=6))  # type: ignore[operator]


def total(sheet: Sheet, times: float = 1.0) -> list[object]:
    sums = [times * sum(row[c] for row in sheet.rows[1:]) for c in (SALES, TV, SEARCH)]  # type: ignore[misc]
    return ["Total", None, *sums]


def with_total(times: float = 1.0) -> Callable[[], Sheet]:
    return lambda: clean().append(total(clean(), times))


def hide(kind: str) -> Callable[[Workbook], None]:
    def paint(book: Workbook) -> None:
        page: Any = book.worksheets[0]
        if kind == "rows":
            page.row_dimensions[5].hidden = True
        elif kind == "column":
            page.column_dimensions["D"].hidden = True
        else:
            book.create_sheet("Notes")
            page.sheet_state = "hidden"

    return paint


def filtered(book: Workbook) -> None:
    page: Any = book.worksheets[0]
    page.auto_filter.ref = "A1:E331"
    page.row_dimensions[9].hidden = True


def mac_dates(book: Workbook) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book.epoch = CALENDAR_MAC_1904


def merged_units(book: Workbook) -> None:
    page = book.worksheets[0]
    for index in range(len(build.UNITS)):
        top = 2 + index * build.WEEKS
        page.merge_cells(f"B{top}:B{top + build.WEEKS - 1}")


def formulas(book: Workbook) -> None:
    book.worksheets[0]["C2"] = "=1+1"


def cover_first(book: Workbook) -> None:
    book.create_sheet("Cover", 0)["A1"] = "Sales of our house"


def blank_rows(book: Workbook) -> None:
    from openpyxl.styles import Font

    for row in range(400, 410):
        book.worksheets[0].cell(row, 1).font = Font(bold=True)


def once_named(rows: Any) -> Any:
    seen: set[object] = set()
    kept = []
    for row in rows:
        kept.append([*row[:UNIT], None if row[UNIT] in seen else row[UNIT], *row[UNIT + 1 :]])
        seen.add(row[UNIT])
    return kept


def renamed_units(change: Callable[[str], str], every: int = 3) -> Callable[[], Sheet]:
    rows = range(1, 1 + len(build.UNITS) * build.WEEKS, every)
    return lambda: clean().map(UNIT, lambda unit: change(str(unit)), only=list(rows))


def accents(unit: str) -> str:
    return unit.replace("North", "Nörth")


def mixed_accents() -> Sheet:
    sheet = clean().map(UNIT, lambda unit: accents(str(unit)))
    return sheet.map(UNIT, lambda unit: unicodedata.normalize("NFD", str(unit)), only=[120, 121])


def iso_week(day: Any) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def wide_digits(value: Any) -> str:
    return str(value).translate({48 + digit: 0xFF10 + digit for digit in range(10)})


def thousands_or_decimals() -> Sheet:
    sheet = clean()
    for column in (SALES, TV, SEARCH):
        sheet = sheet.map(column, short)
    return sheet


def short(value: Any) -> str:
    return f"{value / 1000:.3f}"


FILES = (
    Case("A1", R, lambda: b"", ("empty", "Export it again"), kinds=(CSV,)),
    Case("A2", R, lambda: replace(clean(), rows=clean().rows[:1]), ("column names but no rows",)),
    Case("A3", P, lambda: build.csv_bytes(clean()), ("no workbook but text",), (XLSX,), "sales.xlsx"),
    Case("A4", R, lambda: b"<html><table><tr><td>1</td></tr></table>", ("web page",), (CSV,), "sales.xls"),
    Case("A5", R, lambda: COMPOUND, ("old Excel",), (CSV,), "sales.xls"),
    Case("A6", R, lambda: COMPOUND, ("password",), (XLSX,)),
    Case("A7", R, lambda: build.xlsx_bytes(clean())[:-2000], ("damaged|incomplete",), (XLSX,)),
    Case("A10", OK, lambda: build.csv_bytes(clean(), encoding="utf-8-sig"), kinds=(CSV,)),
    Case(
        "A11", P, lambda: build.csv_bytes(clean().column("note", lambda _: "Café"), encoding="cp1252"),
        ("Western European", "Café"), (CSV,),
    ),
    Case("A12", P, lambda: build.csv_bytes(clean(), encoding="utf-16"), ("UTF-16",), (CSV,)),
    Case("A14", R, lambda: build.csv_bytes(clean()).replace(b"East", b"Ea\0t", 1), ("row 2", "NUL"), (CSV,)),
    Case("A15", P, european, ("semicolon", "comma is the decimal", "12\\.000,50"), (CSV,)),
    Case("A16", P, lambda: build.csv_bytes(clean(), separator="\t"), ("tab",), (CSV,)),
    Case("A17", OK, lambda: b"sep=;\n" + build.csv_bytes(clean(), separator=";"), kinds=(CSV,)),
    Case("A18", R, lambda: build.csv_bytes(clean()) + b"1,2,3,4,5,6\n", ("row 332", "6 values"), (CSV,)),
    Case(
        "A19", R, lambda: re.sub(rb"(?m)^(2.*)$", rb"\1,9", build.csv_bytes(clean())),
        ("6 values", "5 columns"), (CSV,),
    ),
    Case(
        "A20", R, lambda: build.csv_bytes(clean()).replace(b"East", b'"East', 1),
        ("quotation mark",), (CSV,),
    ),
    Case("A21", OK, lambda: clean().column("note", lambda row: f"one\r\ntwo {row}"), kinds=ALL),
    Case(
        "A22", P, lambda: clean().insert(1, ["(week)", "(name)", "(EUR)", "(EUR)", "(EUR)"]), ("units",
        "row 2")
    ),
)  # fmt: skip

SHAPES = (
    Case("B1", P, lambda: replace(clean(), name="Data").painted(cover_first), ("only sheet",), (XLSX,)),
    Case("B2", P, lambda: clean().painted(hide("sheet")), ("sheet is hidden",), (XLSX,)),
    Case("B3", P, lambda: clean().insert(0, ["Our sales"], ["Made on Monday"]), ("title", "row 1")),
    Case("B5", P, lambda: clean().painted(merged_units), ("merged",), (XLSX,)),
    Case("B6", A, lambda: replace(clean(), rows=once_named(clean().rows)), ("fill_down",)),
    Case(
        "B6 answered",
        P,
        lambda: replace(clean(), rows=once_named(clean().rows)),
        ("repeats the name above",),
        settings=(("fill_down", True),),
    ),
    Case(
        "B7 answered",
        P,
        lambda: clean().painted(hide("rows")),
        ("hidden rows",),
        (XLSX,),
        settings=(("hidden_rows", "use"),),
    ),
    Case(
        "D15 answered",
        P,
        lambda: clean().append([*clean().rows[9][:2], 7, 7, 7]),
        ("the first of several",),
        ALL,
        settings=(("repeated_rows", "first"),),
    ),
    Case(
        "B10 answered",
        P,
        lambda: clean().insert(111, ["Subtotal East", None, 5, 5, 5]),
        ("called a total",),
        settings=(("total_rows", "leave_out"),),
    ),
    Case("D1 answered", P, slashed("%d/%m/%Y"), ("day, month",), settings=(("date_order", "day_first"),)),
    Case("B7", A, lambda: clean().painted(hide("rows")), ("hidden_rows", "1 rows are hidden"), (XLSX,)),
    Case("B8", P, lambda: clean().painted(hide("column")), ("column is hidden", "column D"), (XLSX,)),
    Case("B9", P, with_total(), ("row 332", "equals the sum")),
    Case("B9 not a sum", A, with_total(0.5), ("row 332", "total_rows")),
    Case(
        "B10", A, lambda: clean().insert(111, ["Subtotal East", None, 5, 5, 5]), ("subtotals", "total_rows")
    ),
    Case("B12", OK, lambda: clean().painted(blank_rows), kinds=(XLSX,)),
    Case("B13", P, lambda: clean().insert(50, [], [], []), ("empty rows", "rows 51 to 53")),
    Case("B15", P, lambda: clean().insert(60, list(build.HEADER)), ("repeated", "row 61")),
    Case("B16", P, lambda: clean().append(["* restated"], ["* in EUR"]), ("note below", "row 332")),
    Case("B17", R, lambda: clean().painted(formulas), ("no stored result", "cell C2"), (XLSX,)),
    Case("B18", R, lambda: clean().cell(1, SALES, "#DIV/0!"), ("#DIV/0!", "row 2|cell C2")),
)

COLUMNS = (
    Case("C1", R, lambda: clean().column("tv_spend", lambda _: 1), ("same name", "D and F")),
    Case("C2", R, lambda: clean().column("", lambda _: 1), ("Column F has values but no name",)),
    Case(
        "C3", P, lambda: clean().rename(SALES, "sales\xa0").rename(DATE, "\u200bdate"),
        ("invisible signs",),
    ),
    Case("C4", R, lambda: clean().column("\uff34\uff36_spend", lambda _: 1), ("same name",)),
    Case("C5", R, lambda: clean().rename(SALES, "salse"), ('Did you mean "salse"', "columns are")),
    Case(
        "C6", A, lambda: clean().rename(DATE, "Woche").rename(SALES, "Umsatz"),
        ("data.columns.date", "data.columns.sales|Woche"), ALL,
    ),
    Case("C9", OK, lambda: clean().column("=cmd|1", lambda _: "x"), kinds=(CSV,)),
    Case("C10", OK, lambda: clean().column("a/b:c*[?]" * 9, lambda _: "x"), kinds=ALL),
    Case("C11", OK, lambda: clean().column("index", lambda row: row), kinds=ALL),
)  # fmt: skip

DAYS = (
    Case("D1", P, slashed("%m/%d/%Y"), ("month, day, year",)),
    Case("D2", P, slashed("%d/%m/%Y"), ("day, month, year",)),
    Case("D2 points", P, slashed("%d.%m.%y"), ("two digits of a year",)),
    Case(
        "D3", P, lambda: clean().map(DATE, lambda day: (day - date(1899, 12, 30)).days, only=[1, 2, 3]),
         # type: ignore[operator]
        ("Excel's count of days",),
    ),
    Case("D6", P, slashed("%d/%m/%y"), ("two digits of a year",)),
    Case("D7", R, lambda: clean().cell(6, DATE, "2024-02-30"), ("2024-02-30", "row 7|cell A7")),
    Case("D8", R, lambda: clean().cell(6, DATE, "9999-12-31"), ("outside 1990 to 2100", "row 7|cell A7")),
    Case("D9", P, lambda: clean().map(DATE, iso_week), ("ISO weeks",)),
    Case(
        "D12", A, lambda: clean().map(DATE, last_weeks_only),
        ("Monday to", "on Sunday from", "align_weeks"), ALL,
    ),
    Case("D12 answered", P, sundays, ("weeks begin on monday",), ALL, settings=(("align_weeks", True),)),
    Case("D13", R, lambda: clean().without(20, 21, 22), ("no row for",), ALL),
    Case("D14", P, lambda: clean().append(clean().rows[9], clean().rows[10]), ("identical",), ALL),
    Case(
        "D15", A, lambda: clean().append([*clean().rows[9][:2], 7, 7, 7]),
        ("repeated_rows", "row 33[12]", "row (10|9)"), ALL,
    ),
    Case("D16", OK, lambda: replace(clean(), rows=[clean().rows[0], *clean().rows[:0:-1]]), kinds=ALL),
    Case(
        "D18", P, lambda: clean().map(DATE, lambda day: f"{day}T23:00Z"), ("time of day",),
    ),
)  # fmt: skip

NUMBERS = (
    Case("E1", P, on(SALES, lambda value: grouped(value, ",", ".")), ("thousands", "12,000.50")),
    Case("E1 pound", P, on(TV, lambda value: f"£{value:,.2f}"), ("currency", "£1,200.25")),
    Case("E1 spaces", P, on(TV, lambda value: grouped(value, "\u202f", ".")), ("thousands",)),
    Case("E1 quotes", P, on(TV, lambda value: grouped(value, "'", ".")), ("thousands",)),
    Case("E2", A, thousands_or_decimals, ("data.decimal", "12.001")),
    Case(
        "E4", P, lambda: clean().column("rain", lambda row: ("(500)", "5-", "\u22125")[row % 3]),
        ("brackets", "\\(500\\)", "-500"), equal=False, settings=(("controls", ["rain"]),),
    ),
    Case("E5", R, on(TV, lambda value: f"{value}%", 4), ("row 5|cell D5", "not a number")),
    Case("E7", R, lambda: clean().map(TV, lambda v: f"€{v}").cell(9, TV, "$5"), ("two currencies",)),
    Case("E9", R, on(TV, lambda _: "tbd", 4, 5), ("tbd", "row 5|cell D5")),
    Case(
        "E9 zero", P, on(TV, lambda _: "n/a", 4),
        ("read as missing",), equal=False, settings=(("missing_spend", "zero"),),
    ),
    Case("E10", A, on(TV, lambda _: None, 4), ("value is missing", "missing_spend: zero"), ALL),
    Case("E11", R, on(TV, lambda _: "1e999", 4), ("not a finite number", "row 5|cell D5")),
    Case("E12", P, on(TV, wide_digits), ("wide digits",)),
    Case("E12 other", R, on(TV, lambda _: "١٢٣", 4), ("not a number",)),
    Case("E13", V, on(SALES, lambda value: -value, 4), ("below 0",), ALL, equal=False),
    Case("E18", R, lambda: clean().column("price", lambda row: row % 9), ("price is not above 0",), ALL),
    Case("E20", P, on(TV, str), ("stored as text", "cell D2"), (XLSX,)),
    Case("E21", R, on(TV, lambda _: True, 4), ("not a number", "cell D5"), (XLSX,)),
)  # fmt: skip

NAMES = (
    Case("F2", P, renamed_units(lambda unit: f"{unit} "), ("differ by spaces",), ALL),
    Case("F2 case", P, renamed_units(str.upper), ("differ by spaces, case",), ALL),
    Case("F2 accents", P, mixed_accents, ("stored accents",), ALL, equal=False),
    Case("F8", R, renamed_units(lambda _: "x" * 10_000, 400), ("10,000 characters",), ALL),
    Case("F9", P, lambda: clean().map(UNIT, lambda unit: f"{unit}\t"), ("differ by",), (CSV,), equal=False),
)


def last_weeks(times: float) -> Sheet:
    ends = [build.WEEKS * (index + 1) for index in range(len(build.UNITS))]
    return clean().map(SALES, lambda value: value * times, only=ends)  # type: ignore[operator]


def promoted() -> Sheet:
    return clean().column("promotion", lambda row: f"{row % 9}%")


def addressed() -> Sheet:
    return clean().column("contact", lambda row: f"a{row}@b.com")


RAIN = (("controls", ["rain"]),)


def two_ways() -> Sheet:
    return clean().column("rain", lambda row: f"1{',.'[row % 2]}23{row % 10}")


def twice_read() -> Sheet:
    """Return two dates that are as far apart in either order of day and month."""
    kept = [row for row in clean().rows if row[DATE] in ("date", date(2023, 1, 2), date(2023, 1, 9))]
    days = {date(2023, 1, 2): "08/01/2023", date(2023, 1, 9): "01/08/2023"}
    return replace(clean(), rows=kept).map(DATE, lambda day: days[day])  # type: ignore[index]


def both(row: Any) -> object:
    return row[TV] + row[SEARCH]


def near_names() -> Sheet:
    sheet = clean().map(UNIT, lambda unit: "Coca-Cola" if unit == "East" else unit)
    return sheet.map(UNIT, lambda unit: "Coca Cola" if unit == "West" else unit)


def ninety_weeks() -> Sheet:
    weeks = range(build.WEEKS)
    return clean().without(
        *(1 + build.WEEKS * unit + week for unit in range(3) for week in weeks if week > 89)
    )


DOUBTS = (
    Case("D20", V, lambda: last_weeks(0.5), ("incomplete", "50 % below"), ALL, equal=False),
    Case("D21", V, ninety_weeks, ("90 periods", "fewer than 104"), ALL, equal=False),
    Case("E14", V, on(TV, lambda _: 5.0), ("tv never changes",), ALL, equal=False),
    Case(
        "E17", V, lambda: clean().column("tv_exposure", lambda row: 0 if row == 7 else 9 * row),
        ("tv has spend and no exposure", "2023-02-13"), ALL, equal=False,
    ),
    Case(
        "E19", V, on(SALES,
        lambda value: value * 100, 50), ('"East"', "neighbors are near"), ALL, equal=False,
    ),
    Case("F3", V, near_names, ("Coca Cola and Coca-Cola", "not joined"), ALL, equal=False),
)  # fmt: skip

MORE = (
    Case("E3", R, two_ways, ("mixes 1,23[0-9] and 1.23[0-9]",), settings=RAIN),
    Case("D1 asked", A, twice_read, ("can be", "data.date_order"), settings=(("fewest_weeks", 1),)),
    Case(
        "B11", A,
        lambda: clean().column("all_spend", lambda row: both(clean().rows[row])),
        ("equals the sum", "data.channels"), ALL,
    ),
    Case("B20", A, lambda: clean().painted(filtered), ("hidden_rows",), (XLSX,)),
    Case("D4", OK, lambda: clean().painted(mac_dates), kinds=(XLSX,)),
    Case("E5 rate", P, promoted, ("percent",), equal=False),
    Case("F11", V, addressed, ("e-mail", "not stored"), ALL),
)  # fmt: skip

CASES = (*MORE, *DOUBTS, *FILES, *SHAPES, *COLUMNS, *DAYS, *NUMBERS, *NAMES)
