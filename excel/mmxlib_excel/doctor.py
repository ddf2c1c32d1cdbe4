"""What this machine lacks for the buttons of the workbook, in words and with the remedy."""

import csv
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mmxlib.terms import Verdict
from mmxlib_excel.macro_policy import MacroPolicy, Macros, came_from_internet, policy_here

MINIMUM_XLWINGS = (0, 33)
ADD_IN = "xlwings.xlam"
_WITHOUT_EXCEL = "Everything else works here: use the command mmx, and open its Excel reports anywhere."
_INSTALL = "Run: pip install --upgrade xlwings"
_INSTALL_ADD_IN = "Close Excel, run: xlwings addin install, and start Excel again."
_WITHOUT_MACROS = "Without macros the same stages run by: mmx excel run FILE"
_ASK_ADMINISTRATOR = "Ask the administrator to trust the workbook's folder."
_TRUST_CENTER = "In Excel: File, Options, Trust Center, Macro Settings; choose the one with notification."
_POINT_HERE = "Run: xlwings config create --force, with the Python in which mmxlib is installed."
_MAC_STARTUP = (
    "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel",
    "Library/Group Containers/UBF8T346G9.Office/User Content/Startup/Excel",
)
_MAC_SCRIPTS = "Library/Application Scripts/com.microsoft.Excel"
_WINDOWS_PROGRAMS = ("ProgramFiles", "ProgramFiles(x86)")
_WINDOWS_SHARED_STARTUP = "Microsoft Office/root/Office16/XLSTART"


class System(StrEnum):
    """The systems that a workbook may meet."""

    WINDOWS = "Windows"
    MAC = "macOS"
    OTHER = "this system"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what (``about``), how it stands, a sentence, and what to do unless it passes."""

    about: str
    verdict: Verdict
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the doctor looks at: the system, the running Python and where xlwings would look.

    ``xlwings_version`` is empty where it is not installed; ``import_problem`` says why it cannot be loaded.
    """

    system: System
    interpreter: Path
    settings_file: Path
    startup_folders: tuple[Path, ...]
    scripts_folder: Path
    xlwings_version: str = ""
    import_problem: str = ""
    shipped_add_in: Path | None = None
    macro_policy: MacroPolicy | None = None


def report(workbook: Path | None = None) -> tuple[Finding, ...]:
    """Return what the front end in Excel needs and how this machine meets it, most basic first.

    Of a ``workbook`` it also says whether Excel would refuse its macros because of where it came from.
    """
    machine = this_machine()
    marked = () if workbook is None else _download_findings(machine, workbook)
    return (*findings(machine), *marked)


def report_text(found: tuple[Finding, ...]) -> str:
    """Return findings as lines for a console, each with its remedy below, and a last line that sums up."""
    marks = {Verdict.PASS: "ok  ", Verdict.WARN: "note", Verdict.FAIL: "lack"}
    lines = []
    for finding in found:
        lines.append(f"{marks[finding.verdict]}  {finding.about}: {finding.text}")
        if finding.remedy:
            lines.append(f"      {finding.remedy}")
    lacking = sum(finding.verdict is Verdict.FAIL for finding in found)
    noted = sum(finding.verdict is Verdict.WARN for finding in found)
    if lacking:
        lines.append(
            f"The buttons will not work yet: {lacking} to mend{f', {noted} to look at' if noted else ''}."
        )
    elif noted:
        lines.append(f"The buttons should work; {noted} to look at.")
    else:
        lines.append("The buttons should work.")
    return "\n".join(lines)


def findings(machine: Machine) -> tuple[Finding, ...]:
    """Return how ``machine`` meets what the front end needs; where Excel cannot run, only that is said."""
    xlwings = _xlwings_finding(machine)
    if machine.system is System.OTHER:
        text = "Excel runs on Windows and macOS; the workbook's buttons need it."
        return (Finding("system", Verdict.FAIL, text, _WITHOUT_EXCEL), xlwings)
    found = [Finding("system", Verdict.PASS, f"{machine.system}, where Excel runs."), xlwings]
    found.append(_add_in_finding(machine))
    if machine.system is System.MAC:
        found.append(_scripts_finding(machine))
    found += _settings_findings(machine)
    if machine.macro_policy is not None:
        found.append(_macros_finding(machine.macro_policy))
    return tuple(found)


def _xlwings_finding(machine: Machine) -> Finding:
    if not machine.xlwings_version:
        return Finding("xlwings", Verdict.FAIL, "it is not installed in this Python.", _INSTALL)
    if machine.import_problem:
        text = f"version {machine.xlwings_version} cannot be loaded ({machine.import_problem})."
        return Finding("xlwings", Verdict.FAIL, text, "Run: pip install --force-reinstall xlwings")
    parts = machine.xlwings_version.split(".")[:2]
    if all(part.isdecimal() for part in parts) and tuple(map(int, parts)) < MINIMUM_XLWINGS:
        least = ".".join(map(str, MINIMUM_XLWINGS))
        text = f"version {machine.xlwings_version} is older than {least}."
        return Finding("xlwings", Verdict.FAIL, text, _INSTALL)
    return Finding("xlwings", Verdict.PASS, f"version {machine.xlwings_version}.")


def _add_in_finding(machine: Machine) -> Finding:
    installed = next(
        (folder / ADD_IN for folder in machine.startup_folders if (folder / ADD_IN).is_file()), None
    )
    if installed is None:
        looked = " or ".join(str(folder) for folder in machine.startup_folders)
        text = f"{ADD_IN} is not in {looked}; another startup folder of Excel is not looked at."
        return Finding("add-in", Verdict.FAIL, text, _INSTALL_ADD_IN)
    shipped = machine.shipped_add_in
    if shipped is not None and shipped.is_file() and shipped.read_bytes() != installed.read_bytes():
        text = f"{installed} is not the one that belongs to xlwings {machine.xlwings_version}."
        return Finding("add-in", Verdict.WARN, text, _INSTALL_ADD_IN)
    return Finding("add-in", Verdict.PASS, f"{installed}.")


