"""What is refused before a run is opened is in the log of a run that is there, and makes no folder."""

import json
from pathlib import Path

import pytest

from mmxlib.workflow.session import Session
from tests.cli.homes import mmx
from tests.workflow import specimens


@pytest.fixture
def folder(tmp_path) -> Path:
    """The folder of a run that was started."""
    Session.open(tmp_path / "run", panel=specimens.panel()).close()
    return tmp_path / "run"


def refused(tmp_path: Path, what: str) -> tuple[object, ...]:
    """Return the words of a call whose data or settings are refused."""
    (tmp_path / "sales.csv").write_text("date,sub_category,sales\n2024-01-01,MARKED,many\n", "utf-8")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "global.yaml").write_text("MARKED: 1\n", "utf-8")
    settings = ("--config", tmp_path / "config") if what == "settings" else ()
    return ("run", "--input", tmp_path / "sales.csv", *settings, "--run-dir", tmp_path / "run")


@pytest.mark.parametrize("what", ["data", "settings"])
def test_refused_input_is_logged_in_the_run_without_a_value_and_changes_nothing(
    tmp_path, folder, capsys, what
):
    journal = (folder / "journal.jsonl").read_bytes()
    assert mmx(*refused(tmp_path, what)) == 3
    content = (folder / "mmx.log").read_text("ascii")
    told = json.loads(content.splitlines()[-1])
    assert (told["level"], told["event"]) == ("error", "failed")
    assert all(code in capsys.readouterr().err for code in told["codes"][:1])
    assert "MARKED" not in content
    assert (folder / "journal.jsonl").read_bytes() == journal


def test_a_person_is_told_where_the_log_is(tmp_path, folder, capsys):
    mmx(*refused(tmp_path, "data"))
    assert f"More in the log: {folder / 'mmx.log'}" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["data", "settings"])
def test_no_folder_is_made_for_refused_input(tmp_path, what):
    assert mmx(*refused(tmp_path, what)) == 3
    assert not (tmp_path / "run").exists()
