"""``mmx excel`` writes workbooks, builds the template, and says what is missing here."""

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from mmxlib.cli.main import main
from mmxlib.config import Config, revised, write_config
from mmxlib_excel.inputs.settings import read_settings
from mmxlib_excel.template.build import template_bytes
from mmxlib_excel.workbooks.file import FileWorkbook


def test_the_doctor_says_what_is_missing_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["excel", "doctor"]) == 0
    said = capsys.readouterr()
    assert "xlwings" in said.out + said.err


def test_the_doctor_s_findings_are_json_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["excel", "doctor", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {"about", "verdict", "text", "remedy"} == set(document["findings"][0])


def _sales(workbook: Path) -> object:
    return openpyxl.load_workbook(workbook, read_only=True)["Sales"]["A5"].value


def test_a_new_workbook_is_the_shipped_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["excel", "new", str(tmp_path / "plan.xlsm"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == [str(tmp_path / "plan.xlsm")]
    assert (tmp_path / "plan.xlsm").read_bytes() == template_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["plan.xlsm"]


def test_an_empty_workbook_holds_no_sample(tmp_path: Path) -> None:
    assert main(["excel", "new", str(tmp_path / "plan.xlsm"), "--empty"]) == 0
    book = openpyxl.load_workbook(tmp_path / "plan.xlsm", read_only=True)
    data = ("Sales", "Media", "Events", "Controls", "Experiments")
    assert [book[name]["A5"].value for name in data] == [None] * 5
    assert book["Settings"]["A8"].value is not None


def test_a_new_workbook_may_take_its_settings_from_files(tmp_path: Path) -> None:
    config = revised(
        Config(), {"model.draws": 77, "priors.tv.half_life": 3, "budget.scenarios.base.upper_change": 0.8}
    )
    write_config(config, tmp_path / "config")
    place = tmp_path / "plan.xlsm"
    assert main(["excel", "new", str(place), "--empty", "--config", str(tmp_path / "config")]) == 0
    assert read_settings(FileWorkbook(place)) == config


def test_settings_that_are_refused_make_no_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "optimization.yaml").write_text("model: {drawz: 3}\n", "utf-8")
    place = tmp_path / "plan.xlsm"
    assert main(["excel", "new", str(place), "--config", str(tmp_path / "config")]) == 3
    assert 'unknown setting "drawz"' in capsys.readouterr().err
    assert not place.exists()


def test_a_workbook_that_is_there_stays_unless_forced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "plan.xlsm"
    place.write_bytes(b"mine")
    assert main(["excel", "new", str(place)]) == 2
    assert "MMX-X041" in capsys.readouterr().err
    assert place.read_bytes() == b"mine"
    assert main(["excel", "new", str(place), "--force"]) == 0
    assert place.read_bytes() == template_bytes()


@pytest.mark.parametrize("name", ["plan.xlsx", "plan", "plan.xlsm.txt", ".xlsm"])
def test_a_name_that_excel_would_not_run_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["excel", "new", str(tmp_path / name)]) == 2
    assert "MMX-X042" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_template_is_built_where_one_says(tmp_path: Path) -> None:
    assert main(["excel", "build", "--out", str(tmp_path / "built.xlsm")]) == 0
    content = (tmp_path / "built.xlsm").read_bytes()
    assert "xl/vbaProject.bin" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert _sales(tmp_path / "built.xlsm") is not None


def test_excel_without_a_task_asks_for_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["excel"]) == 2
    assert "task" in capsys.readouterr().err
