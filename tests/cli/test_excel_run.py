"""``mmx excel run``: exit codes, what is said, and what is refused before any work is done."""

import json

import pytest

from mmxlib.workflow.session import Session
from mmxlib_excel.layout import start
from mmxlib_excel.workbooks.file import FileWorkbook
from tests.cli.homes import mmx
from tests.mmxlib_excel.small_book import decide, set_cell, small_file


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with a workbook whose run waits at the baseline, and what was said on the way."""
    folder = tmp_path_factory.mktemp("desk")
    small_file(folder)
    assert mmx("excel", "run", folder / "plan.xlsm", "--run-dir", folder / "run") == 4
    return folder


def test_it_waits_with_the_code_of_waiting_and_says_where(desk, capsys):
    assert mmx("excel", "run", desk / "plan.xlsm", "--run-dir", desk / "run", "--json") == 4
    said = json.loads(capsys.readouterr().out)
    assert (said["status"], said["checkpoint"], said["exit_code"]) == ("waiting", "baseline", 4)
    assert said["run_dir"] == str(desk / "run")
    assert said["stage"] == "next"
    assert said["said"] == ["Waiting for your decision on the baseline."]


def test_run_all_is_done_after_a_typed_approval(desk, capsys):
    path = desk / "plan.xlsm"
    decide(FileWorkbook(path), "baseline", decision="approve", reviewer="Ana")
    assert mmx("excel", "run", path, "--run-dir", desk / "run", "--stage", "all") == 0
    out = capsys.readouterr()
    assert "Approved by Ana at" in out.out
    assert "Done: every step holds" in out.out
    assert "Fitting the model" in out.err
    with Session.open(desk / "run") as session:
        assert [each.by for each in session.status().decisions] == ["Ana", "Run all"]
    assert mmx("excel", "run", path, "--run-dir", desk / "run", "--stage", "planner") == 0


@pytest.mark.parametrize(("stage", "words"), [("modle", "Did you mean model?"), ("x", "The stages are")])
def test_an_unknown_stage_is_a_wrong_call(tmp_path, capsys, stage, words):
    assert mmx("excel", "run", tmp_path / "plan.xlsm", "--stage", stage) == 2
    assert words in capsys.readouterr().err


def test_a_missing_workbook_is_told(tmp_path, capsys):
    assert mmx("excel", "run", tmp_path / "plan.xlsm") == 3
    assert "MMX-X083" in capsys.readouterr().err


def test_a_file_that_is_no_workbook_is_told(tmp_path, capsys):
    (tmp_path / "plan.xlsm").write_text("date,sales")
    assert mmx("excel", "run", tmp_path / "plan.xlsm") == 3
    assert "MMX-X012" in capsys.readouterr().err


def test_an_open_workbook_is_refused_before_any_work(tmp_path, capsys):
    small_file(tmp_path)
    (tmp_path / "~$plan.xlsm").write_text("Ana")
    assert mmx("excel", "run", tmp_path / "plan.xlsm", "--run-dir", tmp_path / "run") == 3
    assert "MMX-X081" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_faults_of_the_sheets_are_printed_and_stand_in_the_workbook(tmp_path, capsys):
    workbook = small_file(tmp_path)
    set_cell(workbook, "Sales", "C8", "many")
    words = ("excel", "run", tmp_path / "plan.xlsm", "--run-dir", tmp_path / "run", "--json")
    assert mmx(*words, "--stage", "check") == 3
    said = json.loads(capsys.readouterr().out)
    assert said["faults"][0]["place"] == "sheet Sales, cell C8"
    status = FileWorkbook(tmp_path / "plan.xlsm").value(start.NAME, start.STATUS.cell)
    assert str(status).startswith("Stopped: 1 thing is wrong")


def test_a_run_in_use_has_its_own_code(desk):
    with Session.open(desk / "run"):
        assert mmx("excel", "run", desk / "plan.xlsm", "--run-dir", desk / "run") == 5
