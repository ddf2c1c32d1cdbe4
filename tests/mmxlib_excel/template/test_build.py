"""The template that is shipped: built anew the same, its parts in place, its layout without collisions."""

import io
import itertools
import re
import warnings
import zipfile
from pathlib import Path

import pytest

from mmxlib_excel.editing.addresses import Address, Area
from mmxlib_excel.layout.book import CONTENTS, SHEETS, TABS
from mmxlib_excel.layout.spec import Role, Sheet
from mmxlib_excel.layout.stage import Stage
from mmxlib_excel.layout.start import macro
from mmxlib_excel.template.build import NAME, built_template, template_bytes
from mmxlib_excel.template.lists import fits_cell, with_lists
from mmxlib_excel.template.macros import modules
from tests import open_xml
from tests.golden.record import Record
from tests.mmxlib_excel import lint
from tests.mmxlib_excel.template.opened import MAIN, Opened

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the reader's own imports warn; that is not ours to mend
    from oletools.olevba import VBA_Parser

ROOT = Path(__file__).resolve().parents[3]

BLOCKS = {block.name: block for sheet in SHEETS for block in sheet.blocks}


@pytest.fixture(scope="module")
def built() -> Opened:
    return Opened(built_template())


@pytest.fixture(scope="module")
def committed() -> Opened:
    return Opened((ROOT / NAME).read_bytes())


