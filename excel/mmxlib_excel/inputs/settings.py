"""Settings from the sheets, as strict as from YAML, and back: every fault with its cell."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mmxlib.artifacts.panel import Panel
from mmxlib.config.fitting_data import check_channels
from mmxlib.config.refusals import validated
from mmxlib.config.sections import WHOLE, Config
from mmxlib.errors import Fault, SettingsError
from mmxlib_excel.inputs.cells import meaning
from mmxlib_excel.inputs.contents import BLOCKS, settings_contents
from mmxlib_excel.inputs.gathering import SCENARIOS, Gathered, Path, gathered, run_folder
from mmxlib_excel.workbooks.port import Changes, Workbook, filled

_IN_FILE = re.compile(r"\b(in )?(global|guardrails|segmentation|optimization|priors)\.yaml\b")
_SETTING_IN_FILE = re.compile(r"(?P<name>.+) \((?P<file>\w+\.yaml)\)|(?P<whole>\w+\.yaml)(?:: (?P<part>.+))?")
_SHEETS = tuple(block.sheet for block in BLOCKS.values())
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def read_settings(workbook: Workbook) -> Config:
    """Return what the sheets Settings, Priors, Constraints and Scenarios say.

    An empty cell means the default. Experiments are read with the data, so that there are none in the result.

    Raises
    ------
    SettingsError
        If anything is unknown, not allowed or no value; all faults are reported together, each with its cell.
    """
    found = gathered(workbook)
    faults = list(found.faults)
    try:
        read_run_folder(workbook)
    except SettingsError as error:
        faults += error.faults
    try:
        config = validated(found.tree, place_of=json.dumps)
    except SettingsError as error:
        faults += [_placed(fault, found) for fault in error.faults]
    if faults:
        raise SettingsError.of(sorted(faults, key=_reading_order))
    return config


def _reading_order(fault: Fault) -> tuple[int, int]:
    """Return where a fault stands for a reader: by the order of the sheets, then by row."""
    sheet, _, cell = fault.place.partition("!")
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return _SHEETS.index(sheet), int(row or 0)


def data_config(workbook: Workbook) -> Config:
    """Return what the sheets say of the data's columns, and the default of everything else.

    Where other settings have faults, the data can still be read as they are meant, and their faults told too.
    """
    columns = gathered(workbook).tree.get("data", {})
    try:
        return validated({"data": columns}, place_of=json.dumps)
    except SettingsError:
        return Config()


def read_run_folder(workbook: Workbook) -> str:
    """Return the folder for the run that the sheet Settings names, empty where it names none.

    Raises
    ------
    SettingsError
        If it is no text, or the address of a site.
    """
    cell = run_folder(workbook)
    if cell is None:
        return ""
    read = meaning(*cell, textual=True)
    if read.fault is not None:
        raise SettingsError.of([read.fault])
    folder = "" if read.value is None else str(read.value)
    if _ADDRESS.match(folder):
        raise SettingsError(
            f"{folder[:60]} is the address of a site, and a run must lie on this computer.",
            remedy="Write the path of a folder, or empty the cell.",
            code="MMX-X061",
            place=cell[1],
        )
    return folder


def check_sheet_channels(workbook: Workbook, config: Config, panel: Panel) -> None:
    """Refuse settings for channels that the data do not have, each with its cell.

    Raises
    ------
    SettingsError
        If there are such settings; all are reported together.
    """
    try:
        check_channels(config, panel)
    except SettingsError as error:
        raise SettingsError.of(located(error.faults, workbook)) from error


def located(faults: Sequence[Fault], workbook: Workbook) -> tuple[Fault, ...]:
    """Return faults that name settings and YAML files in the workbook's words, with cells where known."""
    found = gathered(workbook)
    return tuple(in_workbook_words(replace(fault, place=_located(fault.place, found))) for fault in faults)


def in_workbook_words(fault: Fault) -> Fault:
    """Return a fault that names sheets where its words name YAML files."""

    def sheet(match: re.Match[str]) -> str:
        name = "Priors" if match[2] == "priors" else "Settings"
        return f"{'on ' if match[1] else ''}the sheet {name}"

    return replace(
        fault, problem=_IN_FILE.sub(sheet, fault.problem), remedy=_IN_FILE.sub(sheet, fault.remedy)
    )


def settings_changes(config: Config, channels: Sequence[str]) -> Changes:
    """Return the changes by which the four sheets say ``config``.

    Parameters
    ----------
    config
        The settings.
    channels
        The channels of the data: each gets a row on Priors and Constraints, those that only the settings name
        come after them.

    Raises
    ------
    SettingsError
        If a name or value cannot be kept in a cell, or there are more scenarios than the sheet has room for.
    """
    changes = Changes()
    for name, rows in settings_contents(config, channels).items():
        changes += filled(BLOCKS[name], rows)
    return changes


def _placed(fault: Fault, found: Gathered) -> Fault:
    """Return a fault whose place is a path through settings with its cell instead."""
    path: Path = tuple(json.loads(fault.place))
    return in_workbook_words(replace(fault, place=_place(path, fault.problem, found.places)))


def _place(path: Path, problem: str, places: Mapping[Path, str]) -> str:
    """Return the cell of a setting: its own, that of a row its problem names, or the nearest around it."""
    if path in places:
        return places[path]
    inner = {each: place for each, place in places.items() if each[: len(path)] == path}
    named = [each for each in inner if _is_named(each, problem)]
    if named:
        return places[max(named, key=len)]
    around = next((path[:end] for end in range(len(path) - 1, 0, -1) if path[:end] in places), None)
    return _sheet(path) if around is None else places[around]


def _is_named(path: Path, problem: str) -> bool:
    """Return whether a problem of settings around ``path`` speaks of it."""
    name = str(path[-1])
    row = path[:-1] in (("priors",), ("priors", "channels"), ("budget", "scenarios"))
    return (row and (f": {name}: " in problem or repr(name) in problem)) or ".".join(
        map(str, path)
    ) in problem


def _located(place: str, found: Gathered) -> str:
    """Return the cell of a setting that is named with its file (``priors.tv (priors.yaml)``)."""
    match = _SETTING_IN_FILE.fullmatch(place)
    if match is None:
        return place
    file = match["file"] or match["whole"]
    whole = WHOLE.get(file, "")
    name = match["name"] or ".".join(each for each in (whole, match["part"]) if each)
    dotted = {".".join(map(str, path)): cell for path, cell in found.places.items()}
    exact = next((each for each in (name, _of_default(name)) if each in dotted), None)
    around = [each for each in dotted if name.startswith(f"{each}.")]
    if exact is None and not around:
        return _sheet(tuple(name.split(".")))
    return dotted[exact or max(around, key=len)]


def _of_default(name: str) -> str:
    """Return the setting of the row default for that of a channel which says nothing of its own."""
    start, _, rest = name.partition(".channels.")
    return f"{start}.default.{rest.rpartition('.')[2]}" if rest and start == "priors" else name


def _sheet(path: Path) -> str:
    """Return the sheet on which the settings around a path stand."""
    own = {"priors": "Priors", "constraints": "Constraints"}
    return "Scenarios" if path[:2] == SCENARIOS else own.get(str(path[0]), "Settings")
