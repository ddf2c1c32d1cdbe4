"""Where a workbook's run lies."""

from pathlib import Path

import pytest

from mmxlib.errors import WorkbookError
from mmxlib_excel.stages.folders import home_of, run_folder

PLACES = [
    "/home/ana/Plan 2026 (final).xlsm",
    r"C:\Users\Ana\Documents\plan.xlsm",
    "https://firm.sharepoint.com/sites/x/Shared Documents/plan.xlsm",
    "/home/ana/../../etc/passwd.xlsm",
    "/x/计划.xlsm",
    "/x/" + "a" * 300 + ".xlsm",
]


@pytest.mark.parametrize("place", PLACES)
def test_a_workbook_has_a_folder_of_this_machine_with_a_plain_name(place, tmp_path):
    home = home_of(place, {"XDG_DATA_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)})
    assert home.parent.name == "workbooks"
    assert len(home.name) <= 60
    assert set(home.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")


def test_workbooks_of_the_same_name_have_folders_of_their_own():
    assert len({home_of(f"/{folder}/plan.xlsm") for folder in "abc"}) == 3
    assert home_of("/a/plan.xlsm") == home_of("/a/plan.xlsm")


def test_a_chosen_folder_must_be_a_full_path(tmp_path):
    assert run_folder(tmp_path, "") == tmp_path / "run"
    assert run_folder(tmp_path, str(tmp_path / "mine")) == tmp_path / "mine"
    assert run_folder(tmp_path, "~/mine") == Path.home() / "mine"
    with pytest.raises(WorkbookError) as caught:
        run_folder(tmp_path, "mine")
    assert caught.value.code == "MMX-X089"
