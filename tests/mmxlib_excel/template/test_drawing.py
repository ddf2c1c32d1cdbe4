"""The layout drawn: what stands where, what is open, what waits, and that text stays text."""

import datetime
import re

import pytest
from openpyxl.styles.numbers import is_date_format

from mmxlib.report.columns import Kind
from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.layout.spec import Block, Button, Column, Field, Formula, Role, Sheet, Text
from mmxlib_excel.template.looks import INPUT
from mmxlib_excel.template.waiting import NOT_YET
from tests.mmxlib_excel.template.opened import AMOUNT, MAIN, NAMES, drawn, input_sheet, result_sheet

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def test_the_same_layout_gives_the_same_bytes() -> None:
    first, second = (drawn(input_sheet(), result_sheet()) for _ in range(2))
    assert first.content == second.content


def test_a_title_and_what_a_sheet_is_for_stand_on_top() -> None:
    sheet = drawn(input_sheet()).sheet("Typed")
    assert (sheet["A1"].value, sheet["A2"].value) == ("Typed", "Type here.")


def test_an_input_table_is_an_excel_table_with_its_headings() -> None:
    table = drawn(input_sheet()).sheet("Typed").tables["mmx_typed"]
    assert table.ref == "A4:C7"
    assert [column.name for column in table.tableColumns] == ["Name", "Amount", "Check"]


def test_an_input_table_is_as_long_as_what_it_holds() -> None:
    rows = [[f"name {number}", float(number)] for number in range(5)]
    sheet = drawn(input_sheet(), contents={"mmx_typed": rows}).sheet("Typed")
    assert sheet.tables["mmx_typed"].ref == "A4:C9"
    assert [sheet.cell(row, 2).value for row in range(5, 10)] == [0, 1, 2, 3, 4]


def test_cells_to_fill_in_are_marked_and_open_and_the_check_is_not_marked() -> None:
    sheet = drawn(input_sheet()).sheet("Typed")
    for cell in ("A5", "B7"):
        assert sheet[cell].fill.fgColor.rgb == f"FF{INPUT.removeprefix('#')}"
        assert not sheet[cell].protection.locked
    assert sheet["C5"].fill.fill_type is None
    assert not sheet["C5"].protection.locked


def test_input_sheets_are_open_and_results_closed_without_a_password() -> None:
    book = drawn(input_sheet(), result_sheet()).book()
    assert not book["Typed"].protection.sheet
    closed = book["Found"].protection
    assert closed.sheet
    assert closed.password is None
    allowed = (closed.formatColumns, closed.formatRows, closed.selectLockedCells, closed.objects)
    assert allowed == (False, False, False, False)


def test_results_without_values_are_hidden_but_for_a_row_that_says_so() -> None:
    found = drawn(result_sheet())
    assert found.sheet("Found")["A25"].value == NOT_YET
    assert found.hidden_rows(1) == set(range(26, 36))
    assert found.hidden_columns(1) == {4, 5, 6, 7}


def test_results_with_values_are_shown() -> None:
    contents = {"mmx_found": [["a", 1.0]], "mmx_wide": [[1.0]]}
    found = drawn(result_sheet(), contents=contents)
    assert found.sheet("Found")["A25"].value == "a"
    assert found.hidden_rows(1) == set()
    assert found.hidden_columns(1) == set()


def test_cells_to_type_in_are_hidden_until_their_headings_are_known() -> None:
    wide = tuple(Column(f"week_{number}", "", Kind.MONEY) for number in range(3))
    block = Block("mmx_weeks", "Plan", "D10", wide, 5, is_input=True, own_headings=True)
    total = Formula("B12", "=SUM(D12:F12)", Kind.MONEY)
    sheet = Sheet("Plan", "SheetPlan", Role.PLANNER, "Plan", blocks=(block,), formulas=(total,))
    assert drawn(sheet).hidden_rows(1) == set(range(11, 16))
    assert drawn(sheet).hidden_columns(1) == {4, 5, 6}
    assert drawn(sheet, contents={"mmx_weeks": [[1.0, 2.0, 3.0]]}).hidden_columns(1) == set()


def test_a_row_with_a_formula_is_never_hidden() -> None:
    assert 40 not in drawn(result_sheet()).hidden_rows(1)


def test_a_block_with_headings_of_its_own_is_a_name_over_headings_and_values() -> None:
    names = drawn(result_sheet()).book().defined_names
    assert names["mmx_wide"].attr_text == "'Found'!$D$24:$G$34"


