"""What the doctor says of machines of every kind."""

import tomllib
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from mmxlib.terms import Verdict
from mmxlib_excel.doctor import (
    ADD_IN,
    MINIMUM_XLWINGS,
    Finding,
    Machine,
    System,
    findings,
    report,
    report_text,
    this_machine,
)
from mmxlib_excel.macro_policy import MacroPolicy, Macros

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def windows(tmp_path: Path) -> Machine:
    """Return a machine with Windows on which all is as it should be."""
    machine = Machine(
        system=System.WINDOWS,
        interpreter=tmp_path / "Scripts" / "python.exe",
        settings_file=tmp_path / ".xlwings" / "xlwings.conf",
        startup_folders=(tmp_path / "XLSTART", tmp_path / "shared"),
        scripts_folder=tmp_path / "scripts",
        xlwings_version="0.37.8",
        shipped_add_in=tmp_path / "package" / ADD_IN,
    )
    assert machine.shipped_add_in is not None
    for path in (machine.interpreter, machine.startup_folders[0] / ADD_IN, machine.shipped_add_in):
        path.parent.mkdir()
        path.write_bytes(b"the same")
    machine.settings_file.parent.mkdir()
    _write_setting(machine, "INTERPRETER_WIN", str(machine.interpreter))
    return machine


def _write_setting(machine: Machine, name: str, value: str) -> None:
    machine.settings_file.write_text(f'"{name}","{value}"\n', "utf-8")


def _finding(machine: Machine, about: str) -> Finding:
    (found,) = [finding for finding in findings(machine) if finding.about == about]
    return found


def test_a_machine_that_has_everything_passes(windows: Machine) -> None:
    assert {finding.verdict for finding in findings(windows)} == {Verdict.PASS}
    assert report_text(findings(windows)).endswith("The buttons should work.")


def test_whatever_does_not_pass_says_what_to_do(windows: Machine) -> None:
    bare = replace(windows, startup_folders=(), settings_file=Path("nowhere"), xlwings_version="")
    for machine in (bare, replace(bare, system=System.MAC), replace(bare, system=System.OTHER)):
        for finding in findings(machine):
            assert bool(finding.remedy) is (finding.verdict is not Verdict.PASS)


def test_a_system_without_excel_is_said_first(windows: Machine) -> None:
    first, *_ = findings(replace(windows, system=System.OTHER))
    assert (first.about, first.verdict) == ("system", Verdict.FAIL)
    assert "mmx" in first.remedy


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"xlwings_version": ""}, "not installed"),
        ({"xlwings_version": "0.32.1"}, "older than 0.33"),
        ({"import_problem": "a part of Windows is missing"}, "a part of Windows is missing"),
    ],
)
def test_a_missing_old_or_broken_xlwings_is_told_apart(
    windows: Machine, change: dict[str, str], words: str
) -> None:
    finding = _finding(replace(windows, **change), "xlwings")  # type: ignore[arg-type]  # only text fields
    assert finding.verdict is Verdict.FAIL
    assert words in finding.text


def test_a_missing_add_in_fails_and_the_shared_folder_counts(windows: Machine) -> None:
    own, shared = windows.startup_folders
    (own / ADD_IN).unlink()
    assert _finding(windows, "add-in").verdict is Verdict.FAIL
    shared.mkdir()
    (shared / ADD_IN).write_bytes(b"the same")
    assert _finding(windows, "add-in").verdict is Verdict.PASS


def test_an_add_in_of_another_version_is_noted(windows: Machine) -> None:
    (windows.startup_folders[0] / ADD_IN).write_bytes(b"of last year")
    assert _finding(windows, "add-in").verdict is Verdict.WARN


def test_macos_needs_the_permission_to_start_python(windows: Machine) -> None:
    mac = replace(windows, system=System.MAC)
    _write_setting(mac, "INTERPRETER_MAC", str(mac.interpreter))
    assert _finding(mac, "permission to start Python").verdict is Verdict.FAIL
    mac.scripts_folder.mkdir()
    (mac.scripts_folder / "xlwings-0.37.8.applescript").write_text("")
    assert {finding.verdict for finding in findings(mac)} == {Verdict.PASS}


def test_no_setting_an_empty_one_and_the_general_one(windows: Machine) -> None:
    for name, value, verdict in [
        ("OTHER", "x", Verdict.WARN),
        ("INTERPRETER_WIN", "", Verdict.WARN),
        ("INTERPRETER", str(windows.interpreter), Verdict.PASS),
        ("interpreter_win", str(windows.interpreter), Verdict.PASS),
    ]:
        _write_setting(windows, name, value)
        assert _finding(windows, "interpreter").verdict is verdict


def test_an_interpreter_that_is_gone_fails(windows: Machine) -> None:
    _write_setting(windows, "INTERPRETER_WIN", "C:/gone/python.exe")
    assert _finding(windows, "interpreter").verdict is Verdict.FAIL


