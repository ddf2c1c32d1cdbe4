"""Whether Excel lets a workbook's macros run here, as its settings and the administrator's say."""

import plistlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_SECURITY = r"Microsoft\Office\16.0\Excel\Security"
_PLACES = ((rf"Software\Policies\{_SECURITY}", True), (rf"Software\{_SECURITY}", False))
_MAC_KEY = "VisualBasicMacroExecutionState"
_MAC_FILES = (
    ("/Library/Managed Preferences/com.microsoft.office.plist", True),
    ("Library/Preferences/com.microsoft.office.plist", False),
    ("Library/Containers/com.microsoft.Excel/Data/Library/Preferences/com.microsoft.Excel.plist", False),
)
_INTERNET_ZONE = 3


class Macros(StrEnum):
    """What Excel does with macros."""

    RUN = "run"
    ASK = "ask"
    SIGNED = "signed"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class MacroPolicy:
    """What Excel does with macros, whether an administrator set it, and whether downloaded files are refused.

    Where nobody set anything, Excel asks, and refuses macros in files that came from the internet.
    """

    macros: Macros = Macros.ASK
    by_administrator: bool = False
    refuses_downloads: bool = True


WINDOWS_WORDS: Mapping[int, Macros] = {1: Macros.RUN, 2: Macros.ASK, 3: Macros.SIGNED, 4: Macros.NEVER}
"""What ``VBAWarnings`` means in the registry of Windows."""

MAC_WORDS: Mapping[str, Macros] = {
    "EnabledWithoutWarnings": Macros.RUN,
    "DisabledWithWarnings": Macros.ASK,
    "DisabledWithoutWarnings": Macros.NEVER,
}
"""What ``VisualBasicMacroExecutionState`` means in the preferences of macOS."""


def windows_policy(settings: Mapping[bool, Mapping[str, int]]) -> MacroPolicy:
    """Return the policy that the registry states: an administrator's values (True) go before the user's."""
    for by_administrator in (True, False):
        stated = WINDOWS_WORDS.get(settings.get(by_administrator, {}).get("VBAWarnings", 0))
        if stated is not None:
            break
    allowed = settings.get(True, {}).get("blockcontentexecutionfrominternet") == 0
    return MacroPolicy(
        stated or Macros.ASK, stated is not None and by_administrator, refuses_downloads=not allowed
    )


def mac_policy(preferences: Mapping[bool, Mapping[str, object]]) -> MacroPolicy:
    """Return the policy that the preferences state: an administrator's (True) go before the user's.

    macOS has no mark on downloaded workbooks that Excel heeds for macros.
    """
    for by_administrator in (True, False):
        stated = MAC_WORDS.get(str(preferences.get(by_administrator, {}).get(_MAC_KEY)))
        if stated is not None:
            return MacroPolicy(stated, by_administrator, refuses_downloads=False)
    return MacroPolicy(refuses_downloads=False)


def came_from_internet(workbook: Path) -> bool:
    """Return whether Windows marked the file as one from the internet.

    The mark is a second stream of the file, where there is one; elsewhere no file has it.
    """
    try:
        mark = Path(f"{workbook}:Zone.Identifier").read_text("utf-8", errors="replace")
    except OSError:
        return False
    zones = [line.partition("=")[2].strip() for line in mark.splitlines() if line.startswith("ZoneId=")]
    return any(zone.isdecimal() and int(zone) >= _INTERNET_ZONE for zone in zones)


def policy_here(home: Path) -> MacroPolicy | None:
    """Return the policy of this machine, None where Excel does not run."""
    if sys.platform == "win32":
        return windows_policy({administrator: _registry(place) for place, administrator in _PLACES})
    if sys.platform == "darwin":
        found: dict[bool, dict[str, object]] = {True: {}, False: {}}
        for place, administrator in _MAC_FILES:
            found[administrator] |= _preferences(home / place)
        return mac_policy(found)
    return None


def _registry(place: str) -> dict[str, int]:
    """Return the whole numbers that a key of the user's registry holds."""
    found: dict[str, int] = {}
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, place) as key:
                for index in range(winreg.QueryInfoKey(key)[1]):
                    name, value, _ = winreg.EnumValue(key, index)
                    if isinstance(value, int):
                        found[name] = value
        except OSError:
            return found
    return found


def _preferences(path: Path) -> dict[str, object]:
    try:
        content = plistlib.loads(path.read_bytes())
    except (OSError, plistlib.InvalidFileException, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