def test_a_formula_shows_its_value_where_nothing_recalculates() -> None:
    (cell,) = (
        each
        for each in drawn(result_sheet()).xml("xl/worksheets/sheet1.xml").iter(f"{MAIN}c")
        if each.get("r") == "B40"
    )
    assert cell.findtext(f"{MAIN}f") == "SUM(B25:B34)"
    assert cell.findtext(f"{MAIN}v") == "12.5"


def test_a_chart_keeps_its_size_whatever_is_hidden_below_it_and_can_be_read_aloud() -> None:
    root = drawn(result_sheet()).xml("xl/drawings/drawing1.xml")
    (anchor,) = root
    assert anchor.tag == f"{DRAWING}oneCellAnchor"
    size = anchor.find(f"{DRAWING}ext")
    assert size is not None
    assert (size.get("cx"), size.get("cy")) == (str(760 * 9525), str(360 * 9525))
    assert [each.get("descr") for each in root.iter(f"{DRAWING}cNvPr")] == ["Columns of what was found."]


def test_a_chart_passes_over_hidden_cells_of_its_fixed_range() -> None:
    root = drawn(result_sheet()).xml("xl/charts/chart1.xml")
    assert [each.get("val") for each in root.iter(f"{CHART}plotVisOnly")] == ["1"]
    assert "Found!$B$25:$B$34" in {each.text for each in root.iter(f"{CHART}f")}


def test_a_heading_carries_its_note() -> None:
    comment = drawn(input_sheet()).sheet("Typed")["A4"].comment
    assert comment is not None
    assert comment.text == "What it is called."


def test_a_field_is_a_named_open_cell_beside_its_label() -> None:
    field = Field("mmx_status", "Typed", "F2", "Status", Kind.TEXT, value="Ready.")
    opened = drawn(input_sheet(fields=(field,)))
    sheet = opened.sheet("Typed")
    assert (sheet["E2"].value, sheet["F2"].value) == ("Status", "Ready.")
    assert not sheet["F2"].protection.locked
    assert opened.book().defined_names["mmx_status"].attr_text == "'Typed'!$F$2"


def test_a_field_inside_a_table_leaves_the_row_s_own_words() -> None:
    field = Field(
        "mmx_setting", "Typed", "B5", "label", Kind.TEXT, is_input=True, choices=("a", "b"), value="b"
    )
    sheet = drawn(input_sheet(fields=(field,)), contents={"mmx_typed": [["name"]]}).sheet("Typed")
    assert (sheet["A5"].value, sheet["B5"].value) == ("name", "b")


def test_choices_are_offered_in_the_cell() -> None:
    column = Column("choice", "Choice", Kind.TEXT, choices=("approve", "stop"))
    (offered,) = drawn(input_sheet(column)).sheet("Typed").data_validations.dataValidation
    assert (offered.formula1, str(offered.sqref)) == ('"approve,stop"', "A5:A7")


@pytest.mark.parametrize("choices", [tuple(f"choice {number}" for number in range(40)), ("a, b", "c")])
def test_choices_that_no_cell_can_keep_stand_on_a_hidden_sheet(choices: tuple[str, ...]) -> None:
    columns = (
        Column("one", "One", Kind.TEXT, choices=choices),
        Column("two", "Two", Kind.TEXT, choices=choices),
    )
    opened = drawn(input_sheet(*columns))
    offered = opened.sheet("Typed").data_validations.dataValidation
    assert {each.formula1 for each in offered} == {f"Lists!$A$1:$A${len(choices)}"}
    lists = opened.sheet("Lists")
    assert lists.sheet_state == "hidden"
    assert [lists.cell(row, 1).value for row in range(1, len(choices) + 1)] == list(choices)


def test_a_day_is_a_number_with_a_day_s_format() -> None:
    column = Column("day", "Day", Kind.DAY)
    sheet = drawn(input_sheet(column), contents={"mmx_typed": [[datetime.date(2024, 2, 29)]]}).sheet("Typed")
    assert sheet["A5"].value == datetime.datetime(2024, 2, 29)  # noqa: DTZ001  # a day of no time zone
    assert is_date_format(sheet["A6"].number_format)


def test_a_column_of_words_takes_numbers_as_numbers_where_it_holds_some() -> None:
    contents = {"mmx_typed": [["a", None], ["b", None]]}
    assert drawn(input_sheet(), contents=contents).sheet("Typed")["A5"].number_format == "@"
    contents = {"mmx_typed": [["a", None], [3.5, None]]}
    assert drawn(input_sheet(), contents=contents).sheet("Typed")["A5"].number_format == "General"


