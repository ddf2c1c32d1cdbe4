"""Values written into a user's workbook without Excel."""

import contextlib
import datetime
import io
import math
import re
import string

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mmxlib.errors import WorkbookError
from mmxlib_excel.editing.cell_values import LONGEST_TEXT, CellValue
from mmxlib_excel.editing.patching import Tile, patched
from tests.mmxlib_excel.editing.workbooks import parts, rich_workbook, with_parts

BOOK = rich_workbook()
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULA_LIKE = [
    f"{start}{rest}"
    for start in ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =")
    for rest in ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x.y","z")', "SUM(A1:A9)", "'=1", "<f>1</f>")
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(-1e300, 1e300, allow_nan=False),
    st.text(max_size=30),
    st.sampled_from(FORMULA_LIKE),
    st.dates(datetime.date(1900, 3, 1), datetime.date(9999, 12, 31)),
)
ROWS = st.lists(st.lists(VALUES, min_size=1, max_size=4).map(tuple), min_size=1, max_size=5).map(tuple)


def _patched(*tiles: Tile, content: bytes = BOOK) -> bytes:
    return patched(content, tiles, place="plan.xlsm").content


def _fault_of(*tiles: Tile, content: bytes = BOOK) -> WorkbookError:
    with pytest.raises(WorkbookError) as caught:
        _patched(*tiles, content=content)
    return caught.value


def _cells(content: bytes, part: str = SHEET) -> dict[str, etree._Element]:
    root = etree.fromstring(parts(content)[part])
    return {cell.get("r", ""): cell for cell in root.iter(f"{MAIN}c")}


def _read(cell: etree._Element | None) -> CellValue:
    """Return the value of a cell by the words of the format's specification."""
    if cell is None or len(cell) == 0:
        return None
    assert cell.find(f"{MAIN}f") is None
    text = "".join(cell.itertext())
    if cell.get("t") == "inlineStr":
        return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)
    return text == "1" if cell.get("t") == "b" else float(text)


def _expected(value: CellValue) -> CellValue:
    if isinstance(value, datetime.date):
        return float((value - datetime.date(1899, 12, 30)).days)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value


@settings(derandomize=True, deadline=None, max_examples=100)
@given(ROWS, st.integers(12, 40), st.sampled_from("ACGKZ"))
def test_every_value_comes_back_and_text_stays_text(
    rows: tuple[tuple[CellValue, ...], ...], row: int, column: str
) -> None:
    tile = Tile("Spend", f"{column}{row}", rows)
    cells = _cells(_patched(tile))
    for address, value in tile.cells():
        assert _read(cells.get(str(address))) == _expected(value)


def test_no_text_ever_becomes_a_formula() -> None:
    tile = Tile("Spend", "J1", tuple((text,) for text in FORMULA_LIKE))
    cells = _cells(_patched(tile))
    assert len(FORMULA_LIKE) >= 40
    assert [_read(cells[f"J{row}"]) for row in range(1, len(FORMULA_LIKE) + 1)] == FORMULA_LIKE


@settings(derandomize=True, deadline=None, max_examples=50)
@given(ROWS, st.integers(12, 40))
def test_every_other_part_stays_byte_for_byte(rows: tuple[tuple[CellValue, ...], ...], row: int) -> None:
    before, after = parts(BOOK), parts(_patched(Tile("Spend", f"A{row}", rows)))
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} <= {SHEET, "xl/workbook.xml"}


@settings(derandomize=True, deadline=None, max_examples=50)
@given(ROWS, st.integers(12, 40))
def test_every_other_cell_keeps_value_formula_and_format(
    rows: tuple[tuple[CellValue, ...], ...], row: int
) -> None:
    tile = Tile("Spend", f"A{row}", rows)
    written = {str(address) for address, _ in tile.cells()}
    before, after = _cells(BOOK), _cells(_patched(tile))
    for address in before.keys() - written:
        assert etree.tostring(before[address]) == etree.tostring(after[address])


def test_a_hundred_rounds_of_editing_lose_no_byte_elsewhere() -> None:
    content, before = BOOK, parts(BOOK)
    for number in range(100):
        content = _patched(
            Tile("Spend", f"A{12 + number % 7}", ((f"round {number}", number),)), content=content
        )
    after = parts(content)
    assert {name for name in before if before[name] != after[name]} == {SHEET}
    assert _read(_cells(content)["B13"]) == 99


def test_the_same_input_gives_the_same_bytes() -> None:
    tile = Tile("Spend", "A12", (("text", 1.5), (None, True)))
    assert _patched(tile) == _patched(tile)


def test_nothing_to_write_changes_no_part() -> None:
    assert parts(_patched()) == parts(BOOK)


def test_rows_and_cells_stay_in_order() -> None:
    content = _patched(Tile("Spend", "C20", ((1, 2),)), Tile("Spend", "A5", (("x", None, "y"),)))
    content = _patched(Tile("Spend", "AA20", ((3,),)), Tile("Spend", "B20", ((4,),)), content=content)
    rows = [int(row.get("r", "")) for row in etree.fromstring(parts(content)[SHEET]).iter(f"{MAIN}row")]
    assert rows == sorted(set(rows))
    assert [address for address in _cells(content) if address.endswith("20")] == ["B20", "C20", "D20", "AA20"]


