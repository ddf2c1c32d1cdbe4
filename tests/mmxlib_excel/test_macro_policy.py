"""Excel's rules for macros, as Windows and macOS keep them."""

import os
import plistlib
from pathlib import Path

import pytest

from mmxlib_excel.macro_policy import (
    MacroPolicy,
    Macros,
    came_from_internet,
    mac_policy,
    policy_here,
    windows_policy,
)


@pytest.mark.parametrize(
    ("settings", "policy"),
    [
        ({}, MacroPolicy(Macros.ASK, refuses_downloads=True)),
        ({False: {"VBAWarnings": 1}}, MacroPolicy(Macros.RUN)),
        ({False: {"VBAWarnings": 4}}, MacroPolicy(Macros.NEVER)),
        (
            {False: {"VBAWarnings": 1}, True: {"VBAWarnings": 3}},
            MacroPolicy(Macros.SIGNED, by_administrator=True),
        ),
        ({True: {"blockcontentexecutionfrominternet": 0}}, MacroPolicy(refuses_downloads=False)),
        ({False: {"VBAWarnings": 99}}, MacroPolicy()),
    ],
)
def test_an_administrator_s_rule_goes_before_the_user_s(
    settings: dict[bool, dict[str, int]], policy: MacroPolicy
) -> None:
    assert windows_policy(settings) == policy


@pytest.mark.parametrize(
    ("preferences", "policy"),
    [
        ({}, MacroPolicy(refuses_downloads=False)),
        (
            {False: {"VisualBasicMacroExecutionState": "DisabledWithoutWarnings"}},
            MacroPolicy(Macros.NEVER, refuses_downloads=False),
        ),
        (
            {
                False: {"VisualBasicMacroExecutionState": "EnabledWithoutWarnings"},
                True: {"VisualBasicMacroExecutionState": "DisabledWithWarnings"},
            },
            MacroPolicy(Macros.ASK, by_administrator=True, refuses_downloads=False),
        ),
    ],
)
def test_the_preferences_of_macos_are_understood(
    preferences: dict[bool, dict[str, object]], policy: MacroPolicy
) -> None:
    assert mac_policy(preferences) == policy


def test_macos_is_read_where_it_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = (
        tmp_path / "Library/Containers/com.microsoft.Excel/Data/Library/Preferences/com.microsoft.Excel.plist"
    )
    place.parent.mkdir(parents=True)
    place.write_bytes(plistlib.dumps({"VisualBasicMacroExecutionState": "DisabledWithoutWarnings"}))
    monkeypatch.setattr("mmxlib_excel.macro_policy.sys.platform", "darwin")
    found = policy_here(tmp_path)
    assert found is not None
    assert found.macros is Macros.NEVER
    place.write_bytes(b"no list of properties")
    assert policy_here(tmp_path) == MacroPolicy(refuses_downloads=False)


@pytest.mark.skipif(
    os.name == "nt", reason="there the mark is a stream of the file, here a file of that name"
)
@pytest.mark.parametrize(("mark", "marked"), [("[ZoneTransfer]\r\nZoneId=3\r\n", True), ("ZoneId=0", False)])
def test_a_download_has_its_mark(tmp_path: Path, mark: str, *, marked: bool) -> None:
    workbook = tmp_path / "plan.xlsm"
    workbook.touch()
    assert not came_from_internet(workbook)
    (tmp_path / "plan.xlsm:Zone.Identifier").write_text(mark, "utf-8")
    assert came_from_internet(workbook) is marked
