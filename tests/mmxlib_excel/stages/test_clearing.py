"""The sample is taken out of a workbook, sheet by sheet, and nothing that anybody changed."""

from pathlib import Path

import pytest

from mmxlib_excel.layout import inputs
from mmxlib_excel.stages.clearing import cleared
from mmxlib_excel.template.build import template_bytes
from mmxlib_excel.template.sample import sample_contents
from mmxlib_excel.workbooks.file import FileWorkbook

ALL = "Cleared the sample on Sales, Media, Events, Controls and Experiments."


@pytest.fixture
def workbook(tmp_path: Path) -> FileWorkbook:
    (tmp_path / "plan.xlsm").write_bytes(template_bytes())
    return FileWorkbook(tmp_path / "plan.xlsm")


def rows_of(workbook: FileWorkbook) -> dict[str, int]:
    return {sheet.name: len(list(workbook.numbered_rows(sheet.name))) for sheet in inputs.SHEETS}


def test_every_sheet_of_the_sample_is_emptied_once(workbook: FileWorkbook) -> None:
    before = rows_of(workbook)
    done = cleared(workbook, sample_contents())
    assert done.sentence == ALL
    workbook.write(done.changes)
    assert all(rows < before[name] for name, rows in rows_of(workbook).items())
    assert cleared(workbook, sample_contents()).sentence == "There is no sample to clear."


def test_a_sheet_that_was_changed_is_left_as_it_is_and_named(workbook: FileWorkbook) -> None:
    sample = {**sample_contents()}
    block = inputs.SHEETS[0].blocks[0].name
    sample[block] = sample[block][1:]  # as if a row had been added to the sheet
    done = cleared(workbook, sample)
    assert done.sentence == (
        "Cleared the sample on Media, Events, Controls and Experiments. Left as they are, since they were "
        "changed: Sales; delete those rows yourself."
    )
    before = rows_of(workbook)["Sales"]
    workbook.write(done.changes)
    assert rows_of(workbook)["Sales"] == before