def _scripts_finding(machine: Machine) -> Finding:
    script = machine.scripts_folder / f"xlwings-{machine.xlwings_version}.applescript"
    if script.is_file():
        return Finding("permission to start Python", Verdict.PASS, f"{script}.")
    text = f"{script} is missing; without it macOS does not let Excel start Python."
    return Finding("permission to start Python", Verdict.FAIL, text, "Run once: xlwings runpython install")


def _macros_finding(policy: MacroPolicy) -> Finding:
    """Return whether Excel lets macros run, and who decided that."""
    about, who = "macros", "an administrator's" if policy.by_administrator else "the user's"
    if policy.macros is Macros.RUN:
        return Finding(about, Verdict.PASS, "Excel runs them.")
    if policy.macros is Macros.ASK:
        return Finding(about, Verdict.PASS, "Excel asks when a workbook is opened: choose Enable Content.")
    what = "only those that are signed" if policy.macros is Macros.SIGNED else "none"
    text = f"Excel runs {what} ({who} setting); the workbook's are not signed."
    remedy = _ASK_ADMINISTRATOR if policy.by_administrator else _TRUST_CENTER
    return Finding(about, Verdict.FAIL, text, f"{remedy} {_WITHOUT_MACROS}")


def _download_findings(machine: Machine, workbook: Path) -> tuple[Finding, ...]:
    policy = machine.macro_policy
    if policy is None or not policy.refuses_downloads or not came_from_internet(workbook):
        return ()
    text = f"{workbook.name} came from the internet; Excel does not run macros in it."
    remedy = f"Right-click it, Properties, Unblock; or make one here: mmx excel new. {_WITHOUT_MACROS}"
    return (Finding("download", Verdict.FAIL, text, remedy),)


def _settings_findings(machine: Machine) -> list[Finding]:
    """Return how the user's settings of xlwings name the Python that the buttons start."""
    about = "interpreter"
    settings = _settings(machine.settings_file)
    if settings.get("CONDA PATH") and machine.system is System.WINDOWS:
        text = (
            f"Anaconda in {settings['CONDA PATH']}, environment {settings.get('CONDA ENV') or '(not named)'}."
        )
        remedy = f"Make sure that mmxlib is installed there, or: {_POINT_HERE}"
        return [Finding(about, Verdict.WARN, text, remedy)]
    own = "INTERPRETER_MAC" if machine.system is System.MAC else "INTERPRETER_WIN"
    key = next((key for key in (own, "INTERPRETER") if settings.get(key)), None)
    if key is None:
        text = (
            f"{machine.settings_file} names no Python; Excel would start whichever comes first on the system."
        )
        return [Finding(about, Verdict.WARN, text, _POINT_HERE)]
    named = Path(os.path.expandvars(settings[key]))
    if not named.is_file():
        text = f"{machine.settings_file} names {named}, which is not there."
        return [Finding(about, Verdict.FAIL, text, _POINT_HERE)]
    # python.exe and pythonw.exe, python and python3, of one environment share a folder.
    if named.parent != machine.interpreter.parent:
        text = f"Excel starts {named}, not the {machine.interpreter} that answers here."
        remedy = f"Make sure that mmxlib is installed there, or: {_POINT_HERE}"
        return [Finding(about, Verdict.WARN, text, remedy)]
    return [Finding(about, Verdict.PASS, f"{named}.")]


def _settings(path: Path) -> Mapping[str, str]:
    """Return the settings of xlwings, a quoted name and value per line; none where there is no such file."""
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError:
        return {}
    rows = [row for row in csv.reader(text.splitlines()) if len(row) > 1]
    return {row[0].strip().upper(): row[1].strip() for row in rows}


def this_machine() -> Machine:
    """Return what there is to know here, without starting Excel."""
    system = {"win32": System.WINDOWS, "darwin": System.MAC}.get(sys.platform, System.OTHER)
    home = Path.home()
    try:
        xlwings_version = version("xlwings")
    except PackageNotFoundError:
        xlwings_version = ""
    import_problem, shipped = "", None
    if xlwings_version:
        try:
            module = import_module("xlwings")
            shipped = Path(str(module.__file__)).parent / "addin" / ADD_IN
        except ImportError as error:
            import_problem = str(error)
    settings_folder = home / (
        "Library/Containers/com.microsoft.Excel/Data" if system is System.MAC else ".xlwings"
    )
    return Machine(
        system=system,
        interpreter=Path(sys.executable),
        settings_file=settings_folder / "xlwings.conf",
        startup_folders=_startup_folders(system, home, os.environ),
        scripts_folder=home / _MAC_SCRIPTS,
        xlwings_version=xlwings_version,
        import_problem=import_problem,
        shipped_add_in=shipped,
        macro_policy=policy_here(home),
    )


def _startup_folders(system: System, home: Path, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the folders from which Excel loads add-ins when it starts, the user's own first."""
    if system is System.MAC:
        return tuple(home / folder for folder in _MAC_STARTUP)
    roaming = Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
    shared = [Path(environment[name]) for name in _WINDOWS_PROGRAMS if environment.get(name)]
    return (
        roaming / "Microsoft" / "Excel" / "XLSTART",
        *(folder / _WINDOWS_SHARED_STARTUP for folder in shared),
    )