def test_another_environments_interpreter_is_noted_and_its_sister_passes(
    windows: Machine, tmp_path: Path
) -> None:
    sister, stranger = windows.interpreter.with_name("pythonw.exe"), tmp_path / "python.exe"
    for path, verdict in [(sister, Verdict.PASS), (stranger, Verdict.WARN)]:
        path.write_bytes(b"")
        _write_setting(windows, "INTERPRETER_WIN", str(path))
        assert _finding(windows, "interpreter").verdict is verdict


def test_anaconda_is_noted_with_its_environment(windows: Machine) -> None:
    windows.settings_file.write_text('"CONDA PATH","C:/conda"\n"CONDA ENV","media"\n', "utf-8")
    finding = _finding(windows, "interpreter")
    assert finding.verdict is Verdict.WARN
    assert "environment media" in finding.text


def test_the_text_counts_what_is_to_mend(windows: Machine) -> None:
    text = report_text(findings(replace(windows, xlwings_version="", startup_folders=())))
    assert text.endswith("The buttons will not work yet: 2 to mend.")


def test_notes_alone_do_not_stop_the_buttons() -> None:
    noted = Finding("interpreter", Verdict.WARN, "Another one.", "Look at it.")
    lines = report_text((noted, noted)).splitlines()
    assert lines[-1] == "The buttons should work; 2 to look at."
    assert lines[:2] == ["note  interpreter: Another one.", "      Look at it."]


def test_an_xlwings_that_is_missing_or_does_not_load_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> object:
        raise ImportError("DLL load failed")

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("mmxlib_excel.doctor.import_module", broken)
    assert this_machine().import_problem == "DLL load failed"
    assert this_machine().shipped_add_in is None
    monkeypatch.setattr("mmxlib_excel.doctor.version", missing)
    assert (this_machine().xlwings_version, this_machine().import_problem) == ("", "")


def test_on_macos_everything_lies_where_excel_s_own_folder_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmxlib_excel.doctor.sys.platform", "darwin")
    monkeypatch.setattr("mmxlib_excel.doctor.policy_here", lambda home: None)
    machine = this_machine()
    assert machine.system is System.MAC
    assert "com.microsoft.Excel" in str(machine.settings_file)
    assert machine.startup_folders
    assert all(Path.home() in folder.parents for folder in machine.startup_folders)


def test_this_machine_can_be_reported_on() -> None:
    assert report() == findings(this_machine())
    assert [finding.about for finding in report()][:2] == ["system", "xlwings"]


def test_the_oldest_xlwings_is_the_one_that_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"xlwings>={'.'.join(map(str, MINIMUM_XLWINGS))}" in project["dependencies"]


@pytest.mark.parametrize(
    ("policy", "verdict", "words"),
    [
        (MacroPolicy(Macros.RUN), Verdict.PASS, "runs them"),
        (MacroPolicy(Macros.ASK), Verdict.PASS, "Enable Content"),
        (MacroPolicy(Macros.SIGNED), Verdict.FAIL, "only those that are signed (the user's setting)"),
        (MacroPolicy(Macros.NEVER, by_administrator=True), Verdict.FAIL, "none (an administrator's setting)"),
    ],
)
def test_excel_s_rule_for_macros_is_told(
    windows: Machine, policy: MacroPolicy, verdict: Verdict, words: str
) -> None:
    finding = _finding(replace(windows, macro_policy=policy), "macros")
    assert finding.verdict is verdict
    assert words in finding.text
    assert ("mmx excel run" in finding.remedy) is (verdict is Verdict.FAIL)
    assert ("administrator" in finding.remedy) is policy.by_administrator


def test_a_machine_without_known_rules_says_nothing_of_macros(windows: Machine) -> None:
    assert "macros" not in {finding.about for finding in findings(windows)}


@pytest.mark.parametrize(
    ("zone", "policy", "told"),
    [
        (3, MacroPolicy(), True),
        (4, MacroPolicy(), True),
        (2, MacroPolicy(), False),
        (None, MacroPolicy(), False),
        (3, MacroPolicy(refuses_downloads=False), False),
        (3, None, False),
    ],
)
def test_a_workbook_from_the_internet_is_told_where_its_macros_are_refused(
    windows: Machine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    zone: int | None,
    policy: MacroPolicy | None,
    *,
    told: bool,
) -> None:
    workbook = tmp_path / "plan.xlsm"
    if zone is not None:
        Path(f"{workbook}:Zone.Identifier").write_text(f"[ZoneTransfer]\nZoneId={zone}\n", "utf-8")
    machine = replace(windows, macro_policy=policy)
    monkeypatch.setattr("mmxlib_excel.doctor.this_machine", lambda: machine)
    downloads = [each for each in report(workbook) if each.about == "download"]
    assert bool(downloads) is told
    assert all("plan.xlsm came from the internet" in each.text for each in downloads)
    assert all("Unblock" in each.remedy for each in downloads)
