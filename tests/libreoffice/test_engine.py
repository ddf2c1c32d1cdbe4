"""xlwings on LibreOffice does what xlwings on Excel does."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.libreoffice.calls import OfficeError
from tests.libreoffice.engine.refusals import BUSY
from tests.libreoffice.macro_books import plan_book
from tests.libreoffice.office import Office
from tests.libreoffice.pressing import opened_book
from tests.libreoffice.with_xlwings import evaluated

Lines = Callable[[str], str]


@pytest.fixture(scope="module")
def found(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lines]:
    """Return a way to run lines that use one ``book``, open for all tests, and see what they ``found``."""
    path = plan_book(tmp_path_factory.mktemp("books") / "plan.xlsm")
    with opened_book(office, path, add_in=False) as book:
        yield lambda lines: office.answer(evaluated, name=book.name, lines=lines)


START = "sheet = book.sheets['Start']\n"


AS_FROM_EXCEL = {
    "1.25": "1.25",
    "3": "3.0",
    "True": "True",
    "None": "None",
    "'plain'": "'plain'",
    "float('nan')": "None",
    "dt.datetime(2025, 1, 6, 13, 30)": "datetime.datetime(2025, 1, 6, 13, 30)",
    "dt.date(2025, 1, 6)": "datetime.datetime(2025, 1, 6, 0, 0)",
    # An apostrophe makes a text of anything ...
    '"\'=1+1"': "'=1+1'",
    '"\'2024"': "'2024'",
    '"\'1-2-2025"': "'1-2-2025'",
    # ... without it, a text that reads as something else becomes that.
    "'2024'": "2024.0",
    "'1-2-2025'": "datetime.datetime(2025, 1, 2, 0, 0)",
    "'2025-01-06'": "datetime.datetime(2025, 1, 6, 0, 0)",
    "'TRUE'": "True",
    "'=1+1'": "2.0",
    "'+1+1'": "2.0",
    "'-'": "'-'",
}


def test_a_value_comes_back_as_from_excel(found: Lines) -> None:
    lines = "found = []\n"
    for row, written in enumerate(AS_FROM_EXCEL, start=20):
        lines += f"sheet['F{row}'].value = {written}\nfound.append(repr(sheet['F{row}'].value))\n"
    read = ast.literal_eval(found(START + lines))
    assert dict(zip(AS_FROM_EXCEL, read, strict=True)) == AS_FROM_EXCEL


def test_a_block_is_written_and_read_at_once(found: Lines) -> None:
    lines = "sheet['F1'].value = [['a', 1.0, None], [\"'=x\", dt.datetime(2025, 1, 6), True]]\n"
    read = "[['a', 1.0, None], ['=x', datetime.datetime(2025, 1, 6, 0, 0), True]]"
    assert found(f"{START}{lines}found = sheet['F1:H2'].value") == read
    assert found(f"{START}found = sheet['F1'].expand().address") == "'$F$1:$G$2'"


def test_what_the_file_holds_is_read(found: Lines) -> None:
    lines = "found = sheet['B3:B5'].value, sheet['B5'].options(err_to_str=True).value, sheet['B4'].formula"
    assert found(f"{START}{lines}") == (
        "([datetime.datetime(2025, 1, 6, 0, 0), 0.3333333333333333, None], '#DIV/0!', '=1/3')"
    )


def test_sheets_and_names_are_found_by_name(found: Lines) -> None:
    lines = (
        "book.names['state'].refers_to_range.value = 'here'\n"
        "found = [s.name for s in book.sheets], sheet['state'].value, 'state' in book.names,"
        " 'other' in book.names, book.names['state'].refers_to, sheet['B2'].name.name"
    )
    assert (
        found(START + lines) == "(['Start', 'Our results'], 'here', True, False, \"='Start'!$B$2\", 'state')"
    )
    with pytest.raises(OfficeError, match="KeyError: 'Elsewhere'"):
        found("book.sheets['Elsewhere']")


def test_a_table_grows_and_keeps_its_headings(found: Lines) -> None:
    lines = (
        "table = sheet.tables['Spend']\n"
        "before = table.range.address\n"
        "table.resize(sheet['A10:B13'])\n"
        "found = before, table.range.address, table.header_row_range.value, table.data_body_range.address"
    )
    assert found(START + lines) == "('$A$10:$B$11', '$A$10:$B$13', ['channel', 'spend'], '$A$11:$B$13')"


def test_rows_and_columns_hide_and_show(found: Lines) -> None:
    lines = (
        "found = []\n"
        "for height in (0, 24):\n"
        "    sheet['3:4'].row_height = height\n"
        "    found.append(round(sheet['A3:A4'].row_height, 1))\n"
        "for width in (0, 20):\n"
        "    sheet['F:G'].column_width = width\n"
        "    found.append(round(sheet['F1:G1'].column_width, 1))\n"
        "found.append(sheet['A2:A3'].row_height)"
    )
    assert found(START + lines) == "[0.0, 24.0, 0.0, 20.0, None]"


def test_a_macro_is_run_by_its_name(found: Lines) -> None:
    assert found("found = book.macro('Ping')(), book.macro('Twice')(1.5)") == "('pong', 3)"


def test_formulas_follow_their_cells(found: Lines) -> None:
    lines = (
        "sheet['B1'].value = 4\nsheet['F1'].formula = '=B1*2'\n"
        "book.app.calculate()\nfound = sheet['F1'].value"
    )
    assert found(START + lines) == "8.0"


def test_a_protected_sheet_refuses_until_it_is_opened(found: Lines) -> None:
    with pytest.raises(OfficeError, match=r"com_error.*protected sheet Our results"):
        found("book.sheets['Our results']['A1'].value = 'x'")
    lines = (
        "sheet = book.sheets['Our results']\n"
        "sheet['A2'].value = 'open'\n"
        "sheet.api.Unprotect()\n"
        "sheet['A1'].value = 'x'\n"
        "sheet.api.Protect()\n"
        "found = sheet['A1:A2'].value, sheet.api.ProtectContents"
    )
    assert found(lines) == "(['x', 'open'], True)"


def test_a_saved_book_holds_what_was_written(found: Lines, tmp_path: Path) -> None:
    found(f"{START}sheet['F1'].value = 5\nbook.save({str(tmp_path / 'saved.xlsm')!r})")
    assert (tmp_path / "saved.xlsm").stat().st_size > 0


def test_a_busy_excel_refuses_every_call(office: Office, tmp_path: Path) -> None:
    marker = tmp_path / "busy"
    busy = Office(office.folder, office.pipe, {**office.environment, BUSY: str(marker)})
    lines = f"{START}found = sheet['A1'].value"
    with opened_book(office, plan_book(tmp_path / "other.xlsm"), add_in=False) as book:
        assert busy.answer(evaluated, name=book.name, lines=lines) == "'who'"
        marker.touch()
        with pytest.raises(OfficeError, match=r"com_error.*-2147418111.*rejected by callee"):
            busy.answer(evaluated, name=book.name, lines=lines)
