"""The Open XML SDK passes every workbook that mmxlib writes, and would not pass a broken one."""

from pathlib import Path

import pytest

from mmxlib.report.excel_reports import recommendations_book, summary_report
from mmxlib.report.plan_tables import recommendation_table
from tests import open_xml
from tests.mmxlib_excel.editing.workbooks import rich_workbook, with_parts
from tests.open_xml import PROGRAM, REQUIRED, faults, validator, with_open_xml
from tests.report.builder import HOSTILE, Story, story
from tests.report.test_excel_reports import content_of
from tests.report.test_summary_pages import summary_of


def _recommendations(made: Story) -> bytes:
    summary = summary_of(made)
    return recommendations_book(summary, made.plan, recommendation_table(made.plan, summary.insights))


@pytest.mark.parametrize("hostile", [False, True], ids=["usual", "hostile names"])
def test_the_workbooks_of_the_reports_are_sound(hostile: bool) -> None:
    with_open_xml()
    made = story(HOSTILE, 2, organic=()) if hostile else story()
    assert faults(summary_report(content_of(made))) == []
    assert faults(_recommendations(made)) == []


def test_a_workbook_with_macros_and_a_ribbon_is_sound() -> None:
    with_open_xml()
    assert faults(rich_workbook()) == []


def test_a_broken_workbook_is_told_with_the_place(tmp_path: Path) -> None:
    with_open_xml()
    broken = with_parts(
        rich_workbook(), replaced={"xl/worksheets/sheet1.xml": ("<sheetData>", "<cols/><sheetData>")}
    )
    (tmp_path / "broken.xlsm").write_bytes(broken)
    found = faults(tmp_path / "broken.xlsm")
    assert found == faults(broken)
    assert "/xl/worksheets/sheet1.xml /x:worksheet[1]" in found[0]


def test_a_file_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    with_open_xml()
    (tmp_path / "text.xlsx").write_text("no zip", encoding="utf-8")
    assert len(faults(tmp_path / "text.xlsx")) == 1


def test_a_validator_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "silent").write_text("#!/bin/sh\necho out of order >&2\n", encoding="utf-8")
    (tmp_path / "silent").chmod(0o755)
    monkeypatch.setenv(PROGRAM, str(tmp_path / "silent"))
    with pytest.raises(RuntimeError, match="wrote no answer: out of order"):
        faults(rich_workbook())


def test_a_missing_validator_skips_unless_it_was_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PROGRAM, raising=False)
    monkeypatch.delenv(REQUIRED, raising=False)
    monkeypatch.setattr(open_xml, "CACHE", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert validator() is None
    with pytest.raises(pytest.skip.Exception, match="neither"):
        with_open_xml()
    monkeypatch.setenv(REQUIRED, "1")
    with pytest.raises(pytest.fail.Exception, match=f"{REQUIRED} is set, but"):
        with_open_xml()
    (tmp_path / "ooxml-validator").touch(0o755)
    assert validator() == tmp_path / "ooxml-validator"