def test_a_cell_keeps_its_format_and_a_new_one_takes_its_columns() -> None:
    cells = _cells(_patched(Tile("Spend", "B2", ((5,),)), Tile("Spend", "F30", ((5,),))))
    assert cells["B2"].get("s") == _cells(BOOK)["B2"].get("s")
    assert cells["F30"].get("s") == cells["B2"].get("s") is not None


def test_an_emptied_cell_keeps_its_format() -> None:
    cell = _cells(_patched(Tile("Spend", "B2", ((None,),))))["B2"]
    assert len(cell) == 0
    assert cell.get("s") == _cells(BOOK)["B2"].get("s")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_leaves_the_cell_empty(value: float) -> None:
    assert _read(_cells(_patched(Tile("Spend", "B2", ((value,),))))["B2"]) is None


def test_a_date_and_time_are_days_since_the_workbooks_origin() -> None:
    moment = datetime.datetime(2024, 2, 29, 18, 0, tzinfo=datetime.UTC)
    tile = Tile("Spend", "C2", ((moment,),))
    from_1904 = with_parts(BOOK, replaced={"xl/workbook.xml": ("<workbookPr ", '<workbookPr date1904="1" ')})
    assert _read(_cells(_patched(tile))["C2"]) == 45351.75
    assert _read(_cells(_patched(tile, content=from_1904))["C2"]) == 45351.75 - 1462


def test_another_reader_sees_the_values() -> None:
    content = _patched(Tile("Spend", "A12", (("=1+1", 2.5, datetime.date(2024, 1, 1)),)))
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Spend"]
    assert [sheet["A12"].value, sheet["B12"].value, sheet["C12"].value] == ["=1+1", 2.5, 45292]
    assert sheet["A12"].data_type == "s" or sheet["A12"].data_type == "inlineStr"


def test_excel_is_asked_to_calculate_everything_anew() -> None:
    unasked = with_parts(BOOK, replaced={"xl/workbook.xml": (' fullCalcOnLoad="1"', "")})
    after = parts(_patched(Tile("Spend", "A12", ((1,),)), content=unasked))
    calculation = etree.fromstring(after["xl/workbook.xml"]).find(f"{MAIN}calcPr")
    assert calculation is not None
    assert calculation.get("fullCalcOnLoad") == "1"
    assert {name for name, part in parts(unasked).items() if after[name] != part} == {
        SHEET,
        "xl/workbook.xml",
    }


def test_a_workbook_without_calculation_settings_gets_them_in_their_place() -> None:
    bare = with_parts(
        BOOK, replaced={"xl/workbook.xml": ('<calcPr calcId="124519" fullCalcOnLoad="1"/>', "")}
    )
    root = etree.fromstring(parts(_patched(Tile("Spend", "A12", ((1,),)), content=bare))["xl/workbook.xml"])
    names = [etree.QName(child).localname for child in root]
    assert names.index("calcPr") == names.index("definedNames") + 1


def test_a_text_past_the_limit_is_cut_and_said_so() -> None:
    result = patched(BOOK, [Tile("Spend", "A12", (("x" * 40_000,),))], place="plan.xlsm")
    value = _read(_cells(result.content)["A12"])
    assert isinstance(value, str)
    assert len(value) == LONGEST_TEXT
    assert [note.about for note in result.notes] == ["Spend!A12"]


@pytest.mark.parametrize("character", ["\x00", "\U0001f600", "\r", "_x0041_"])
def test_the_limit_counts_what_the_file_stores(character: str) -> None:
    tile = Tile("Spend", "A12", ((character * LONGEST_TEXT,),))
    stored = "".join(_cells(_patched(tile))["A12"].itertext())
    assert LONGEST_TEXT - 14 < len(stored.encode("utf-16-le")) // 2 <= LONGEST_TEXT


def test_a_formula_is_never_overwritten_unasked() -> None:
    fault = _fault_of(Tile("Spend", "D1", (("head",), (1,), (2,))))
    assert fault.code == "MMX-X023"
    assert fault.faults[0].place == "Spend!D2, D3"


def test_a_formula_replaced_on_purpose_leaves_no_calculation_order() -> None:
    after = parts(_patched(Tile("Spend", "D2", ((1,),), replaces_formulas=True)))
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["xl/_rels/workbook.xml.rels"]
    assert b"calcChain" not in after["[Content_Types].xml"]


def test_a_value_beside_formulas_keeps_the_calculation_order() -> None:
    assert "xl/calcChain.xml" in parts(_patched(Tile("Spend", "B2", ((1,),))))


@pytest.mark.parametrize("purpose", [False, True])
def test_a_part_of_a_formula_of_several_cells_is_refused(purpose: bool) -> None:
    assert _fault_of(Tile("Spend", "H3", ((1,),), replaces_formulas=purpose)).code == "MMX-X024"


