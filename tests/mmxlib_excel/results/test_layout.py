"""The result sheets as they are laid out: parts that do not disturb each other, whatever is hidden."""

import re
from itertools import combinations

import pytest

from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.layout.results import SHEETS
from mmxlib_excel.layout.results.parts import STATE_CELL
from mmxlib_excel.layout.results.scenario_charts import scenario_charts
from mmxlib_excel.layout.scenarios import COMPARED
from mmxlib_excel.layout.spec import Block, Chart, Role, Sheet

ROW_PIXELS = 20
BLOCKS = {block.name: block for block in (*(b for sheet in SHEETS for b in sheet.blocks), COMPARED)}
ALLOWED = {"INDEX", "MATCH", "SUMPRODUCT", "IFERROR", "ROW"}


def rows_of(block: Block) -> set[int]:
    return set(range(block.head.row - 1, block.body().last.row + 2))


def columns_of(block: Block) -> set[int]:
    return set(range(block.head.column, block.head.column + len(block.columns)))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_hiding_rows_of_one_block_hides_nothing_of_another(sheet: Sheet) -> None:
    for one, other in combinations(sheet.blocks, 2):
        # a gap row may be shared: it is empty
        assert len(rows_of(one) & rows_of(other)) <= 1, (one.name, other.name)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_hiding_columns_hides_nothing_of_another_block(sheet: Sheet) -> None:
    for block in sheet.blocks:
        if block.own_headings:
            others = [columns_of(each) for each in sheet.blocks if each is not block]
            assert all(not columns_of(block) & each for each in others), block.name


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_charts_stand_above_the_tables(sheet: Sheet) -> None:
    first = min(block.head.row - 1 for block in sheet.blocks)
    for chart in sheet.charts:
        assert Address.parse(chart.cell).row + chart.height / ROW_PIXELS <= first, chart.title


def series_of(chart: Chart) -> list[tuple[str, str, str]]:
    own = [(each.block, each.values, each.categories) for each in chart.series]
    return own + (series_of(chart.combined) if chart.combined else [])


def test_every_series_names_columns_that_are_there() -> None:
    charts = [chart for sheet in SHEETS for chart in sheet.charts]
    for chart in (*charts, *scenario_charts(COMPARED)):
        for block, values, categories in series_of(chart):
            names = [each.name for each in BLOCKS[block].columns]
            assert values in names, (chart.title, values)
            assert categories in names, (chart.title, categories)


def test_names_are_unique_and_known_as_ours() -> None:
    fields = [field.name for sheet in SHEETS for field in sheet.fields]
    names = [*BLOCKS, *fields]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"mmx_[a-z0-9_]+", name) for name in names)
    assert len({sheet.code_name for sheet in SHEETS}) == len(SHEETS)


def test_headings_of_a_table_differ() -> None:
    for block in BLOCKS.values():
        if not block.own_headings:
            labels = [each.label.casefold() for each in block.columns]
            assert len(set(labels)) == len(labels), block.name
            assert all(each.label and each.note for each in block.columns), block.name


def test_every_sheet_says_first_what_it_shows() -> None:
    for sheet in SHEETS:
        assert sheet.role is Role.RESULT
        assert (sheet.fields[0].cell, sheet.fields[0].label) == (STATE_CELL, "State")
        assert sheet.fields[0].value


def test_formulas_use_only_what_every_program_knows() -> None:
    for sheet in SHEETS:
        for formula in sheet.formulas:
            bare = re.sub(r'"[^"]*"', "", formula.text)
            assert set(re.findall(r"([A-Z][A-Z.]+)\(", bare)) <= ALLOWED, formula.text