def test_a_page_is_a4_as_wide_as_the_paper_with_headings_on_every_page() -> None:
    opened = drawn(input_sheet(), result_sheet())
    typed, found = opened.sheet("Typed"), opened.sheet("Found")
    assert (typed.page_setup.paperSize, typed.page_setup.fitToHeight) == (9, 0)
    assert (typed.print_title_rows, typed.print_area) == ("$4:$4", "")
    assert found.print_area == "'Found'!$A$1:$O$40"


def test_a_sheet_scrolls_below_its_headings() -> None:
    assert drawn(input_sheet()).sheet("Typed").freeze_panes == "A4"


def test_words_over_columns_are_as_high_as_they_need() -> None:
    sheet = Sheet(
        "Start",
        "SheetStart",
        Role.START,
        "Start",
        texts=(Text("A4", "Many words. " * 40, over=4),),
        freeze="",
    )
    drawn_sheet = drawn(sheet).sheet("Start")
    assert [str(each) for each in drawn_sheet.merged_cells.ranges] == ["A4:D4"]
    height = drawn_sheet.row_dimensions[4].height
    assert height is not None
    assert height > 100.0


def test_no_row_is_higher_than_excel_allows() -> None:
    words = Text("A4", "Many words. " * 400, over=2)
    sheet = Sheet("Start", "SheetStart", Role.START, "Start", texts=(words,), freeze="")
    height = drawn(sheet).sheet("Start").row_dimensions[4].height
    assert height is not None
    assert 400.0 < height <= 409.0


def test_a_verdict_has_its_color_whenever_it_is_written() -> None:
    sheet = drawn(input_sheet(NAMES, Column("verdict", "Verdict", Kind.TEXT))).sheet("Typed")
    (colored,) = sheet.conditional_formatting
    assert str(colored.sqref) == "B5:B7"
    assert '"fail"' in {rule.formula[0] for rule in colored.rules}


def test_a_button_runs_its_macro() -> None:
    sheet = Sheet("Start", "SheetStart", Role.START, "Start", buttons=(Button("Go", "Mmx_All", "B4"),))
    drawing = drawn(sheet).parts["xl/drawings/vmlDrawing1.vml"].decode()
    assert re.findall(r"FmlaMacro>\[0\]!(\w+)<", drawing) == ["Mmx_All"]


PAYLOADS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1+1",
    "-2+3",
    '=HYPERLINK("http://x.example","y")',
    "{=1+1}",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "=",
    "==1",
    "'=1",
    "http://x.example",
    "mailto:a@x.example",
    "internal:Typed!A1",
    "external:c:\\x.xlsx",
    "1e5",
    "007",
    "1-2",
    "TRUE",
    "#REF!",
    "#N/A",
    "<b>",
    "&amp;",
    "]]>",
    'a"b',
    "a'b",
    "%00",
    "_x0041_",
    '=DDE("a";"b")',
    '=WEBSERVICE("http://x.example")',
    "ünïcödé",
    "日本語",
    "\U0001f600",
    "a,b;c|d",
    " leading",
    "trailing ",
    "=IMPORTXML(A1)",
    "=A1:XFD1048576",
)


def test_forty_hostile_names_stay_text_in_every_place() -> None:
    assert len(PAYLOADS) == 40
    field = Field("mmx_field", "Typed", "H2", "=1+1", Kind.TEXT)
    rows = [[payload, None, payload] for payload in PAYLOADS]
    opened = drawn(input_sheet(fields=(field,)), contents={"mmx_typed": rows, "mmx_field": [["=1+1"]]})
    root = opened.xml("xl/worksheets/sheet1.xml")
    assert list(root.iter(f"{MAIN}f")) == []
    assert list(root.iter(f"{MAIN}hyperlink")) == []
    kinds = {each.get("r"): each.get("t") for each in root.iter(f"{MAIN}c") if len(each)}
    written = {str(Address(5 + row, column)) for row in range(40) for column in (1, 3)} | {"H2", "G2"}
    assert {cell: kinds[cell] for cell in written} == dict.fromkeys(written, "s")


def test_an_offered_choice_that_looks_like_a_formula_stays_text() -> None:
    column = Column("choice", "Choice", Kind.TEXT, choices=("=1+1", "x" * 260))
    opened = drawn(input_sheet(NAMES, column, AMOUNT))
    assert list(opened.xml("xl/worksheets/sheet2.xml").iter(f"{MAIN}f")) == []
    assert opened.sheet("Lists")["A1"].data_type == "s"