def _with_shared_formula() -> bytes:
    """Return the workbook with D2:D4 as Excel stores a formula that was filled down."""
    shared = {
        "<f>B2*2</f>": '<f t="shared" ref="D2:D4" si="0">B2*2</f>',
        "<f>B3*2</f>": '<f t="shared" si="0"/>',
        "<f>B4*2</f>": '<f t="shared" si="0"/>',
    }
    content = BOOK
    for old, new in shared.items():
        content = with_parts(content, replaced={SHEET: (old, new)})
    return content


def test_the_first_cell_of_a_shared_formula_does_not_go_alone() -> None:
    content = _with_shared_formula()
    alone = Tile("Spend", "D2", ((1,),), replaces_formulas=True)
    assert _fault_of(alone, content=content).code == "MMX-X024"
    together = Tile("Spend", "D2", ((1,), (2,), (3,)), replaces_formulas=True)
    assert _read(_cells(_patched(together, content=content))["D4"]) == 3
    last = Tile("Spend", "D4", ((1,),), replaces_formulas=True)
    assert _cells(_patched(last, content=content))["D2"].find(f"{MAIN}f") is not None


def test_a_cell_hidden_by_a_merge_is_refused_and_its_first_cell_is_not() -> None:
    assert _fault_of(Tile("Spend", "B10", ((1,),))).code == "MMX-X025"
    assert _read(_cells(_patched(Tile("Spend", "A10", (("new",),))))["A10"]) == "new"


def test_a_tables_header_keeps_its_names() -> None:
    assert _fault_of(Tile("Spend", "A1", (("medium",),))).code == "MMX-X026"
    assert _read(_cells(_patched(Tile("Spend", "A1", (("channel", "spend"),))))["B1"]) == "spend"


@pytest.mark.parametrize(
    ("tile", "code", "words"),
    [
        (Tile("Spent", "A1", ((1,),)), "MMX-X019", "Did you mean Spend?"),
        (Tile("Spend", "1A", ((1,),)), "MMX-X020", "is no cell"),
        (Tile("Spend", "XFE1", ((1,),)), "MMX-X020", "is no cell"),
        (Tile("Spend", "A1048576", ((1,), (2,))), "MMX-X021", "past the end of the sheet"),
        (Tile("Picture", "A1", ((1,),)), "MMX-X018", "holds a chart"),
        (Tile("Spend", "A12", ((datetime.date(1899, 1, 1),),)), "MMX-X022", "cannot hold the value"),
        (Tile("Spend", "A12", ((10**400,),)), "MMX-X022", "cannot hold the value"),
    ],
)
def test_what_cannot_be_written_is_refused_in_words(tile: Tile, code: str, words: str) -> None:
    fault = _fault_of(tile)
    assert fault.code == code
    assert words in str(fault)


def test_all_faults_are_reported_together() -> None:
    fault = _fault_of(Tile("Spend", "D2", ((1,),)), Tile("Spend", "B10", ((1,),)))
    assert [each.code for each in fault.faults] == ["MMX-X023", "MMX-X025"]


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/tables/table1.xml"]
)
def test_a_damaged_part_is_refused_in_words_or_does_no_harm(part: str) -> None:
    """Every attribute in turn gets a value that no program writes there."""
    tiles = (
        Tile("Spend", "A12", ((1,),)),
        Tile("Spend", "D2", ((1,),), replaces_formulas=True),
    )
    text = parts(BOOK)[part].decode()
    for number, found in enumerate(re.finditer('="([^"]*)"', text)):
        value = ("", "x", "-1", "A1:B", "ZZZZ1", "A0", "1.5", "9" * 30)[number % 8]
        damaged = f"{text[: found.start(1)]}{value}{text[found.end(1) :]}"
        with contextlib.suppress(WorkbookError):
            assert _patched(*tiles, content=with_parts(BOOK, replaced={part: (text, damaged)}))


def test_addresses_that_a_file_leaves_unsaid_are_counted() -> None:
    letters = "|".join(string.ascii_uppercase)
    text = parts(BOOK)["xl/worksheets/sheet2.xml"].decode()
    bare = re.sub(rf' r="(?:{letters})?\d+"', "", text)
    content = with_parts(BOOK, replaced={"xl/worksheets/sheet2.xml": (text, bare)})
    cells = _cells(_patched(Tile("It's ours", "B1", ((7,),)), content=content), "xl/worksheets/sheet2.xml")
    assert list(cells) == ["A1", "B1"]


def test_an_extension_of_a_row_stays_behind_its_cells() -> None:
    text = parts(BOOK)[SHEET].decode()
    start = text.index("</row>", text.index('<row r="10"'))
    content = with_parts(BOOK, replaced={SHEET: (text, f"{text[:start]}<extra/>{text[start:]}")})
    root = etree.fromstring(parts(_patched(Tile("Spend", "D10", ((1,),)), content=content))[SHEET])
    row = next(row for row in root.iter(f"{MAIN}row") if row.get("r") == "10")
    assert [cell.get("r", "extra") for cell in row] == ["A10", "D10", "extra"]