def _entries(content: bytes) -> list[tuple[str, tuple[int, ...]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return [(entry.filename, entry.date_time) for entry in package.infolist()]


def test_the_committed_template_is_what_the_layout_builds(built: Opened, committed: Opened) -> None:
    """Run ``mmx excel build`` where this fails.

    Parts are compared as they unpack: another build of zlib packs the same bytes differently.
    """
    changed = [name for name, part in built.parts.items() if committed.parts.get(name) != part]
    assert changed == []
    assert _entries(committed.content) == _entries(built.content)


def test_the_workbook_has_the_sheets_tables_and_cells_that_are_promised(golden: Record) -> None:
    found: dict[str, list[str]] = {"tabs": [sheet.name for sheet in SHEETS]}
    for sheet in SHEETS:
        for block in sheet.blocks:
            found[f"{sheet.name}, table {block.name}"] = [each.label for each in block.columns if each.label]
        found[f"{sheet.name}, cells"] = [f"{each.name}: {each.label}" for each in sheet.fields]
        found[f"{sheet.name}, charts and buttons"] = [
            *(each.title for each in sheet.charts),
            *(each.label for each in sheet.buttons),
        ]
    golden.holds("workbook", {part: held for part, held in found.items() if held})


def test_excel_would_open_the_template_without_repair(committed: Opened) -> None:
    assert lint.faults(committed.content) == []


def test_the_template_passes_microsoft_s_own_checks(committed: Opened) -> None:
    open_xml.with_open_xml()
    assert open_xml.faults(committed.content) == []


def test_the_shipped_template_is_found_beside_the_sources(committed: Opened) -> None:
    assert template_bytes() == committed.content


def test_the_tabs_stand_in_their_order_and_hidden_sheets_behind_them(committed: Opened) -> None:
    sheets = committed.book().worksheets
    seen = [sheet.title for sheet in sheets if sheet.sheet_state == "visible"]
    assert seen == [name for name in TABS if name in seen]
    assert [sheet.title for sheet in sheets[: len(seen)]] == seen
    hidden = {sheet.name for sheet in with_lists(SHEETS) if sheet.role is Role.HIDDEN}
    assert {sheet.title for sheet in sheets[len(seen) :]} == hidden


def test_every_macro_reads_back_byte_for_byte(committed: Opened) -> None:
    parser = VBA_Parser(NAME, data=committed.content)
    try:
        read = {name.rpartition(".")[0]: code for _, _, name, code in parser.extract_macros()}
    finally:
        parser.close()
    assert read == {module.name: module.stored_text for module in modules(with_lists(SHEETS))}


def test_every_sheet_carries_the_name_of_its_module(committed: Opened) -> None:
    code_names = [
        committed.xml(f"xl/worksheets/sheet{number}.xml").find(f"{MAIN}sheetPr")
        for number in range(1, len(with_lists(SHEETS)) + 1)
    ]
    assert [each.get("codeName") for each in code_names if each is not None] == [
        sheet.code_name for sheet in with_lists(SHEETS)
    ]


def test_every_stage_has_a_button(committed: Opened) -> None:
    drawings = [part.decode() for name, part in committed.parts.items() if name.endswith(".vml")]
    pressed = set(re.findall(r"FmlaMacro>\[0\]!(\w+)<", "".join(drawings)))
    assert pressed >= {*(macro(stage) for stage in Stage), "Mmx_Cancel"}


def test_the_ribbon_hangs_on_the_workbook(committed: Opened) -> None:
    relations = committed.parts["_rels/.rels"].decode()
    assert 'Target="customUI/customUI14.xml"' in relations
    assert "customUI/customUI14.xml" in committed.parts


def test_the_add_in_is_told_one_thing_and_no_setting_of_the_user_is_hidden(committed: Opened) -> None:
    rows = list(committed.sheet("xlwings.conf").iter_rows(values_only=True))
    assert rows == [("ADD_WORKBOOK_TO_PYTHONPATH", "False")]


def test_the_template_names_no_person_no_machine_and_no_clock(committed: Opened) -> None:
    properties = committed.parts["docProps/core.xml"].decode()
    assert re.findall(r"<dc:creator>(.*?)<", properties) == ["mmxlib"]
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", properties)) == {"2000-01-01T00:00:00Z"}


def test_formulas_use_only_what_older_programs_know_too(committed: Opened) -> None:
    newer = re.compile(
        r"\b(XLOOKUP|XMATCH|LET|SEQUENCE|LAMBDA|FILTER|UNIQUE|SORT|SORTBY|TEXTJOIN|IFS|MAXIFS)\("
    )
    for name, part in committed.parts.items():
        if name.startswith("xl/worksheets/sheet"):
            assert newer.findall(part.decode()) == [], name


def test_names_and_headings_are_unique() -> None:
    names = [each.name for sheet in SHEETS for each in (*sheet.blocks, *sheet.fields)]
    assert len({name.lower() for name in names}) == len(names)
    assert all(re.fullmatch(r"mmx_[a-z0-9_]+", name) for name in names)
    for block in BLOCKS.values():
        labels = [column.label.lower() for column in block.columns if not block.own_headings]
        assert len(set(labels)) == len(labels), block.name
        assert all(label and "\n" not in label for label in labels), block.name
    assert CONTENTS.keys() <= {*names}


def test_parts_say_the_sheet_that_they_stand_on() -> None:
    for sheet in SHEETS:
        assert {each.sheet for each in (*sheet.blocks, *sheet.fields)} <= {sheet.name}


def _block_areas(sheet: Sheet, *, tables_only: bool) -> dict[str, Area]:
    return {
        block.name: Area(Address(block.head.row - bool(block.title), block.head.column), block.body().last)
        for block in sheet.blocks
        if not (tables_only and block.own_headings)
    }


def _text_areas(sheet: Sheet) -> dict[str, Area]:
    corners = {text: Address.parse(text.cell) for text in sheet.texts}
    return {text.cell: Area(at, Address(at.row, at.column + text.over - 1)) for text, at in corners.items()}


def test_no_two_blocks_lie_over_each_other() -> None:
    for sheet in SHEETS:
        blocks = _block_areas(sheet, tables_only=False)
        for one, other in itertools.combinations(blocks, 2):
            assert not blocks[one].meets(blocks[other]), f"{sheet.name}: {one} and {other}"


def test_no_words_lie_over_each_other_or_inside_a_table() -> None:
    for sheet in SHEETS:
        texts = _text_areas(sheet)
        for one, other in itertools.combinations(texts, 2):
            assert not texts[one].meets(texts[other]), f"{sheet.name}: {one} and {other}"
        tables = _block_areas(sheet, tables_only=True)
        for text, table in itertools.product(texts, tables):
            assert not texts[text].meets(tables[table]), f"{sheet.name}: {text} and {table}"


def test_what_a_series_shows_is_there() -> None:
    for sheet in SHEETS:
        charts = [part for chart in sheet.charts for part in (chart, chart.combined) if part is not None]
        for series in (series for chart in charts for series in chart.series):
            names = {column.name for column in BLOCKS[series.block].columns}
            assert {series.values, series.categories} <= names
        assert all(chart.description for chart in sheet.charts)


def test_no_cell_has_two_lists_of_choices(committed: Opened) -> None:
    for sheet in committed.book().worksheets:
        areas = [
            Area.parse(str(area))
            for each in sheet.data_validations.dataValidation
            for area in each.sqref.ranges
        ]
        for first, second in itertools.combinations(areas, 2):
            assert not first.meets(second), sheet.title


def test_every_list_of_a_single_cell_fits_it() -> None:
    choices = [each for block in BLOCKS.values() for each in block.cell_choices.values()]
    assert all(map(fits_cell, choices))
