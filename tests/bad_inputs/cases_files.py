"""Bad inputs of section A: the file itself, its encoding and its size."""

from collections.abc import Callable
from typing import Any

from openpyxl import Workbook

from mmxlib.data.sheets import SHEET_ROWS
from tests.bad_inputs import build
from tests.bad_inputs.build import UNIT, Sheet, clean
from tests.bad_inputs.case import ALL, CSV, OK, XLSX, A, Case, P, R


def accented() -> Sheet:
    return clean().map(UNIT, lambda unit: "Café" if unit == "East" else unit)


def damaged() -> Sheet:
    return accented().map(UNIT, lambda unit: str(unit).encode("utf-8").decode("cp1252"))


def damaged_column() -> Sheet:
    return clean().rename(build.TV, "cafÃ©_spend")


def mended_column() -> Sheet:
    return clean().rename(build.TV, "café_spend")


def to_the_last_row(book: Workbook) -> None:
    """Move the last row of data to the last row that a sheet has."""
    page: Any = book.worksheets[0]
    last = len(clean().rows)
    for column in range(1, len(build.HEADER) + 1):
        page.cell(SHEET_ROWS, column, page.cell(last, column).value)
        page.cell(last, column).value = None


def full() -> Sheet:
    return clean().painted(to_the_last_row)


def named(unit: str, encoding: str) -> Callable[[], bytes]:
    """Return the clean table with East under another name, as bytes in an encoding."""
    return lambda: build.csv_bytes(called(unit)(), encoding=encoding)


def called(unit: str) -> Callable[[], Sheet]:
    return lambda: clean().map(UNIT, lambda name: unit if name == "East" else name)


def encoded(unit: str, encoding: str) -> Case:
    number = f"A11 {encoding}"
    return Case(
        number, OK, named(unit, encoding), kinds=(CSV,), like=called(unit), settings=(("encoding", encoding),)
    )


CASES = (
    Case("A13", A, damaged, ("CafÃ©", "1 of", "was Café", "data.damaged_names", "row [12]|cell B2"), ALL),
    Case(
        "A13 answered", P, damaged, ("CafÃ©", "Café", "damaged"), ALL,
        like=accented, settings=(("damaged_names", "mend"),),
    ),
    Case("A13 kept", OK, damaged, kinds=ALL, like=damaged, settings=(("damaged_names", "keep"),)),
    Case("A13 column", A, damaged_column, ("cafÃ©_spend", "data.damaged_names"), ALL),
    Case(
        "A13 column answered", P, damaged_column, ("column D", "café_spend"), ALL,
        like=mended_column, settings=(("damaged_names", "mend"),),
    ),
    Case("A24", A, full, ("exactly full \\(1,048,576 rows\\)", "data.full_sheets"), (XLSX,)),
    Case("A24 answered", P, full, ("exactly full",), (XLSX,), settings=(("full_sheets", "use"),)),
    encoded("Łódź", "cp1250"),
    encoded("Çé", "mac_roman"),
    encoded("Ñé", "latin-1"),
    encoded("Straße €", "cp1252"),
    encoded("東京", "cp932"),
    encoded("東京", "shift_jis"),
    encoded("北京", "gb18030"),
    encoded("Ñé東京", "utf-8"),
    encoded("Ñé東京", "utf-16"),
    encoded("Москва", "cp1251"),
    Case(
        "A11 wrong", R, named("Łódź", "cp1250"), ("not in utf-8, as data.encoding", "row 2\\b"), (CSV,),
        settings=(("encoding", "utf-8"),),
    ),
)  # fmt: skip
